import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// One residual block, whose weights are set so that what is left of it is known.
@Suite("Residual block")
struct ResidualBlockTests {
  private func block(from inputs: Int, to outputs: Int) -> ResidualBlock {
    var generator = RandomGenerator(seed: 1)
    return ResidualBlock(from: inputs, to: outputs, timeWidth: 6, groups: 2, using: &generator)
  }

  private func normal(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  @Test("If the last convolution says nothing, the block changes nothing")
  func wayAround() throws {
    let block = block(from: 4, to: 4)
    try silence(["conv2"], in: block)
    let x = normal([2, 5, 6, 4], seed: 2)
    let y = try block(x, time: normal([2, 6], seed: 3)).checked()
    #expect(y == x, "the input must go around both convolutions and be added, untouched, at the end")
  }

  @Test("Where the widths differ, a 1×1 convolution leads around")
  func shortcut() throws {
    let block = block(from: 4, to: 6)
    try silence(["conv2"], in: block)
    let x = normal([2, 5, 6, 4], seed: 2)
    let expected = try x.conv2d(tensor("shortcut.weight", of: block), bias: tensor("shortcut.bias", of: block))
    #expect(try block(x, time: normal([2, 6], seed: 3)).checked() == expected, "x is neither normalised nor activated")
  }

  @Test("The formula", arguments: [4, 6])
  func formula(outputs: Int) throws {
    let block = block(from: 4, to: outputs)
    // Norms whose scales and shifts differ from channel to channel, or a missing one would not show.
    var state = block.state
    for (index, name) in ["norm1.scale", "norm1.shift", "norm2.scale", "norm2.shift"].enumerated() {
      state[name] = normal(try #require(state[name]).shape, seed: UInt64(10 + index))
    }
    try block.load(state)
    let (x, time) = (normal([2, 5, 6, 4], seed: 2), normal([2, 6], seed: 3))

    func tensor(_ name: String) throws -> Tensor { try UNetUpsamplingTests.tensor(name, of: block) }
    func activated(_ x: Tensor, by norm: String) throws -> Tensor {
      try x.groupNormalized(groups: 2, scale: tensor("\(norm).scale"), shift: tensor("\(norm).shift")).silu()
    }
    func convolved(_ x: Tensor, by convolution: String) throws -> Tensor {
      try x.conv2d(tensor("\(convolution).weight"), bias: tensor("\(convolution).bias"), padding: 1)
    }
    let shift = try time.silu().matmul(tensor("timeProjection.weight")) + tensor("timeProjection.bias")
    var expected = try convolved(activated(x, by: "norm1"), by: "conv1") + shift.reshaped([2, 1, 1, outputs])
    expected = try convolved(activated(expected, by: "norm2"), by: "conv2")
    expected += outputs == 4 ? x : try x.conv2d(tensor("shortcut.weight"), bias: tensor("shortcut.bias"))
    // The same operations; another order of additions costs a rounding or two.
    expectClose(
      block(x, time: time), expected,
      "conv2(silu(norm2(conv1(silu(norm1(x))) + timeProjection(silu(time))))) + shortcut(x)", tolerance: 1e-5)
  }

  @Test("The time shifts whole channels, each image by its own time")
  func time() throws {
    let block = block(from: 4, to: 4)
    let x = normal([2, 5, 6, 4], seed: 2)
    let time = normal([2, 6], seed: 3)
    let changed = Tensor.concatenated([time.sliced(axis: 0, 0..<1), normal([1, 6], seed: 4)], axis: 0)
    let (before, after) = (try block(x, time: time).checked(), try block(x, time: changed).checked())
    #expect(
      before.sliced(axis: 0, 0..<1) == after.sliced(axis: 0, 0..<1),
      "the first image has kept its time; is the shift shaped [count, 1, 1, channels]?")
    #expect(
      before.sliced(axis: 0, 1..<2) != after.sliced(axis: 0, 1..<2),
      "the second image's time has changed; is the shift added, and before norm2's input is lost?")
  }
}
