import Learning
import Loss
import RealModule
import Tensors
import TestSupport
import Testing

/// Averaged weights.
@Suite("4.9 The moving average of the weights", .exercise("4.9"))
struct Exercise4_9 {
  /// One step, of one number.
  private func moved(_ average: Float, _ weight: Float, _ decay: Double) throws -> Float {
    let found = movedAverage(["w": Tensor(average)], towards: ["w": Tensor(weight)], decay: decay)
    return try #require(found["w"], "the average has lost its tensor w").checked().item
  }

  @Test("The two parts")
  func parts() throws {
    let ofAverage = try moved(1, 0, 0.75)
    #expect(
      ofAverage == 0.75,
      "of the average 0.75 is kept, not \(ofAverage)\(ofAverage == 0.25 ? ": decay and 1 − decay are exchanged" : "")")
    let ofWeight = try moved(0, 1, 0.75)
    #expect(
      ofWeight == 0.25,
      "of the weights 0.25 is added, not \(ofWeight)\(ofWeight == 1 ? ": they count by 1 − decay" : "")")
    #expect(try moved(3, 7, 1) == 3, "with a decay of 1 nothing moves")
    #expect(try moved(3, 7, 0) == 7, "with a decay of 0 the average is the weights")
  }

  @Test("Towards weights that stay, dⁿ of the way is left after n steps")
  func geometric() throws {
    var average = ["w": Tensor([0, 5])]
    let weights = ["w": Tensor([1, 1])]
    for _ in 0..<100 { average = movedAverage(average, towards: weights, decay: 0.97) }
    let left = Float(Double.pow(0.97, 100.0))
    let found = try #require(average["w"], "the average has lost its tensor w")
    // A hundred steps of some three roundings of 6e-8, each of which fades.
    expectClose(
      found, Tensor([1 - left, 1 + 4 * left]), "1 − d¹⁰⁰ of the way from 0 to 1, and from 5 to 1", tolerance: 1e-5)
  }

  @Test("1 − decay is taken in Double")
  func precision() throws {
    for decay in [0.9999, 0.99999] {
      let found = try Double(moved(0, 1, decay))
      #expect(
        agree(found, 1 - decay, relative: 1e-6),
        "a decay of \(decay) adds \(found) of the weights: 1 − decay in Float is wrong in the fourth digit")
    }
  }

  @Test("Every tensor has its own average, of its own shape")
  func names() throws {
    var generator = RandomGenerator(seed: 1)
    let shapes: [String: Shape] = ["conv.weight": [3, 3, 1, 2], "conv.bias": [2], "scale": []]
    let average = shapes.mapValues { Tensor.normal($0, using: &generator) }
    let weights = shapes.mapValues { Tensor.normal($0, using: &generator) }
    let found = movedAverage(average, towards: weights, decay: 0.9)
    #expect(found.keys.sorted() == shapes.keys.sorted(), "the names stay as they are")
    for (name, shape) in shapes {
      let (a, b) = try (#require(average[name]).scalars, #require(weights[name]).scalars)
      let expected = Tensor(zip(a, b).map { Float(0.9 * Double($0) + (1 - 0.9) * Double($1)) }, shape: shape)
      expectClose(try #require(found[name]), expected, name, tolerance: 3e-7)
    }
  }

  @Test("The average is no variable, even of parameters")
  func record() throws {
    let weight = Parameter(Tensor([1, 2]))
    let found = movedAverage(["w": Tensor([0, 0])], towards: ["w": weight.value], decay: 0.5)
    let average = try #require(found["w"], "the average has lost its tensor w").checked()
    #expect(
      !average.requiresGradient,
      "the average records how it was computed: step by step that would keep all weights there ever were; use withoutGradients"
    )
  }

  @Test("PyTorch computes the same")
  func oracle() throws {
    let fixture = try Fixture(named: "optimizers")
    let (weights, expected) = (fixture["average/parameters"], fixture["average/parameterAverages"])
    let steps = try #require(weights.shape.first)
    var average = ["w": weights.sliced(axis: 0, 0..<1)]
    for step in 1..<steps {
      average = movedAverage(average, towards: ["w": weights.sliced(axis: 0, step..<step + 1)], decay: 0.9)
      let found = try #require(average["w"], "the average has lost its tensor w")
      // Three roundings a step, which fade.
      expectClose(found, expected.sliced(axis: 0, step..<step + 1), "the average after step \(step)", tolerance: 1e-6)
    }
  }
}
