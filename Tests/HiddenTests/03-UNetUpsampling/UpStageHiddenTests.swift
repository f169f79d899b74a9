import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.8 A stage up", .exercise("3.8"))
struct Hidden3_8 {
  private func stage(from inputs: Int, to outputs: Int, seed: UInt64) throws -> UpStage {
    var generator = RandomGenerator(seed: seed)
    let stage = UpStage(from: inputs, to: outputs, timeWidth: 5, groups: 2, using: &generator)
    try randomize(stage, seed: seed + 1)
    return stage
  }

  private func blocks(of stage: UpStage, to outputs: Int) throws -> [ResidualBlock] {
    try [2 * outputs, outputs].enumerated().map { index, inputs in
      var generator = RandomGenerator(seed: 0)
      let block = ResidualBlock(from: inputs, to: outputs, timeWidth: 5, groups: 2, using: &generator)
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
    let blocks = try blocks(of: stage, to: outputs)
    let (x, skip) = (normal([3, 2, 4, inputs], seed: 2), normal([3, 4, 8, outputs], seed: 3))
    let time = normal([3, 5], seed: 4)
    let smoothed = try nearestUpsampled(x, by: 2).conv2d(
      tensor("upsample.weight", of: stage), bias: tensor("upsample.bias", of: stage), padding: 1)
    let merged = Tensor.concatenated([smoothed, skip], axis: 3)
    let expected = try blocks[1](blocks[0](merged, time: time), time: time).checked()
    // The same operations; another order of additions costs a few roundings of 6e-8 in each of a dozen layers.
    expectClose(stage(x, skip: skip, time: time), expected, "\(inputs) to \(outputs) channels", tolerance: 1e-5)
  }

  @Test("Other sizes", arguments: [(1, 1), (7, 3), (14, 14)])
  func sizes(height: Int, width: Int) throws {
    let result = try stage(from: 6, to: 2, seed: 5)(
      normal([1, height, width, 6], seed: 6), skip: normal([1, 2 * height, 2 * width, 2], seed: 7), time: .ones([1, 5]))
    #expect(try result.checked().shape == [1, 2 * height, 2 * width, 2])
  }

  @Test("Other inputs")
  func gradients() throws {
    let stage = try stage(from: 4, to: 6, seed: 8)
    let (x, skip) = (normal([2, 2, 2, 4], seed: 9).variable, normal([2, 4, 4, 6], seed: 10).variable)
    let time = normal([2, 5], seed: 11).variable
    let gradients = try stage(x, skip: skip, time: time).squared().sum().checked().gradients()
    expectReached(stage, by: gradients)
    #expect(gradients[x] != nil && gradients[skip] != nil && gradients[time] != nil)
  }

  @Test("Edge cases")
  func eachImageByItself() throws {
    let stage = try stage(from: 4, to: 4, seed: 12)
    let (x, skip, time) = (normal([2, 2, 3, 4], seed: 13), normal([2, 4, 6, 4], seed: 14), normal([2, 5], seed: 15))
    let together = try stage(x, skip: skip, time: time).checked()
    let alone = stage(
      x.sliced(axis: 0, 1..<2), skip: skip.sliced(axis: 0, 1..<2), time: time.sliced(axis: 0, 1..<2))
    #expect(together.sliced(axis: 0, 1..<2) == alone)
  }

  @Test("Bad input")
  func bad() throws {
    let stage = try stage(from: 4, to: 4, seed: 16)
    let (x, time) = (normal([2, 2, 3, 4], seed: 17), Tensor.ones([2, 5]))
    try stage(x, skip: .ones([2, 4, 6, 4]), time: time).checked()
    for skip in [[2, 2, 3, 4], [2, 6, 4, 4], [1, 4, 6, 4], [2, 4, 6, 3]] as [Shape] {
      #expect(stage(x, skip: .ones(skip), time: time).fault != nil, "a skip connection of \(skip)")
    }
    let fault = Fault("earlier")
    #expect(stage(Tensor(fault: fault), skip: .ones([2, 4, 6, 4]), time: time).fault == fault)
    #expect(stage(x, skip: Tensor(fault: fault), time: time).fault == fault)
  }
}
