import GANComparison
import Tensors
import TestSupport
import Testing

@Suite("7.4 Stable binary cross-entropy", .exercise("7.4"))
struct Hidden7_4 {
  @Test("Other inputs", arguments: [41, 42] as [UInt64])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let logits = 10 * Tensor.normal([4, 3, 2], using: &generator)
    let targets = Tensor.uniform([4, 3, 2], using: &generator)
    expectClose(
      try stableBinaryCrossEntropy(logits: logits, targets: targets).checked(),
      binaryCrossEntropy(logits: logits, targets: targets), "loss", tolerance: 3e-6)
  }

  @Test("Other sizes", arguments: [[], [1], [3, 1, 5]] as [Shape])
  func sizes(shape: Shape) throws {
    var generator = RandomGenerator(seed: 43)
    let logits = Tensor.normal(shape, using: &generator)
    let loss = try stableBinaryCrossEntropy(logits: logits, targets: .ones(shape)).checked()
    #expect(loss.shape == [])
    expectClose(loss, binaryCrossEntropy(logits: logits, targets: .ones(shape)), "loss", tolerance: 3e-6)
  }

  @Test("Precision")
  func extremes() throws {
    let logits = Tensor([1e6, -1e6, 88, -88, 104, -104]).variable
    let targets = Tensor([0, 1, 1, 0, 0.5, 0.5])
    let loss = try stableBinaryCrossEntropy(logits: logits, targets: targets).checked()
    // 1e6 + 1e6 + 0 + 0 + 52 + 52, over 6.
    #expect(abs(loss.item - 2_000_104 / 6) < 0.5)
    let gradient = try #require(loss.gradients()[logits])
    expectClose(
      gradient, Tensor([1, -1, 0, 0, 0.5, -0.5].map { $0 / 6 }), "gradient", tolerance: 1e-6)
  }

  @Test("Edge cases", arguments: [0, 0.3, 1] as [Float])
  func atZero(target: Float) throws {
    let logits = Tensor([0, -0.0]).variable
    let loss = try stableBinaryCrossEntropy(logits: logits, targets: Tensor([target, target])).checked()
    let gradient = try #require(loss.gradients()[logits]).scalars
    #expect(gradient.count == 2 && gradient.allSatisfy { abs($0 - (0.5 - target) / 2) < 1e-6 })
  }

  @Test("Bad input")
  func bad() {
    #expect(stableBinaryCrossEntropy(logits: .ones([2, 3]), targets: .ones([3])).fault != nil)
    #expect(stableBinaryCrossEntropy(logits: .ones([3]), targets: Tensor(fault: Fault("no"))).fault?.reason == "no")
    #expect(stableBinaryCrossEntropy(logits: .ones([3]), targets: .ones([3])).fault == nil)
  }
}
