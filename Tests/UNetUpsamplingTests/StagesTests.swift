import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// The stages of the way down and up, with convolutions that hand on what they get.
@Suite("Stages of the way down and up")
struct StagesTests {
  private func normal(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  private var time: Tensor { normal([2, 6], seed: 3) }

  @Test("The way down keeps the full size for the way up and halves the rest")
  func down() throws {
    var generator = RandomGenerator(seed: 1)
    let stage = DownStage(from: 4, to: 6, timeWidth: 6, groups: 2, using: &generator)
    let (halved, skip) = stage(normal([2, 8, 12, 4], seed: 2), time: time)
    #expect(try halved.checked().shape == [2, 4, 6, 6], "a stride of 2 halves both sides")
    #expect(try skip.checked().shape == [2, 8, 12, 6], "the skip connection is taken before the image is halved")
  }

  @Test("What is kept is what two residual blocks made, and every other pixel of it goes on down")
  func kept() throws {
    var generator = RandomGenerator(seed: 1)
    let stage = DownStage(from: 4, to: 4, timeWidth: 6, groups: 2, using: &generator)
    let x = normal([2, 8, 6, 4], seed: 2)
    let (_, before) = stage(x, time: time)
    #expect(try before.checked() != x, "the residual blocks must be used")

    try silence(["residuals.0.conv2", "residuals.1.conv2"], in: stage)
    try makeTransparent("downsample", in: stage)
    let (halved, skip) = stage(x, time: time)
    #expect(try skip.checked() == x, "two blocks that change nothing must leave the image as it is")
    try #require(halved.checked().shape == [2, 4, 3, 4])
    let pixels: [[Int]] = [[0, 0, 0, 0], [1, 3, 2, 3], [0, 1, 2, 1]]
    for p in pixels {
      #expect(halved[p[0], p[1], p[2], p[3]] == x[p[0], 2 * p[1], 2 * p[2], p[3]], "kernel 3, stride 2, padding 1")
    }
  }

  @Test("The way up doubles each pixel into four")
  func doubles() throws {
    let stage = try transparentUpStage(shortcutFrom: 0)
    let x = normal([2, 3, 5, 4], seed: 2)
    let y = try stage(x, skip: normal([2, 6, 10, 4], seed: 4), time: time).checked()
    #expect(
      y == x.upsampledNearest(by: 2),
      "the first half of the channels must be the doubled image (nearest neighbour), the second half the skip connection"
    )
  }

  @Test("The skip connection is laid beside it, after it")
  func skip() throws {
    let stage = try transparentUpStage(shortcutFrom: 4)
    let skip = normal([2, 6, 10, 4], seed: 4)
    let y = try stage(normal([2, 3, 5, 4], seed: 2), skip: skip, time: time).checked()
    #expect(y == skip, "the order is [doubled, skip]: parameters trained with the other order do not fit this network")
  }

  @Test("A skip connection of another size is a fault")
  func misfit() {
    var generator = RandomGenerator(seed: 1)
    let stage = UpStage(from: 4, to: 4, timeWidth: 6, groups: 2, using: &generator)
    #expect(stage(.ones([2, 3, 3, 4]), skip: .ones([2, 5, 5, 4]), time: time).fault != nil)
  }

  /// A stage that hands on four of the eight channels which its first block gets.
  private func transparentUpStage(shortcutFrom first: Int) throws -> UpStage {
    var generator = RandomGenerator(seed: 1)
    let stage = UpStage(from: 4, to: 4, timeWidth: 6, groups: 2, using: &generator)
    try makeTransparent("upsample", in: stage)
    try silence(["residuals.0.conv2", "residuals.1.conv2"], in: stage)
    try makeTransparent("residuals.0.shortcut", from: first, in: stage)
    return stage
  }
}
