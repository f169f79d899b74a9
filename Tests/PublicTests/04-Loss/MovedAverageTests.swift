import Learning
import Loss
import RealModule
import Tensors
import TestSupport
import Testing

/// Averaged weights.
@Suite("4.9 The moving average of the weights", .exercise("4.9"))
struct Exercise4_9 {
  /// The average of the only tensor there is, by the name of w.
  private func average(in found: [String: Tensor]) throws -> Tensor {
    try #require(found["w"], "the averages have no tensor w any more: yours have \(found.keys.sorted())").checked()
  }

  /// One step, of one number.
  private func moved(_ average: Float, _ weight: Float, _ decay: Double) throws -> Double {
    let found = try self.average(
      in: movedAverage(["w": Tensor(average)], towards: ["w": Tensor(weight)], decay: decay))
    try #require(found.shape == [], "the average of one number: yours has the shape \(found.shape) instead of []")
    return Double(found.item)
  }

  @Test("The two parts")
  func parts() throws {
    let ofAverage = try moved(1, 0, 0.75)
    #expect(
      ofAverage == 0.75,
      likelyMistake(
        ofAverage, insteadOf: 0.75,
        [
          "decay and 1 − decay are exchanged": 0.25,
          "the average is kept whole; it is multiplied by the decay": 1,
          "nothing is kept of the average": 0,
        ], otherwise: "of the average 0.75 must be left, with a decay of 0.75"))
    let ofWeight = try moved(0, 1, 0.75)
    #expect(
      ofWeight == 0.25,
      likelyMistake(
        ofWeight, insteadOf: 0.25,
        [
          "decay and 1 − decay are exchanged": 0.75,
          "the weight counts whole; it counts by 1 − decay": 1,
          "the weight makes no difference": 0,
        ], otherwise: "of the weight 0.25 must be added, with a decay of 0.75"))
    for (decay, expected) in [(1.0, 3.0), (0, 7)] {
      let found = try moved(3, 7, decay)
      #expect(
        found == expected,
        likelyMistake(
          found, insteadOf: expected, ["decay and 1 − decay are exchanged": 10 - expected],
          otherwise: decay == 1 ? "with a decay of 1 the average stays" : "with a decay of 0 it becomes the weight"))
    }
  }

  @Test("Towards weights that stay, dⁿ of the way is left after n steps")
  func geometric() throws {
    var average = ["w": Tensor([0, 5])]
    let weights = ["w": Tensor([1, 1])]
    for _ in 0..<100 { average = movedAverage(average, towards: weights, decay: 0.97) }
    func moved(keeping left: Double) -> Tensor { Tensor([Float(1 - left), Float(1 + 4 * left)]) }
    // A hundred steps of some three roundings of 6e-8, each of which fades.
    expectClose(
      try self.average(in: average), moved(keeping: Double.pow(0.97, 100.0)),
      "after 100 steps with a decay of 0.97, from 0 to 1 and from 5 to 1", tolerance: 1e-5,
      mistakes: [
        "decay and 1 − decay are exchanged, so that nothing is left of where it began": moved(keeping: 0),
        "the average has not moved": Tensor([0, 5]),
        "the average has moved by one step of 100": moved(keeping: 0.97),
      ])
  }

  @Test("1 − decay is taken in Double")
  func precision() throws {
    // 0.000100017 and 0.0000100136.
    for (decay, digit) in [(0.9999, "fifth"), (0.99999, "fourth")] {
      let found = try moved(0, 1, decay)
      // One rounding to Float, 6e-8.
      #expect(
        agree(found, 1 - decay, relative: 1e-6),
        likelyMistake(
          found, insteadOf: 1 - decay,
          [
            "1 − decay in Float is wrong in the \(digit) digit; take it in Double": Double(1 - Float(decay)),
            "decay and 1 − decay are exchanged": decay,
            "the weight counts whole; it counts by 1 − decay": 1,
          ], otherwise: "a weight of 1 counts 1 − decay"
        ).about("decay \(decay)"))
    }
  }

  @Test("Every tensor has its own average, of its own shape")
  func names() throws {
    var generator = RandomGenerator(seed: 1)
    let shapes: [String: Shape] = ["conv.weight": [3, 3, 1, 2], "conv.bias": [2], "scale": []]
    let average = shapes.mapValues { Tensor.normal($0, using: &generator) }
    let weights = shapes.mapValues { Tensor.normal($0, using: &generator) }
    let found = movedAverage(average, towards: weights, decay: 0.9)
    try #require(
      found.keys.sorted() == shapes.keys.sorted(),
      "the names stay as they are: yours are \(found.keys.sorted()) instead of \(shapes.keys.sorted())")
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      let (a, b) = (average[name] ?? .zeros(shape), weights[name] ?? .zeros(shape))
      let expected = Tensor(
        zip(a.scalars, b.scalars).map { Float(0.9 * Double($0) + (1 - 0.9) * Double($1)) }, shape: shape)
      // Two products and a sum, 6e-8 each.
      expectClose(
        found[name] ?? a, expected, "the average of \(name), with a decay of 0.9", tolerance: 3e-7,
        mistakes: [
          "decay and 1 − decay are exchanged": a * 0.1 + b * 0.9,
          "it is the old average; it moves towards the weights": a,
          "it is the weights": b,
        ])
    }
  }

  @Test("The average is no variable, even of parameters")
  func record() throws {
    let weight = Parameter(Tensor([1, 2]))
    let found = try average(in: movedAverage(["w": Tensor([0, 0])], towards: ["w": weight.value], decay: 0.5))
    #expect(
      !found.requiresGradient,
      "the average records how it was computed: step by step that would keep all weights there ever were; use withoutGradients"
    )
  }

  @Test("PyTorch computes the same")
  func oracle() throws {
    let fixture = try Fixture(named: "optimizers")
    let (weights, expected) = (fixture["average/parameters"], fixture["average/parameterAverages"])
    let steps = try #require(weights.shape.first)
    func at(_ step: Int, _ tensor: Tensor) -> Tensor { tensor.sliced(axis: 0, step..<step + 1) }
    var average = ["w": at(0, weights)]
    for step in 1..<steps {
      average = movedAverage(average, towards: ["w": at(step, weights)], decay: 0.9)
      // Three roundings a step, which fade. What follows from a step that is off tells nothing more.
      let isClose = expectClose(
        try self.average(in: average), at(step, expected), "the average after step \(step), against PyTorch",
        tolerance: 1e-6,
        mistakes: [
          "decay and 1 − decay are exchanged": at(step - 1, expected) * 0.1 + at(step, weights) * 0.9,
          "the average has not moved": at(step - 1, expected),
        ])
      guard isClose else { return }
    }
  }

  @Test("Weights that are not finite show in the average, and nothing of it is a variable")
  func broken() {
    let weights = ["w": Tensor([1, .nan]), "v": Tensor(fault: Fault("broken"))]
    let found = movedAverage(["w": Tensor([1, 2]), "v": Tensor([1, 2])], towards: weights, decay: 0.5)
    #expect(
      found["w"]?.isFinite == false && found["v"]?.fault != nil,
      "a training that has broken must show in its average: weights that are NaN or faulty count like others")
    for decay in [0, 0.5] {
      let average = movedAverage(["w": Tensor([1, 2])], towards: ["w": Tensor([3, 4]).variable], decay: decay)
      #expect(
        average["w"]?.requiresGradient == false,
        "with the decay \(decay) the average is a variable; it is numbers alone, computed `withoutGradients`")
    }
  }
}
