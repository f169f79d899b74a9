import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// A stage of the way up, with convolutions that hand on what they get.
@Suite("3.8 A stage up", .exercise("3.8"))
struct Exercise3_8 {
  private let x = normal([2, 3, 5, 4], seed: 2)
  private let skip = normal([2, 6, 10, 4], seed: 4)
  private let time = normal([2, 6], seed: 3)

  private func stage(from inputs: Int = 4, to outputs: Int = 4) -> UpStage {
    var generator = RandomGenerator(seed: 1)
    return UpStage(from: inputs, to: outputs, timeWidth: 6, groups: 2, using: &generator)
  }

  /// A stage that hands on four of the eight channels which its first block gets.
  private func transparentStage(from first: Int) throws -> UpStage {
    let stage = stage()
    try makeTransparent("upsample", in: stage)
    try silence(["residuals.0.conv2", "residuals.1.conv2"], in: stage)
    try makeTransparent("residuals.0.shortcut", from: first, in: stage)
    return stage
  }

  @Test("Sizes and channels")
  func sizes() throws {
    let result = stage(from: 8, to: 6)(
      normal([2, 3, 5, 8], seed: 6), skip: normal([2, 6, 10, 6], seed: 7), time: time)
    if let fault = result.fault {
      Issue.record(
        """
        \(fault). 3 × 5 pixels are doubled to 6 × 10, the convolution takes their 8 channels to 6, and the 6 of the skip \
        connection are laid beside them, along the channels
        """)
      return
    }
    #expect(
      result.shape == [2, 6, 10, 6],
      "3 × 5 pixels are doubled to 6 × 10, of 6 channels: yours is \(result.shape) instead of [2, 6, 10, 6]")
  }

  @Test("The first channels are the doubled image")
  func doubles() throws {
    expectClose(
      try transparentStage(from: 0)(x, skip: skip, time: time), x.upsampledNearest(by: 2),
      "the first half of the channels", tolerance: 0,
      mistakes: [
        "it is the skip connection; the order is [doubled, skip]": skip,
        "the image was enlarged by interpolation; each pixel is repeated":
          x.upsampledBilinear(by: 2, alignCorners: false),
        "the image was enlarged by interpolation with aligned corners; each pixel is repeated":
          x.upsampledBilinear(by: 2, alignCorners: true),
      ])
  }

  @Test("Behind them lies the skip connection, as it is")
  func skipBehind() throws {
    expectClose(
      try transparentStage(from: 4)(x, skip: skip, time: time), skip, "the second half of the channels", tolerance: 0,
      mistakes: [
        "it is the doubled image; the order is [doubled, skip], and weights trained with the other do not fit":
          x.upsampledNearest(by: 2)
      ])
  }

  @Test("Doubled first, smoothed after")
  func smoothsDoubled() throws {
    // Both halves are added up, and the skip connection is 0: whichever comes first.
    let stage = try transparentStage(from: 0)
    var halves = try tensor("residuals.0.shortcut.weight", of: stage)
    for channel in 0..<4 { halves[0, 0, 4 + channel, channel] = 1 }
    try set(["residuals.0.shortcut.weight": halves], in: stage)
    let skip = Tensor.zeros(skip.shape)
    try set(["upsample.weight": normal([3, 3, 4, 4], seed: 8), "upsample.bias": normal([4], seed: 9)], in: stage)
    let (weight, bias) = try (tensor("upsample.weight", of: stage), tensor("upsample.bias", of: stage))
    // The same convolution of 36 products.
    expectClose(
      stage(x, skip: skip, time: time), x.upsampledNearest(by: 2).conv2d(weight, bias: bias, padding: 1),
      "the doubled image through the convolution", tolerance: 2e-6,
      mistakes: [
        "the convolution comes before the doubling; blocks of four equal pixels remain":
          x.conv2d(weight, bias: bias, padding: 1).upsampledNearest(by: 2),
        "the convolution `upsample` is missing: without it blocks of four equal pixels remain":
          x.upsampledNearest(by: 2),
        "SiLU comes after the convolution; nothing does":
          x.upsampledNearest(by: 2).conv2d(weight, bias: bias, padding: 1).silu(),
        "the image was enlarged by interpolation; each pixel is repeated":
          x.upsampledBilinear(by: 2, alignCorners: false).conv2d(weight, bias: bias, padding: 1),
      ])
  }

  @Test("The blocks, one after the other")
  func order() throws {
    let stage = stage()
    let blocks = try [8, 4].enumerated().map { index, inputs in
      var generator = RandomGenerator(seed: 0)
      let block = ResidualBlock(from: inputs, to: 4, timeWidth: 6, groups: 2, using: &generator)
      let prefix = "residuals.\(index)."
      try set(
        Dictionary(
          uniqueKeysWithValues: stage.state.filter { $0.key.hasPrefix(prefix) }
            .map { (String($0.key.dropFirst(prefix.count)), $0.value) }), in: block)
      return block
    }
    let (weight, bias) = try (tensor("upsample.weight", of: stage), tensor("upsample.bias", of: stage))
    let smoothed = x.upsampledNearest(by: 2).conv2d(weight, bias: bias, padding: 1)
    let first = blocks[0](.concatenated([smoothed, skip], axis: -1), time: time)
    // The same operations, but for the order of additions.
    expectClose(
      stage(x, skip: skip, time: time), blocks[1](first, time: time), "what both blocks make of both images",
      tolerance: 1e-5,
      mistakes: [
        "it is what the first block made; the second comes after it": first,
        "the blocks are told zeros; they are told the time":
          blocks[1](blocks[0](.concatenated([smoothed, skip], axis: -1), time: time * 0), time: time * 0),
        "the second block is told zeros; both are told the time": blocks[1](first, time: time * 0),
        "the skip connection lies before the doubled image; the order is [doubled, skip]":
          blocks[1](blocks[0](.concatenated([skip, smoothed], axis: -1), time: time), time: time),
      ])
  }

  @Test("The time makes a difference")
  func told() throws {
    let stage = stage()
    #expect(
      try stage(x, skip: skip, time: normal([2, 6], seed: 5)).checked()
        != stage(x, skip: skip, time: time).checked(),
      "with another time the result is still the same: the time makes no difference")
  }

  @Test("Gradients reach x, the skip connection, the time and all parameters")
  func gradients() {
    let stage = stage(from: 4, to: 4)
    expectGradients(
      of: "the stage's result", ["x": x, "the skip connection": skip, "the time": time], parametersOf: stage,
      advice: """
        x is doubled with the engine's `upsampledNearest(by:)`, which records gradients; `nearestUpsampled` of 3.2 reads and \
        writes elements, which records none
        """
    ) { stage($0[0], skip: $0[1], time: $0[2]) }
  }

  @Test("A skip connection of another size is a fault")
  func misfit() throws {
    let stage = stage()
    try stage(x, skip: skip, time: time).checked()
    #expect(
      stage(.ones([2, 3, 3, 4]), skip: .ones([2, 5, 5, 4]), time: time).fault != nil,
      "5 × 5 pixels do not fit beside 6 × 6; nothing may be cut or stretched to make them")
  }
}
