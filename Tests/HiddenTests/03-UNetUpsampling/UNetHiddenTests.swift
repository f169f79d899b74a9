import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.9 The U-Net", .exercise("3.9"))
struct Hidden3_9 {
  private func network(_ configuration: UNet.Configuration, seed: UInt64 = 1) -> UNet {
    var generator = RandomGenerator(seed: seed)
    return UNet(configuration, using: &generator)
  }

  /// A part of the network by itself, with the network's parameters.
  private func adopt<Part: Layer>(_ part: Part, _ path: String, of network: UNet) throws -> Part {
    var state: [String: Tensor] = [:]
    for (name, tensor) in network.state where name.hasPrefix(path + ".") {
      state[String(name.dropFirst(path.count + 1))] = tensor
    }
    try part.load(state)
    return part
  }

  @Test("Together with other exercises", arguments: [(4, 1, 6, 2), (6, 3, 8, 3)])
  func composition(base b: Int, channels: Int, timeWidth: Int, groups: Int) throws {
    let network = network(
      .init(baseWidth: b, imageChannels: channels, timeWidth: timeWidth, groups: groups), seed: 2)
    try randomize(network, seed: 3)
    var generator = RandomGenerator(seed: 0)
    let time = try adopt(TimestepEmbedding(width: timeWidth, using: &generator), "timeEmbedding", of: network)([5, 812])
    func down(_ path: String, from inputs: Int, to outputs: Int) throws -> DownStage {
      try adopt(
        DownStage(from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator), path, of: network
      )
    }
    func up(_ path: String, from inputs: Int, to outputs: Int) throws -> UpStage {
      try adopt(
        UpStage(from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator), path, of: network)
    }
    func middle(_ path: String, from inputs: Int) throws -> ResidualBlock {
      try adopt(
        ResidualBlock(from: inputs, to: 4 * b, timeWidth: timeWidth, groups: groups, using: &generator), path,
        of: network)
    }
    func convolved(_ x: Tensor, _ name: String) throws -> Tensor {
      try x.conv2d(tensor("\(name).weight", of: network), bias: tensor("\(name).bias", of: network), padding: 1)
    }
    let x = normal([2, 8, 12, channels], seed: 4)
    let first = try down("down.0", from: b, to: b)(convolved(x, "convIn"), time: time)
    let second = try down("down.1", from: b, to: 2 * b)(first.halved, time: time)
    var h = try middle("middle.0", from: 2 * b)(second.halved, time: time)
    h = try middle("middle.1", from: 4 * b)(h, time: time)
    h = try up("up.0", from: 4 * b, to: 2 * b)(h, skip: second.skip, time: time)
    h = try up("up.1", from: 2 * b, to: b)(h, skip: first.skip, time: time)
    h = try groupNormalized(
      h, groups: groups, scale: tensor("normOut.scale", of: network), shift: tensor("normOut.shift", of: network))
    // The same operations in another order: some thirty layers of a few roundings of 6e-8, between which norms divide.
    expectClose(
      network(x, at: [5, 812]), try convolved(h.silu(), "convOut"), "the network, part by part", tolerance: 2e-5)
  }

  @Test("Other sizes", arguments: [[1, 4, 20, 2], [5, 16, 8, 2], [2, 32, 32, 2]] as [Shape])
  func sizes(images: Shape) throws {
    let network = network(.init(baseWidth: 8, imageChannels: 2, timeWidth: 10, groups: 2))
    let result = try network(normal(images, seed: 5), at: (0..<images[0]).map { 100 * $0 }).checked()
    #expect(result.shape == images && result.isFinite)
  }

  @Test("Other inputs", arguments: [0, 1, 999])
  func eachImageByItself(t: Int) throws {
    let network = network(.init(baseWidth: 8, imageChannels: 1, timeWidth: 16, groups: 4))
    let x = normal([2, 8, 8, 1], seed: 6)
    let together = try network(x, at: [t, 500]).checked()
    #expect(network(x.sliced(axis: 0, 0..<1), at: [t]) == together.sliced(axis: 0, 0..<1))
  }

  @Test("Other inputs")
  func gradients() throws {
    let network = network(.init(baseWidth: 8, imageChannels: 3, timeWidth: 16, groups: 2))
    let x = normal([2, 8, 4, 3], seed: 7).variable
    let gradients = try network(x, at: [1, 400]).squared().mean().checked().gradients()
    expectReached(network, by: gradients)
    #expect(gradients[x] != nil)
  }

  @Test("Together with other exercises")
  func learns() throws {
    // A step against the gradient lowers the loss, by the rate times the gradient's square where the rate is small.
    let network = network(.init(baseWidth: 8, imageChannels: 1, timeWidth: 16, groups: 2))
    let (x, target) = (normal([2, 8, 8, 1], seed: 8), normal([2, 8, 8, 1], seed: 9))
    let before = try meanSquaredError(network(x, at: [20, 700]), target).checked()
    let gradients = before.gradients()
    for (_, parameter) in network.parameters {
      parameter.value = parameter.value - (gradients[parameter] ?? .zeros(parameter.value.shape)) * 0.01
    }
    #expect(try meanSquaredError(network(x, at: [20, 700]), target).checked().item < before.item)
  }

  @Test(
    "Bad input",
    arguments: [
      (8, 1, 16, 3), (8, 1, 16, 0), (8, 1, 16, -2), (0, 1, 16, 1), (-8, 1, 16, 4), (8, 0, 16, 4), (8, -1, 16, 4),
      (8, 1, 0, 4), (8, 1, -6, 4), (8, 1, 7, 4),
    ])
  func impossible(base: Int, channels: Int, timeWidth: Int, groups: Int) throws {
    try network(.init(baseWidth: 8, imageChannels: 1, timeWidth: 16, groups: 4))(.ones([1, 4, 4, 1]), at: [0]).checked()
    let configuration = UNet.Configuration(
      baseWidth: base, imageChannels: channels, timeWidth: timeWidth, groups: groups)
    let fault = try #require(configuration.fault)
    #expect(network(configuration)(.ones([1, 4, 4, 1]), at: [0]).fault == fault)
  }
}
