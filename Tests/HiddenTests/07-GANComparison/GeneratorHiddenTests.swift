import GANComparison
import Learning
import Tensors
import TestSupport
import Testing

@Suite("7.2 The generator", .exercise("7.2"))
struct Hidden7_2 {
  private func images(of network: Generator, _ z: Tensor) -> Tensor {
    var x = z.reshaped([z.shape[0], 1, 1, -1])
    for (convolution, layer) in zip(network.convolutions, network.normalizations) {
      x = convolution(x).batchNormalized(scale: layer.scale.value, shift: layer.shift.value).result.relu()
    }
    return network.output(x).tanh()
  }

  @Test("Other sizes", arguments: [(1, [4], 1, 2), (3, [8, 2], 3, 7), (2, [3, 5, 4, 2], 1, 16)])
  func sizes(count: Int, widths: [Int], channels: Int, latentWidth: Int) throws {
    var generator = RandomGenerator(seed: 21)
    let network = Generator(latentWidth: latentWidth, widths: widths, imageChannels: channels, using: &generator)
    let z = Tensor.normal([count, latentWidth], using: &generator)
    let size = 4 << widths.count
    let result = try network(z).checked()
    #expect(result.shape == [count, size, size, channels])
    expectClose(result, images(of: network, z), "images", tolerance: 1e-5)
  }

  @Test("Other inputs")
  func largeWeights() throws {
    // Weights ten times the usual, so that tanh and ReLU are far from straight.
    var generator = RandomGenerator(seed: 22)
    let network = Generator(latentWidth: 4, widths: [6, 5], imageChannels: 2, using: &generator)
    for (_, parameter) in network.parameters { parameter.value = parameter.value * 10 }
    let z = Tensor.normal([4, 4], using: &generator)
    let result = try network(z).checked()
    #expect(result.scalars.contains { abs($0) > 0.5 })
    expectClose(result, images(of: network, z), "images", tolerance: 1e-4)
  }

  @Test("Edge cases")
  func running() throws {
    // The running statistics are those that the layers keep.
    var generator = RandomGenerator(seed: 23)
    let network = Generator(latentWidth: 4, widths: [3, 2], imageChannels: 1, using: &generator)
    let before = network.normalizations[1].runningVariance.value.scalars
    try network(.normal([4, 4], using: &generator)).checked()
    #expect(network.normalizations[1].runningVariance.value.scalars != before)
    network.setTraining(false)
    let state = network.normalizations[0].runningMean.value.scalars
    let z = Tensor.normal([2, 4], using: &generator)
    let first = try network(z).checked()
    #expect(try network(z).checked() == first)
    #expect(network.normalizations[0].runningMean.value.scalars == state)
  }

  @Test("Bad input")
  func bad() {
    var generator = RandomGenerator(seed: 24)
    let network = Generator(latentWidth: 4, widths: [3], imageChannels: 1, using: &generator)
    #expect(network(.ones([4])).fault != nil)
    #expect(network(.ones([2, 5])).fault != nil)
    #expect(network(Tensor(fault: Fault("no z"))).fault?.reason == "no z")
    #expect(network(.ones([2, 4])).fault == nil)
  }
}
