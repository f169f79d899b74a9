import Learning
import Tensors
import Testing

/// The first values of the layers, judged by their statistics. All limits are five standard deviations of the statistic,
/// which a right distribution would exceed once in two million seeds; the seed is fixed.
@Suite("First values of layers")
struct InitializationTests {
  private static var generator: RandomGenerator { RandomGenerator(seed: 2020) }

  private func expectUniform(_ tensor: Tensor, bound: Float, _ comment: Comment) {
    let values = tensor.scalars
    let count = Float(values.count)
    let largest = values.map(abs).max() ?? 0
    #expect(largest <= bound, comment)
    // All of n values are below b (1 − 20/n) with the probability e⁻²⁰.
    #expect(largest > bound * (1 - 20 / count), comment)
    let mean = values.reduce(0, +) / count
    #expect(abs(mean) < 5 * bound / (3 * count).squareRoot(), comment)
    // x² has the mean b²/3 and the variance b⁴ (1/5 − 1/9).
    let square = values.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(square - bound * bound / 3) < 5 * bound * bound * (4 / (45 * count)).squareRoot(), comment)
  }

  @Test func linear() {
    var generator = Self.generator
    let layer = Linear(from: 400, to: 100, using: &generator)
    #expect(layer.weight.value.shape == [400, 100])
    expectUniform(layer.weight.value, bound: 1 / 20, "the bound is 1/√inputs, not 1/√outputs")
    expectUniform(layer.bias!.value, bound: 1 / 20, "the bias has the weight's bound and is not 0")
  }

  @Test func convolution() {
    var generator = Self.generator
    let layer = Conv2d(from: 32, to: 48, kernelSize: 5, groups: 2, using: &generator)
    #expect(layer.weight.value.shape == [5, 5, 16, 48])
    expectUniform(layer.weight.value, bound: 1 / 20, "one output sums 5·5·16 inputs: those of its group")
    expectUniform(layer.bias!.value, bound: 1 / 20, "the bias has the weight's bound")
  }

  @Test func transposedConvolution() {
    var generator = Self.generator
    let layer = ConvTranspose2d(from: 64, to: 16, kernelSize: 5, using: &generator)
    #expect(layer.weight.value.shape == [5, 5, 16, 64])
    expectUniform(layer.weight.value, bound: 1 / 20, "PyTorch counts the 5·5·16 outputs here")
    expectUniform(layer.bias!.value, bound: 1 / 20, "the bias has the weight's bound")
  }

  @Test func selfAttention() {
    var generator = Self.generator
    let layer = MultiHeadAttention(width: 96, heads: 4, using: &generator)
    for projection in [layer.query, layer.key, layer.value] {
      // √(6 / (96 + 3·96)) = 1/8.
      expectUniform(projection.weight.value, bound: 1 / 8, "Xavier counts the outputs of query, key and value together")
      #expect(projection.bias?.value == .zeros([96]))
    }
    #expect(layer.query.weight.value != layer.key.weight.value, "each projection has numbers of its own")
    expectUniform(layer.output.weight.value, bound: 1 / Float(96).squareRoot(), "the output is like any linear layer")
    #expect(layer.output.bias?.value == .zeros([96]))
  }

  @Test func crossAttention() {
    var generator = Self.generator
    let layer = MultiHeadAttention(width: 64, contextWidth: 32, heads: 4, using: &generator)
    expectUniform(layer.query.weight.value, bound: (6 / Float(64 + 64)).squareRoot(), "query: √(6/(64+64))")
    for projection in [layer.key, layer.value] {
      #expect(projection.weight.value.shape == [32, 64])
      expectUniform(projection.weight.value, bound: 1 / 4, "key and value: √(6/(32+64))")
    }
  }

  @Test func embedding() {
    var generator = Self.generator
    let values = Embedding(count: 100, width: 64, using: &generator).weight.value.scalars
    let count = Float(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(mean) < 5 / count.squareRoot())
    // x² has the variance 2.
    #expect(abs(variance - 1) < 5 * (2 / count).squareRoot(), "the variance is 1")
  }

  @Test func normalizations() {
    let group = GroupNorm(groups: 2, channels: 4)
    let batch = BatchNorm2d(channels: 4)
    let layer = LayerNorm(width: 4)
    for (scale, shift) in [(group.scale, group.shift), (batch.scale, batch.shift), (layer.scale, layer.shift)] {
      #expect(scale.value == .ones([4]) && shift.value == .zeros([4]))
    }
    #expect(batch.runningMean.value == .zeros([4]) && batch.runningVariance.value == .ones([4]))
  }

  @Test func theSeedDecides() {
    func weights(_ seed: UInt64) -> Tensor {
      var generator = RandomGenerator(seed: seed)
      return Linear(from: 8, to: 8, using: &generator).weight.value
    }
    #expect(weights(1) == weights(1) && weights(1) != weights(2))
  }

  @Test func senselessSizesAreNoCrash() {
    var generator = Self.generator
    let layer = Conv2d(from: 3, to: 4, kernelSize: 3, groups: 0, using: &generator)
    #expect(layer(.zeros([1, 5, 5, 3])).fault != nil)
    #expect(Linear(from: 0, to: 2, hasBias: false, using: &generator)(.zeros([1, 3])).fault != nil)
    #expect(ConvTranspose2d(from: 3, to: -1, kernelSize: 3, using: &generator)(.zeros([1, 5, 5, 3])).fault != nil)
  }
}
