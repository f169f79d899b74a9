import GANComparison
import Learning
import Tensors
import TestSupport
import Testing

@Suite("7.3 The discriminator", .exercise("7.3"))
struct Exercise7_3 {
  private func discriminator(widths: [Int] = [3, 5]) -> Discriminator {
    var generator = RandomGenerator(seed: 1)
    return Discriminator(imageChannels: 2, widths: widths, using: &generator)
  }

  private func images(_ count: Int, size: Int = 16) -> Tensor {
    var generator = RandomGenerator(seed: 2)
    return .normal([count, size, size, 2], using: &generator)
  }

  /// What batch normalization in training makes of an image, with the layer's scale and shift.
  private func normalized(_ x: Tensor, _ layer: BatchNorm2d) -> Tensor {
    x.batchNormalized(scale: layer.scale.value, shift: layer.shift.value).result
  }

  @Test("One number for each image")
  func shape() throws {
    let shape = try discriminator()(images(4)).checked().shape
    #expect(
      shape == [4],
      shape.elementCount == 4
        ? "the axes of one pixel and one channel must go: yours is \(shape) instead of [4]"
        : "four images have four answers: yours is \(shape) instead of [4]")
    let large = try discriminator(widths: [3, 4, 5])(images(2, size: 32)).checked().shape
    #expect(large == [2], "two images of 32 pixels have two answers of three widths: yours is \(large) instead of [2]")
  }

  @Test("Convolution, normalization, leaky ReLU; in the end a convolution alone")
  func layers() throws {
    let (network, x) = (discriminator(), images(3))
    func logits(_ activation: @escaping (Tensor) -> Tensor, _ block: ((Tensor, Conv2d, BatchNorm2d) -> Tensor)? = nil)
      -> Tensor
    {
      let block = block ?? { activation(normalized($1($0), $2)) }
      let blocks = zip(network.convolutions, network.normalizations)
      return network.output(blocks.reduce(activation(network.input(x))) { block($0, $1.0, $1.1) }).reshaped([3])
    }
    func leaky(_ x: Tensor) -> Tensor { x.leakyReLU(slope: 0.2) }
    let expected = logits(leaky)
    let blocks = zip(network.convolutions, network.normalizations)
    let withoutFirst = network.output(
      blocks.reduce(network.input(x)) { leaky(normalized($1.0($0), $1.1)) }
    ).reshaped([3])
    // Sums of 80 products, in the same kernels.
    expectClose(
      try network(x).checked(), expected, "the logits", tolerance: 1e-5,
      mistakes: [
        "the axes of one pixel and one channel must go": expected.reshaped([3, 1, 1, 1]),
        "these are probabilities; logits are wanted, without a sigmoid": expected.sigmoid(),
        "the first layer's leaky ReLU is missing": withoutFirst,
        "the last number goes through a leaky ReLU; nothing comes after the last convolution": leaky(expected),
        "the ReLUs are not leaky: where x is negative, its gradient would be lost": logits { $0.relu() },
        "the leaky ReLU's slope is 0.2, not 0.01": logits { $0.leakyReLU() },
        "each image is normalized by itself; in training the statistics are those of the batch":
          Tensor.concatenated(
            (0..<3).map { image in
              let x = x.sliced(axis: 0, image..<image + 1)
              return network.output(
                blocks.reduce(leaky(network.input(x))) { leaky(normalized($1.0($0), $1.1)) }
              ).reshaped([1])
            }, axis: 0),
        "the leaky ReLUs after the first have the slope 0.2 too, not 0.01":
          network.output(
            blocks.reduce(leaky(network.input(x))) { normalized($1.0($0), $1.1).leakyReLU() }
          ).reshaped([3]),
        "the activations are missing": logits { $0 },
        "normalization comes before the leaky ReLU, not after it":
          logits(leaky) { normalized(leaky($1($0)), $2) },
        "the normalizations are missing": logits(leaky) { x, convolution, _ in leaky(convolution(x)) },
      ])
  }

  @Test("In evaluation an answer does not depend on the batch")
  func evaluation() throws {
    let (network, x) = (discriminator(), images(4))
    try network(x).checked()
    network.setTraining(false)
    let together = try network(x).checked()
    let isFinite = together.isFinite
    try #require(isFinite, "answers are finite numbers: some of yours are not")
    expectClose(
      try network(x.sliced(axis: 0, 2..<3)).checked(), together.sliced(axis: 0, 2..<3),
      "an image alone and in a batch: use the layers in `normalizations`, which know training from evaluation",
      tolerance: 1e-5, relativeTo: .number(max(together.scalars.map(abs).max() ?? 1, 1e-6)))
  }

  @Test("Every parameter gets a gradient, and so do the images")
  func gradients() throws {
    let (network, x) = (discriminator(), images(3).variable)
    let answers = try network(x).checked()
    try #require(answers.shape == [3], "three images have three answers: yours is \(answers.shape) instead of [3]")
    let gradients = answers.gradients(from: Tensor([1, -2, 0.5]))
    expectGradients(gradients, reach: network)
    #expect(gradients[x] != nil, "no gradient reaches the images, so a generator could learn nothing")
  }

  @Test("Images of another size are a fault")
  func wrongSize() throws {
    let network = discriminator()
    for size in [8, 32] {
      let answers = network(images(2, size: size))
      #expect(
        answers.fault != nil,
        answers.shape.elementCount > 2
          ? "two images of \(size) pixels must be faulty: yours has the shape \(answers.shape), one for each pixel that is left"
          : "two images of \(size) pixels must be faulty: yours is not, and has the shape \(answers.shape)")
    }
    let fault = network(images(2)).fault
    #expect(fault == nil, "images of 16 pixels fit two widths: yours is faulty, “\(fault?.reason ?? "")”")
  }

  @Test("The report's discriminator has 663,296 parameters")
  func report() throws {
    var generator = RandomGenerator(seed: 4)
    let network = Discriminator(using: &generator)
    let count = network.parameterCount
    #expect(count == 663_296, "the report's discriminator: yours has \(count) parameters instead of 663296")
    let shape = try network(.normal([2, 32, 32, 3], using: &generator)).checked().shape
    #expect(shape == [2], "two images have two answers: yours is \(shape) instead of [2]")
  }

  @Test("Images of other channels are a fault, and no crash")
  func otherChannels() {
    #expect(
      discriminator()(normal([2, 16, 16, 5], seed: 8)).fault != nil,
      "images of 5 channels do not fit, and must be faulty")
  }

  @Test("A batch enters the running statistics once")
  func statistics() throws {
    let (network, twin, x) = (discriminator(), discriminator(), images(3))
    _ = try network(x).checked()
    let first = twin.normalizations[0]
    _ = first(twin.convolutions[0](twin.input(x).leakyReLU(slope: 0.2)))
    // The same few operations.
    expectClose(
      network.normalizations[0].runningMean.value, first.runningMean.value,
      "the first normalization's running mean after one batch, which is to be normalized once", tolerance: 1e-5)
  }

  @Test("Logits have no limit")
  func unlimited() throws {
    let (network, x) = (discriminator(), images(3))
    network.setTraining(false)
    let before = try network(x).checked()
    network.output.weight.value = network.output.weight.value * 65_536
    // A factor of 2¹⁶ changes no rounding.
    expectClose(
      try network(x).checked(), before * 65_536, "the logits with a last convolution of 65,536 times the weight",
      tolerance: 1e-6,
      mistakes: [
        "the logits are held within a limit, so beyond it nothing is learned": (before * 65_536).clamped(to: -15...15)
      ])
  }
}
