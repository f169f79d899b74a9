import GANComparison
import Learning
import Tensors
import TestSupport
import Testing

@Suite("7.2 The generator", .exercise("7.2"))
struct Exercise7_2 {
  private func generator(widths: [Int] = [6, 4], channels: Int = 2) -> Generator {
    var generator = RandomGenerator(seed: 1)
    return Generator(latentWidth: 5, widths: widths, imageChannels: channels, using: &generator)
  }

  private func latents(_ count: Int) -> Tensor {
    var generator = RandomGenerator(seed: 2)
    return .normal([count, 5], using: &generator)
  }

  /// A generator's images, once they are not faulty.
  private func images(_ network: Generator, _ z: Tensor) throws -> Tensor {
    let images = network(z)
    // What the first layer says about an image of as many pixels as a vector has numbers.
    let fault = network.convolutions.first?(z.reshaped([z.shape[0], z.shape[1], 1, 1])).fault
    let hasPixelsForChannels = images.fault != nil && images.fault == fault
    try #require(
      !hasPixelsForChannels,
      "channels are the last axis: one pixel is [count, 1, 1, width], not [count, width, 1, 1] (\(fault?.reason ?? ""))"
    )
    return try images.checked()
  }

  /// What batch normalization in training makes of an image, with the layer's scale and shift.
  private func normalized(_ x: Tensor, _ layer: BatchNorm2d) -> Tensor {
    x.batchNormalized(scale: layer.scale.value, shift: layer.shift.value).result
  }

  @Test("Two widths make images of 16 pixels, three of 32", arguments: [1, 3])
  func shape(channels: Int) throws {
    let small = try images(generator(channels: channels), latents(4))
    #expect(
      small.shape == [4, 16, 16, channels],
      "1 → 4 → 8 → 16 pixels, one image for each latent vector: yours is \(small.shape) instead of [4, 16, 16, \(channels)]"
    )
    let large = try images(generator(widths: [6, 4, 2], channels: channels), latents(2))
    #expect(
      large.shape == [2, 32, 32, channels],
      "1 → 4 → 8 → 16 → 32 pixels, one image for each latent vector: yours is \(large.shape) instead of [2, 32, 32, \(channels)]"
    )
  }

  @Test("Convolution, normalization, ReLU; in the end a convolution and tanh")
  func layers() throws {
    let (network, z) = (generator(), latents(3))
    let start = z.reshaped([3, 1, 1, 5])
    func through(_ block: (Tensor, ConvTranspose2d, BatchNorm2d) -> Tensor) -> Tensor {
      zip(network.convolutions, network.normalizations).reduce(start) { block($0, $1.0, $1.1) }
    }
    let x = through { normalized($1($0), $2).relu() }
    // Sums of 100 products, in the same kernels; only the last step may differ.
    expectClose(
      try images(network, z), network.output(x).tanh(), "the generator's images", tolerance: 1e-5,
      mistakes: [
        "tanh is missing: pixels lie between −1 and 1": network.output(x),
        "the images are squeezed into 0…1 by a sigmoid; they lie between −1 and 1, by tanh": network.output(x)
          .sigmoid(),
        "the images are cut off by a ReLU, where tanh belongs": network.output(x).relu(),
        "the last layer's result is between 0 and 1: a ReLU before tanh takes all that is negative away":
          network.output(x).relu().tanh(),
        "the normalizations are missing": network.output(through { x, convolution, _ in convolution(x).relu() }).tanh(),
        "the ReLUs are missing: the network is linear but for its end": network.output(
          through { normalized($1($0), $2) }
        )
        .tanh(),
        "normalization comes before the ReLU, not after it": network.output(through { normalized($1($0).relu(), $2) })
          .tanh(),
        "the ReLU of a generator is not leaky; the discriminator's is":
          network.output(through { normalized($1($0), $2).leakyReLU(slope: 0.2) }).tanh(),
        "this is a sigmoid stretched to −1 … 1, which is the tanh of half the number": network.output(x).sigmoid() * 2
          - 1,
        "each image is normalized by itself; in training the statistics are those of the batch":
          network.output(
            through { x, convolution, normalization in
              let made = convolution(x)
              return Tensor.concatenated(
                (0..<3).map { normalized(made.sliced(axis: 0, $0..<$0 + 1), normalization) }, axis: 0
              ).relu()
            }
          ).tanh(),
        "tanh takes the place of the ReLUs too": network.output(through { normalized($1($0), $2).tanh() }).tanh(),
      ])
  }

  @Test("Pixels lie between −1 and 1, on both sides of 0")
  func range() throws {
    let pixels = try images(generator(), latents(8) * 5).scalars
    let odd = pixels.count { $0.isNaN }
    try #require(odd == 0, "of \(pixels.count) pixels \(odd) are NaN instead of none")
    let (least, most) = (pixels.min() ?? 0, pixels.max() ?? 0)
    #expect(least >= -1 && most <= 1, "pixels lie between −1 and 1: yours lie between \(least) and \(most)")
    #expect(least < 0 && most > 0, "pixels lie on both sides of 0: yours lie between \(least) and \(most)")
  }

  @Test("In evaluation an image does not depend on the batch it is in")
  func evaluation() throws {
    let (network, z) = (generator(), latents(4))
    // So that the running statistics are not those of the beginning.
    _ = try images(network, z)
    network.setTraining(false)
    let together = try images(network, z)
    let isFinite = together.isFinite
    try #require(isFinite, "pixels are finite numbers: some of yours are not")
    expectClose(
      try images(network, z.sliced(axis: 0, 1..<2)), together.sliced(axis: 0, 1..<2),
      "an image alone and in a batch: use the layers in `normalizations`, which know training from evaluation",
      tolerance: 1e-5)
  }

  @Test("Every parameter gets a gradient, and so does z")
  func gradients() throws {
    let (network, z) = (generator(), latents(3).variable)
    var generator = RandomGenerator(seed: 3)
    let result = try images(network, z)
    let gradients = result.gradients(from: .normal(result.shape, using: &generator))
    expectGradients(gradients, reach: network)
    #expect(gradients[z] != nil, "no gradient reaches z: do the images depend on it?")
  }

  @Test("The report's generator has 1,183,616 parameters, drawn with a deviation of 0.02")
  func report() throws {
    var generator = RandomGenerator(seed: 4)
    let network = Generator(using: &generator)
    let count = network.parameterCount
    #expect(count == 1_183_616, "the report's generator: yours has \(count) parameters instead of 1183616")
    let (mean, variance) = meanAndVariance(network.convolutions[0].weight.value.scalars)
    // Of n = 524,288 normal numbers: six standard deviations, a false alarm in one of 500 million.
    #expect(
      abs(mean) < 6 * 0.02 / 724 && abs(variance / 0.0004 - 1) < 6 * 0.00196,
      "weights are drawn around 0 with a deviation of 0.02: yours are around \(Float(mean)) with \(Float(variance.squareRoot()))"
    )
    network.setTraining(false)
    let one = try images(network, .normal([1, 128], using: &generator))
    #expect(
      one.shape == [1, 32, 32, 3], "one latent vector is one image: yours is \(one.shape) instead of [1, 32, 32, 3]")
  }

  @Test("Latents of another width are a fault")
  func otherWidth() {
    for width in [4, 10] {
      #expect(
        generator()(normal([3, width], seed: 9)).fault != nil,
        "latents of \(width) numbers do not fit a generator for 5, and must be faulty")
    }
  }

  @Test("A batch enters the running statistics once")
  func statistics() throws {
    let (network, twin, z) = (generator(), generator(), latents(3))
    _ = try images(network, z)
    let first = twin.normalizations[0]
    _ = first(twin.convolutions[0](z.reshaped([3, 1, 1, 5])))
    // The same few operations.
    expectClose(
      network.normalizations[0].runningMean.value, first.runningMean.value,
      "the first normalization's running mean after one batch, which is to be normalized once", tolerance: 1e-5)
  }
}
