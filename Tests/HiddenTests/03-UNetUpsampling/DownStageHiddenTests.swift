import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.7 A stage down", .exercise("3.7"))
struct Hidden3_7 {
  private func stage(from inputs: Int, to outputs: Int, timeWidth: Int = 5, seed: UInt64) throws -> DownStage {
    var generator = RandomGenerator(seed: seed)
    let stage = DownStage(from: inputs, to: outputs, timeWidth: timeWidth, groups: 2, using: &generator)
    try randomize(stage, seed: seed + 1)
    return stage
  }

  /// The blocks of a stage by themselves, with its parameters.
  private func blocks(of stage: DownStage, from inputs: Int, to outputs: Int, timeWidth: Int = 5) throws
    -> [ResidualBlock]
  {
    try [inputs, outputs].enumerated().map { index, inputs in
      var generator = RandomGenerator(seed: 0)
      let block = ResidualBlock(from: inputs, to: outputs, timeWidth: timeWidth, groups: 2, using: &generator)
      let prefix = "residuals.\(index)."
      var state: [String: Tensor] = [:]
      for (path, tensor) in stage.state where path.hasPrefix(prefix) {
        state[String(path.dropFirst(prefix.count))] = tensor
      }
      try block.load(state)
      return block
    }
  }

  @Test("Together with other exercises", arguments: [(2, 6), (4, 4), (8, 2)])
  func composition(inputs: Int, outputs: Int) throws {
    let stage = try stage(from: inputs, to: outputs, seed: 1)
    let blocks = try blocks(of: stage, from: inputs, to: outputs)
    let (x, time) = (normal([3, 6, 4, inputs], seed: 2), normal([3, 5], seed: 3))
    let kept = try blocks[1](blocks[0](x, time: time), time: time).checked()
    let (halved, skip) = stage(x, time: time)
    // The same operations; another order of additions costs a few roundings of 6e-8 in each of a dozen layers.
    expectClose(skip, kept, "what is kept", tolerance: 1e-5)
    expectClose(
      halved,
      kept.conv2d(
        try tensor("downsample.weight", of: stage), bias: try tensor("downsample.bias", of: stage), stride: 2,
        padding: 1),
      "what goes on down", tolerance: 1e-5)
  }

  @Test("Other sizes", arguments: [(2, 2), (16, 4), (7, 9), (28, 28)])
  func sizes(height: Int, width: Int) throws {
    let (halved, skip) = try stage(from: 2, to: 4, seed: 4)(
      normal([1, height, width, 2], seed: 5), time: .ones([1, 5]))
    #expect(try halved.checked().shape == [1, (height + 1) / 2, (width + 1) / 2, 4])
    #expect(try skip.checked().shape == [1, height, width, 4])
  }

  @Test("Other inputs")
  func gradients() throws {
    let stage = try stage(from: 4, to: 6, seed: 6)
    let (x, time) = (normal([2, 4, 4, 4], seed: 7).variable, normal([2, 5], seed: 8).variable)
    let (halved, skip) = stage(x, time: time)
    let gradients = try (halved.squared().sum() + skip.squared().sum()).checked().gradients()
    expectReached(stage, by: gradients)
    #expect(gradients[x] != nil && gradients[time] != nil)
  }

  @Test("Edge cases")
  func eachImageByItself() throws {
    let stage = try stage(from: 4, to: 4, seed: 9)
    let (x, time) = (normal([2, 4, 6, 4], seed: 10), normal([2, 5], seed: 11))
    let (halved, skip) = stage(x, time: time)
    let alone = stage(x.sliced(axis: 0, 1..<2), time: time.sliced(axis: 0, 1..<2))
    #expect(try skip.checked().sliced(axis: 0, 1..<2) == alone.skip)
    #expect(try halved.checked().sliced(axis: 0, 1..<2) == alone.halved)
  }

  @Test("Bad input")
  func bad() throws {
    let stage = try stage(from: 4, to: 4, seed: 12)
    try stage(normal([1, 4, 4, 4], seed: 13), time: .ones([1, 5])).halved.checked()
    let (halved, skip) = stage(normal([1, 4, 4, 3], seed: 13), time: .ones([1, 5]))
    #expect(halved.fault != nil && skip.fault != nil, "other channels")
    #expect(stage(normal([1, 4, 4, 4], seed: 13), time: .ones([1, 6])).skip.fault != nil, "a time of another width")
    let fault = Fault("earlier")
    #expect(stage(Tensor(fault: fault), time: .ones([1, 5])).halved.fault == fault)
  }
}
