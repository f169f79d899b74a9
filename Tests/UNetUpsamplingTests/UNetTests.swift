import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// The whole network: its size, its shapes, and that everything in it has a say.
@Suite("U-Net")
struct UNetTests {
  private func network(
    baseWidth: Int = 16, imageChannels: Int = 1, timeWidth: Int = 32, groups: Int = 8, seed: UInt64 = 1
  ) -> UNet {
    var generator = RandomGenerator(seed: seed)
    return UNet(
      UNet.Configuration(
        baseWidth: baseWidth, imageChannels: imageChannels, timeWidth: timeWidth, groups: groups),
      using: &generator)
  }

  private func normal(_ shape: Shape, seed: UInt64 = 2) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  /// Parts of the network of the report, and how many parameters each has.
  static let parts = [
    ("timeEmbedding", 131_584), ("convIn", 3_584), ("down.0", 804_736), ("down.1", 2_821_888), ("middle", 8_657_920),
    ("up.0", 4_395_520), ("up.1", 1_132_800),
  ]

  @Test("The report's network has 17,951,747 parameters")
  func size() {
    let network = network(baseWidth: 128, imageChannels: 3, timeWidth: 256)
    for (part, expected) in Self.parts {
      let count = network.parameters.filter { $0.path.hasPrefix("\(part).") }.reduce(0) {
        $0 + $1.parameter.value.shape.elementCount
      }
      #expect(count == expected, "\(part) has \(count) parameters, not \(expected)")
    }
    #expect(network.parameterCount == 17_951_747)
  }

  @Test("With a base width of 16 and grey images it has 484,097")
  func smallSize() {
    #expect(network(timeWidth: 256).parameterCount == 484_097)
  }

  @Test("ε̂ has the shape of the images", arguments: [[1, 28, 28, 1], [3, 8, 12, 3], [2, 4, 4, 1]] as [Shape])
  func shape(of images: Shape) throws {
    let network = network(imageChannels: images[3])
    let prediction = try network(normal(images), at: Array(0..<images[0])).checked()
    #expect(prediction.shape == images)
    #expect(prediction.isFinite)
  }

  @Test("An image's timestep and company are its own affair")
  func independence() throws {
    let network = network()
    let x = normal([3, 8, 8, 1])
    let before = try network(x, at: [5, 500, 999]).checked()
    let after = try network(x, at: [5, 17, 999]).checked()
    #expect(
      before.sliced(axis: 0, 0..<1) == after.sliced(axis: 0, 0..<1),
      "only the second image's timestep has changed, yet the first one's result has")
    #expect(before.sliced(axis: 0, 2..<3) == after.sliced(axis: 0, 2..<3))
    #expect(
      before.sliced(axis: 0, 1..<2) != after.sliced(axis: 0, 1..<2), "the second image's timestep makes no difference")
    #expect(
      network(x.sliced(axis: 0, 1..<2), at: [500]) == before.sliced(axis: 0, 1..<2),
      "an image must be treated alone as in company, to the bit")
  }

  @Test("The gradient reaches every parameter and is finite")
  func gradients() throws {
    let network = network()
    let loss = try network(normal([2, 8, 8, 1]), at: [3, 700]).squared().mean().checked()
    let gradients = loss.gradients()
    for (path, parameter) in network.parameters {
      guard let gradient = gradients[parameter] else {
        Issue.record("no gradient reaches \(path): the result does not depend on it, or was computed without recording")
        continue
      }
      #expect(gradient.isFinite, "the gradient of \(path) is not finite")
      #expect(gradient.scalars.contains { $0 != 0 }, "the gradient of \(path) is 0: its result is not used")
    }
  }

  @Test("The finest details pass through the skip connection of the full size")
  func details() throws {
    let network = network()
    // All that comes from below is doubled and blurred; what is left without it is the skip connection of full size.
    try silence(["up.1.upsample"], in: network)
    var x = normal([1, 8, 8, 1])
    let before = try network(x, at: [10]).checked()
    x[0, 3, 4, 0] += 1
    let after = try network(x, at: [10]).checked()
    #expect(before != after, "up.1 must get the image that down.0 kept, before it was halved")
  }

  @Test("Both skip connections are used, the last kept first")
  func skips() throws {
    // Without what the middle hands up, the result still depends on the second stage down, through its skip connection.
    let network = network()
    try silence(["up.0.upsample"], in: network)
    let x = normal([1, 8, 8, 1])
    let loss = try network(x, at: [10]).squared().mean().checked()
    let gradients = loss.gradients()
    let parameters = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.path, $0.parameter) })
    let kept = try #require(parameters["down.1.residuals.1.conv2.weight"])
    #expect(
      gradients[kept]?.scalars.contains { $0 != 0 } == true,
      "what down.1 kept must reach up.0 beside what the middle hands up")
  }

  @Test("A size that cannot be halved twice is a fault, not a crash", arguments: [1, 2, 3, 5, 6, 7, 9, 10, 27])
  func oddSizes(extent: Int) {
    for images in [[1, extent, 8, 1], [1, 8, extent, 1], [1, extent, extent, 1]] as [Shape] {
      let fault = network()(normal(images), at: [0]).fault
      #expect(fault?.reason.isEmpty == false, "images of \(images) do not come back at their own size")
    }
  }

  @Test("Wrong channels and wrong numbers of timesteps are faults")
  func misfits() {
    let network = network()
    #expect(network(normal([1, 8, 8, 3]), at: [0]).fault != nil, "three channels do not fit a network for grey images")
    #expect(network(normal([2, 8, 8, 1]), at: [0, 1, 2]).fault != nil, "three timesteps do not fit two images")
    #expect(network(normal([1, 8, 8, 1]), at: [0, 1]).fault != nil, "two timesteps do not fit one image")
    #expect(network(normal([2, 8, 8, 1]), at: [0]).fault != nil, "one timestep does not fit two images")
    #expect(network(normal([8, 8, 1]), at: [0]).fault != nil, "images have four axes")
    let unfinished = Fault("unfinished")
    #expect(network(Tensor(fault: unfinished), at: [0]).fault == unfinished, "the first fault is passed on")
  }
}
