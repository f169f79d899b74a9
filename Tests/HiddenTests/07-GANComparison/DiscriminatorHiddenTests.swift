import GANComparison
import Learning
import Tensors
import TestSupport
import Testing

@Suite("7.3 The discriminator", .exercise("7.3"))
struct Hidden7_3 {
  private func logits(of network: Discriminator, _ images: Tensor) -> Tensor {
    var x = network.input(images).leakyReLU(slope: 0.2)
    for (convolution, layer) in zip(network.convolutions, network.normalizations) {
      x = convolution(x).batchNormalized(scale: layer.scale.value, shift: layer.shift.value).result
        .leakyReLU(slope: 0.2)
    }
    return network.output(x).reshaped([images.shape[0]])
  }

  @Test("Other sizes", arguments: [(1, [4], 1), (5, [2, 3], 3), (2, [2, 3, 4], 13)])
  func sizes(count: Int, widths: [Int], channels: Int) throws {
    var generator = RandomGenerator(seed: 31)
    let network = Discriminator(imageChannels: channels, widths: widths, using: &generator)
    let size = 4 << widths.count
    let images = Tensor.normal([count, size, size, channels], using: &generator)
    let result = try network(images).checked()
    #expect(result.shape == [count])
    expectClose(result, logits(of: network, images), "logits", tolerance: 1e-5)
  }

  @Test("Other inputs")
  func largeWeights() throws {
    var generator = RandomGenerator(seed: 32)
    let network = Discriminator(imageChannels: 2, widths: [5, 6], using: &generator)
    for (_, parameter) in network.parameters { parameter.value = parameter.value * 20 }
    let images = Tensor.normal([6, 16, 16, 2], using: &generator)
    let result = try network(images).checked()
    // Logits on both sides of 0, and far beyond 1: neither probabilities nor cut off.
    #expect(result.scalars.contains { $0 > 1 } && result.scalars.contains { $0 < -1 })
    expectClose(result, logits(of: network, images), "logits", tolerance: 1e-4)
  }

  @Test("Edge cases")
  func running() throws {
    var generator = RandomGenerator(seed: 33)
    let network = Discriminator(imageChannels: 1, widths: [2, 3], using: &generator)
    let images = Tensor.normal([3, 16, 16, 1], using: &generator)
    let before = network.normalizations[0].runningMean.value.scalars
    try network(images).checked()
    #expect(network.normalizations[0].runningMean.value.scalars != before)
    network.setTraining(false)
    let first = try network(images).checked()
    #expect(try network(images).checked() == first)
  }

  @Test("Together with other exercises")
  func ofMadeImages() throws {
    var generator = RandomGenerator(seed: 34)
    let maker = Generator(latentWidth: 4, widths: [4, 3], imageChannels: 2, using: &generator)
    let network = Discriminator(imageChannels: 2, widths: [3, 4], using: &generator)
    let logits = try network(maker(.normal([3, 4], using: &generator))).checked()
    #expect(logits.shape == [3])
    let gradients = logits.sum().gradients()
    #expect(maker.parameters.allSatisfy { gradients[$0.parameter] != nil })
  }

  @Test("Bad input")
  func bad() {
    var generator = RandomGenerator(seed: 35)
    let network = Discriminator(imageChannels: 1, widths: [2, 3], using: &generator)
    #expect(network(.ones([2, 16, 16])).fault != nil)
    #expect(network(.ones([2, 16, 16, 3])).fault != nil)
    #expect(network(.ones([2, 64, 64, 1])).fault != nil)
    #expect(network(.ones([2, 16, 16, 1])).fault == nil)
  }
}
