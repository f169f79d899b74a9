import GANComparison
import Tensors
import TestSupport
import Testing

@Suite("7.5 Adversarial losses", .exercise("7.5"))
struct Hidden7_5 {
  private func logits(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return 3 * Tensor.normal(shape, using: &generator)
  }

  private func entropy(_ logits: Tensor, _ target: Float) -> Tensor {
    binaryCrossEntropy(logits: logits, targets: Tensor(repeating: target, shape: logits.shape))
  }

  @Test("Other inputs", arguments: [(0.7, 0.2), (1, 0.3), (0.95, 0.05)] as [(Float, Float)])
  func discriminator(real: Float, fake: Float) throws {
    let (x, y) = (logits([9], seed: 51), logits([5], seed: 52))
    expectClose(
      try discriminatorLoss(realLogits: x, fakeLogits: y, real: real, fake: fake).checked(),
      entropy(x, real) + entropy(y, fake), "loss", tolerance: 2e-6)
  }

  @Test("Other sizes", arguments: [[1], [6, 1], [2, 4, 4, 1]] as [Shape])
  func generator(shape: Shape) throws {
    let y = logits(shape, seed: 53)
    for target in [1, 0.9, 0.6] as [Float] {
      expectClose(
        try generatorLoss(fakeLogits: y, target: target).checked(), entropy(y, target), "loss", tolerance: 2e-6)
    }
  }

  @Test("Precision")
  func extremes() throws {
    #expect(try generatorLoss(fakeLogits: Tensor([-500])).checked().item == 500)
    #expect(try generatorLoss(fakeLogits: Tensor([500])).checked().item == 0)
    let loss = try discriminatorLoss(realLogits: Tensor([-300]), fakeLogits: Tensor([100]), real: 0.5, fake: 0.5)
      .checked()
    #expect(abs(loss.item - 200) < 1e-3)
  }

  @Test("Edge cases")
  func gradients() throws {
    let y = logits([8], seed: 54).variable
    let loss = try generatorLoss(fakeLogits: y, target: 0.9).checked()
    expectClose(
      try #require(loss.gradients()[y]), (y.detached.sigmoid() - 0.9) / 8, "gradient", tolerance: 1e-5)
  }

  @Test("Bad input")
  func faulty() {
    let fault = Tensor(fault: Fault("no logits"))
    #expect(generatorLoss(fakeLogits: fault).fault?.reason == "no logits")
    #expect(discriminatorLoss(realLogits: .ones([2]), fakeLogits: fault).fault?.reason == "no logits")
    #expect(discriminatorLoss(realLogits: fault, fakeLogits: .ones([2])).fault?.reason == "no logits")
  }
}
