import Foundation
import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// The whole network, with PyTorch's weights, held against PyTorch: its output, and the gradient of every parameter.
@Suite("The U-Net answers as PyTorch's does")
struct UNetOracleTests {
  /// Every rounding is as in a single operation, but some thirty of them follow each other and normalisations between them
  /// divide by what is left: 30 · 5e-7 = 1.5e-5, and a factor of three for luck that is not even.
  private static let tolerance: Float = 5e-5

  private let fixture: Fixture
  private let network: UNet

  init() throws {
    fixture = try Fixture(named: "unet")
    network = try Self.network(of: fixture, groups: fixture.integer("unet/groups"))
  }

  private static func network(of fixture: Fixture, groups: Int) throws -> UNet {
    var generator = RandomGenerator(seed: 0)
    let network = UNet(
      UNet.Configuration(
        baseWidth: try fixture.integer("unet/base"), imageChannels: try fixture.integer("unet/channels"),
        timeWidth: try fixture.integer("unet/time"), groups: groups),
      using: &generator)
    let prefix = "parameter."
    var state: [String: Tensor] = [:]
    for (name, tensor) in fixture.tensors(of: "unet") where name.hasPrefix(prefix) {
      state[String(name.dropFirst(prefix.count))] = tensor
    }
    try network.load(state)
    return network
  }

  @Test("The output")
  func output() throws {
    let timesteps = fixture.integers("unet/timesteps")
    expectClose(
      network(fixture["unet/x"], at: timesteps), fixture["unet/output"], "The output with 4 groups",
      tolerance: Self.tolerance)
    expectClose(
      try Self.network(of: fixture, groups: 8)(fixture["unet/x"], at: timesteps), fixture["unet.groups8/output"],
      "The output with 8 groups", tolerance: Self.tolerance)
  }

  @Test("The loss and its gradient by every parameter")
  func gradients() {
    let x = fixture["unet/x"].variable
    let loss = meanSquaredError(network(x, at: fixture.integers("unet/timesteps")), fixture["unet/target"])
    expectClose(loss, fixture["unet/loss"], "The loss", tolerance: Self.tolerance)

    let gradients = loss.gradients()
    let missing = Tensor(fault: Fault("no gradient reached it"))
    expectClose(
      gradients[x] ?? missing, fixture["unet/grad.x"], "The gradient by the image", tolerance: Self.tolerance)
    // The gradient flows from the last layer to the first: the first one that is off in its way is where to look.
    for (path, parameter) in network.parameters.reversed() {
      let isClose = expectClose(
        gradients[parameter] ?? missing, fixture["unet/grad.\(path)"], "The gradient by \(path)",
        tolerance: Self.tolerance)
      guard isClose else { return }
    }
  }
}
