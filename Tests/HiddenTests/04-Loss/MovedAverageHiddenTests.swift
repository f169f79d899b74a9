import Learning
import Loss
import Tensors
import TestSupport
import Testing

@Suite("4.9 The moving average of the weights", .exercise("4.9"))
struct Hidden4_9 {
  @Test("Other inputs", arguments: [0.5, 0.9, 0.995, 0.9999])
  func inputs(decay: Double) throws {
    var generator = RandomGenerator(seed: 1)
    let (a, b) = (Tensor.normal([17], using: &generator), Tensor.normal([17], using: &generator))
    let found = try #require(movedAverage(["x": a], towards: ["x": b], decay: decay)["x"])
    // Two products and a sum, 6e-8 each, and the factors' own rounding.
    let wanted = zip(a.scalars, b.scalars).map { Float(decay * Double($0) + (1 - decay) * Double($1)) }
    expectClose(found, Tensor(wanted), "the average", tolerance: 3e-7)
  }

  @Test("Other sizes")
  func sizes() throws {
    let shapes: [Shape] = [[], [1], [0], [2, 3], [3, 3, 4, 2]]
    let average = Dictionary(uniqueKeysWithValues: shapes.enumerated().map { ("t\($0)", Tensor.ones($1)) })
    let weights = average.mapValues { $0 * 3 }
    let found = movedAverage(average, towards: weights, decay: 0.25)
    try #require(found.count == 5)
    for (index, shape) in shapes.enumerated() {
      #expect(found["t\(index)"] == Tensor(repeating: 2.5, shape: shape))
    }
  }

  @Test("Together with other exercises")
  func learnings() throws {
    var generator = RandomGenerator(seed: 2)
    let model = Linear(from: 3, to: 2, using: &generator)
    let reference = ExponentialMovingAverage(decay: 0.9, of: model)
    var average = model.state
    for step in 0..<5 {
      for (_, parameter) in model.parameters { parameter.value = parameter.value * 1.5 + 0.1 }
      reference.update(from: model, step: step)
      average = movedAverage(average, towards: model.state, decay: 0.9)
    }
    try #require(average.keys.sorted() == reference.state.keys.sorted())
    // Five steps of three roundings of 6e-8.
    for (name, tensor) in reference.state {
      expectClose(try #require(average[name]), tensor, name, tolerance: 1e-6)
    }
    try model.load(average)
  }

  @Test("Precision")
  func small() throws {
    let found = try #require(movedAverage(["x": Tensor(0)], towards: ["x": Tensor(1)], decay: 0.999_999)["x"]).item
    // One rounding to Float, 6e-8; in Float 1 − 0.999999 is 4 % off.
    #expect(agree(Double(found), 1e-6, relative: 1e-6))
  }

  @Test("Bad input")
  func misfit() throws {
    let found = movedAverage(
      ["a": Tensor([1, 2]), "b": Tensor(1)], towards: ["a": Tensor([1, 2, 3]), "b": Tensor(3)], decay: 0.5)
    #expect(try #require(found["a"]).fault != nil, "shapes that do not fit are a fault")
    #expect(found["b"] == Tensor(2), "the other tensors are averaged all the same")
  }
}
