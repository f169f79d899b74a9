import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.5 The residual block", .exercise("3.5"))
struct Hidden3_5 {
  private func block(from inputs: Int, to outputs: Int, timeWidth: Int, groups: Int, seed: UInt64) throws
    -> ResidualBlock
  {
    var generator = RandomGenerator(seed: seed)
    let block = ResidualBlock(from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator)
    try randomize(block, seed: seed + 1)
    return block
  }

  /// The block written out with its parameters, which gradients reach.
  private func reference(_ block: ResidualBlock, _ x: Tensor, time: Tensor, groups: Int) throws -> Tensor {
    let p = Dictionary(uniqueKeysWithValues: block.parameters.map { ($0.path, $0.parameter.value) })
    func of(_ path: String) throws -> Tensor { try #require(p[path]) }
    let first = try x.groupNormalized(groups: groups, scale: of("norm1.scale"), shift: of("norm1.shift")).silu()
      .conv2d(of("conv1.weight"), bias: of("conv1.bias"), padding: 1)
    let shift = try time.silu().matmul(of("timeProjection.weight")) + of("timeProjection.bias")
    let told = first + shift.reshaped([shift.shape[0], 1, 1, shift.shape[1]])
    let second = try told.groupNormalized(groups: groups, scale: of("norm2.scale"), shift: of("norm2.shift")).silu()
      .conv2d(of("conv2.weight"), bias: of("conv2.bias"), padding: 1)
    guard let weight = p["shortcut.weight"] else { return second + x }
    return try second + x.conv2d(weight, bias: of("shortcut.bias"))
  }

  @Test("Other inputs", arguments: 0..<4)
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let groups = 1 + generator.integer(below: 3)
    let (inputs, outputs) = (groups * (2 + generator.integer(below: 3)), groups * (2 + generator.integer(below: 3)))
    let timeWidth = 1 + generator.integer(below: 9)
    let block = try block(from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, seed: seed)
    let count = 1 + generator.integer(below: 3)
    let x = Tensor.normal([count, 2 + generator.integer(below: 5), 3, inputs], using: &generator).variable
    let time = Tensor.normal([count, timeWidth], using: &generator).variable
    let (result, expected) = (block(x, time: time), try reference(block, x, time: time, groups: groups))
    // The same operations in another order: sums of up to 108 products, √108 · 6e-8 = 6e-7, and a dozen steps that follow
    // one another, of which norms divide by what is left. The gradient goes through all of them twice.
    expectClose(result, expected, "\(x.shape) to \(outputs) channels", tolerance: 1e-5)
    let (gradients, theirs) = (result.squared().sum().gradients(), expected.squared().sum().gradients())
    let missing = Tensor(fault: Fault("no gradient"))
    expectClose(gradients[x] ?? missing, theirs[x] ?? missing, "the gradient by x", tolerance: 2e-5)
    expectClose(gradients[time] ?? missing, theirs[time] ?? missing, "the gradient by the time", tolerance: 2e-5)
    expectReached(block, by: gradients)
  }

  @Test("Other sizes", arguments: [[1, 1, 1, 4], [5, 1, 9, 4], [2, 17, 3, 4]] as [Shape])
  func sizes(shape: Shape) throws {
    // As above.
    let block = try block(from: 4, to: 8, timeWidth: 3, groups: 2, seed: 5)
    let (x, time) = (normal(shape, seed: 6), normal([shape[0], 3], seed: 7))
    expectClose(
      block(x, time: time), try reference(block, x, time: time, groups: 2), "images \(shape)", tolerance: 1e-5)
  }

  @Test("Edge cases")
  func oneGroupForEachChannel() throws {
    // A norm of single channels takes away what the time adds to a whole channel: then it must make no difference.
    let block = try block(from: 4, to: 4, timeWidth: 3, groups: 4, seed: 8)
    let x = normal([1, 4, 4, 4], seed: 9)
    expectClose(
      block(x, time: normal([1, 3], seed: 10)), try block(x, time: normal([1, 3], seed: 11)).checked(),
      "the time in groups of one channel", tolerance: 2e-5)
  }

  @Test("Edge cases")
  func equalWidthsNeedNoShortcut() throws {
    let block = try block(from: 6, to: 6, timeWidth: 2, groups: 3, seed: 12)
    try silence(["conv2"], in: block)
    let x = normal([3, 2, 2, 6], seed: 13) * 100
    #expect(try block(x, time: .zeros([3, 2])).checked() == x, "the shortcut must not touch the input")
  }

  @Test("Bad input")
  func bad() throws {
    let block = try block(from: 4, to: 4, timeWidth: 3, groups: 2, seed: 14)
    let x = normal([2, 4, 4, 4], seed: 15)
    try block(x, time: .ones([2, 3])).checked()
    #expect(block(x, time: .ones([2, 4])).fault != nil, "a time of another width")
    #expect(block(x, time: .ones([3, 3])).fault != nil, "three times for two images")
    #expect(block(normal([2, 4, 4, 6], seed: 16), time: .ones([2, 3])).fault != nil, "other channels")
    var generator = RandomGenerator(seed: 17)
    let impossible = ResidualBlock(from: 4, to: 4, timeWidth: 3, groups: 3, using: &generator)
    #expect(impossible(x, time: .ones([2, 3])).fault != nil, "groups that do not divide the channels")
  }
}
