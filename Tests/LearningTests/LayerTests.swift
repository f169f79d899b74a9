import Learning
import Tensors
import Testing

@Suite("Layers")
struct LayerTests {
  @Test func linearMultipliesAndAdds() {
    let layer = Linear(weight: Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), bias: Tensor([10, 20, 30]))
    #expect(layer(Tensor([1, 2], shape: [1, 2])) == Tensor([19, 32, 45], shape: [1, 3]))
    let withoutBias = Linear(weight: layer.weight.value)
    #expect(withoutBias(Tensor([1, 2, 1, 0], shape: [2, 1, 2])) == Tensor([9, 12, 15, 1, 2, 3], shape: [2, 1, 3]))
  }

  @Test func parameterCounts() {
    var generator = RandomGenerator(seed: 1)
    #expect(Conv2d(from: 1, to: 64, kernelSize: 3, using: &generator).parameterCount == 640)
    #expect(Conv2d(from: 32, to: 32, kernelSize: 3, groups: 32, using: &generator).parameterCount == 320)
    #expect(Conv2d(from: 4, to: 8, kernelSize: 3, hasBias: false, using: &generator).parameterCount == 288)
    #expect(ConvTranspose2d(from: 128, to: 64, kernelSize: 4, using: &generator).parameterCount == 131_136)
    #expect(Linear(from: 256, to: 64, using: &generator).parameterCount == 16_448)
    #expect(Embedding(count: 10, width: 256, using: &generator).parameterCount == 2560)
    #expect(BatchNorm2d(channels: 64).parameterCount == 128)
    // PyTorch's MultiheadAttention(64, 4): 3·64·64 + 3·64 + 64·64 + 64.
    #expect(MultiHeadAttention(width: 64, heads: 4, using: &generator).parameterCount == 16_640)
  }

  @Test func convolutionsHaveTheRightExtents() {
    var generator = RandomGenerator(seed: 1)
    let down = Conv2d(from: 4, to: 6, kernelSize: 3, stride: 2, padding: 1, groups: 2, using: &generator)
    #expect(down(.ones([2, 8, 8, 4])).shape == [2, 4, 4, 6])
    let up = ConvTranspose2d(from: 4, to: 6, kernelSize: 4, stride: 2, padding: 1, using: &generator)
    #expect(up(.ones([2, 8, 8, 4])).shape == [2, 16, 16, 6])
  }

  @Test func embeddingLooksUpRows() {
    var generator = RandomGenerator(seed: 1)
    let layer = Embedding(count: 3, width: 2, using: &generator)
    layer.weight.value = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 2])
    #expect(layer([2, 0, 2]) == Tensor([5, 6, 1, 2, 5, 6], shape: [3, 2]))
    let gradients = layer([2, 0, 2]).sum().gradients()
    #expect(gradients[layer.weight] == Tensor([1, 1, 0, 0, 2, 2], shape: [3, 2]), "a row used twice counts twice")
  }

  /// The weights of a softmax over a single position are 1, so the answer does not depend on who asks.
  @Test func attentionToASinglePositionIsItsValue() {
    var generator = RandomGenerator(seed: 3)
    let layer = MultiHeadAttention(width: 8, contextWidth: 4, heads: 2, using: &generator)
    let sequence = Tensor.normal([2, 5, 8], using: &generator)
    let context = Tensor.normal([2, 1, 4], using: &generator)
    let answer = layer(sequence, context: context)
    let expected = layer.output(layer.value(context)).broadcast(to: [2, 5, 8])
    let difference = (answer - expected).abs().scalars.max() ?? .nan
    // Sums of eight products of numbers about 1: eight roundings of at most 2⁻²⁴ each, twice.
    #expect(difference < 16 * 0x1p-23, "with one context position attention is W_o (W_v c + b_v) + b_o")

    let gradients = answer.squared().sum().gradients()
    let largest = gradients[layer.query.weight]?.abs().scalars.max() ?? 0
    #expect(largest < 1e-5, "and the query has no influence")
  }
}

@Suite("Batch normalization")
struct BatchNormTests {
  /// Two channels over four pixels: 1, 2, 3, 6 with mean 3, variance 14/4, unbiased 14/3; and 2, 2, 4, 4.
  private let batch = Tensor([1, 2, 2, 2, 3, 4, 6, 4], shape: [2, 1, 2, 2])

  /// A few roundings of numbers about 1.
  private func isNear(_ tensor: Tensor, _ expected: [Float]) -> Bool {
    tensor.scalars.count == expected.count
      && zip(tensor.scalars, expected).allSatisfy { abs($0 - $1) <= 8 * 0x1p-24 * max(1, abs($1)) }
  }

  @Test func trainingUsesAndAveragesTheBatch() {
    let layer = BatchNorm2d(channels: 2)
    let result = layer(batch)
    let deviation = Float(3.5 + 1e-5).squareRoot()
    let other = Float(1 + 1e-5).squareRoot()
    let expected = [-2 / deviation, -1 / other, -1 / deviation, -1 / other, 0, 1 / other, 3 / deviation, 1 / other]
    #expect(isNear(result, expected), "the batch is normalized by its biased variance")
    #expect(isNear(layer.runningMean.value, [0.3, 0.3]))
    #expect(
      isNear(layer.runningVariance.value, [0.9 + 0.1 * 14 / 3, 0.9 + 0.1 * 4 / 3]), "the running variance is unbiased")
    _ = layer(batch)
    #expect(isNear(layer.runningMean.value, [0.57, 0.57]), "0.9 · 0.3 + 0.1 · 3")
    #expect(!layer.runningMean.value.requiresGradient, "a running statistic must not keep the batch's records alive")
  }

  @Test func evaluationUsesTheRunningStatistics() {
    let layer = BatchNorm2d(channels: 2)
    layer.scale.value = Tensor([2, 1])
    layer.shift.value = Tensor([0, 5])
    layer.runningMean.value = Tensor([1, -1])
    layer.runningVariance.value = Tensor([4, 9])
    layer.setTraining(false)
    let (first, second) = (2 / Float(4 + 1e-5).squareRoot(), 1 / Float(9 + 1e-5).squareRoot())
    let expected = [0, 5 + 3 * second, first, 5 + 3 * second, 2 * first, 5 + 5 * second, 5 * first, 5 + 5 * second]
    #expect(isNear(layer(batch), expected))
    #expect(layer.runningMean.value == Tensor([1, -1]), "evaluation must not change the running statistics")
    #expect(layer.runningVariance.value == Tensor([4, 9]))
  }

  @Test func aFaultDoesNotReachTheRunningStatistics() {
    let layer = BatchNorm2d(channels: 2)
    #expect(layer(Tensor(fault: Fault("not written yet"))).fault?.reason == "not written yet")
    #expect(layer(.ones([1, 1, 1, 2])).fault != nil, "one number has no variance")
    #expect(layer(.ones([2, 2, 2, 3])).fault != nil, "three channels do not fit")
    #expect(layer.state == BatchNorm2d(channels: 2).state)
  }

  private final class Network: Layer {
    let first = BatchNorm2d(channels: 2)
    let others = [BatchNorm2d(channels: 2), BatchNorm2d(channels: 2)]
  }

  @Test func evaluationModeEndsWithItsScope() {
    struct Stop: Error {}
    let network = Network()
    network.others[1].isTraining = false
    var modes: [Bool] { [network.first, network.others[0], network.others[1]].map(\.isTraining) }
    let result = network.inEvaluationMode {
      #expect(modes == [false, false, false])
      network.inEvaluationMode { #expect(modes == [false, false, false]) }
      #expect(modes == [false, false, false], "the inner scope gives back the outer one's mode")
      return 7
    }
    #expect(result == 7 && modes == [true, true, false], "every layer gets back its own mode: \(modes)")
    #expect(throws: Stop.self) { try network.inEvaluationMode { throw Stop() } }
    #expect(modes == [true, true, false], "an error ends the scope too: \(modes)")
  }

  @Test func runningStatisticsCanBeTakenBack() {
    let network = Network()
    _ = network.first(batch)
    let (before, state) = (network.runningStatistics, network.state)
    // As in a round of the game: several passes, one of them with numbers that are not finite.
    for images in [batch, batch * .infinity, batch] { _ = network.others[0](network.first(images)) }
    #expect(network.first.runningMean.value.isFinite == false)
    before.restore()
    #expect(network.state == state)
    _ = network.first(batch)
    #expect(isNear(network.first.runningMean.value, [0.57, 0.57]), "and they go on from there")
  }
}
