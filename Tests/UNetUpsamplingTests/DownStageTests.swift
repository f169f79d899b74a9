import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// A stage of the way down, with convolutions that hand on what they get.
@Suite("3.7 A stage down", .exercise("3.7"))
struct Exercise3_7 {
  private let x = normal([2, 8, 6, 4], seed: 2)
  private let time = normal([2, 6], seed: 3)

  private func stage(to outputs: Int = 4) -> DownStage {
    var generator = RandomGenerator(seed: 1)
    return DownStage(from: 4, to: outputs, timeWidth: 6, groups: 2, using: &generator)
  }

  @Test("The way down keeps the full size for the way up and halves the rest")
  func sizes() throws {
    let (halved, skip) = stage(to: 6)(normal([2, 8, 12, 4], seed: 4), time: time)
    try halved.checked()
    try skip.checked()
    #expect(
      skip.shape != [2, 4, 6, 6] || halved.shape == [2, 4, 6, 6],
      "the two results are exchanged: first the halved image, then the one at full size")
    #expect(halved.shape == [2, 4, 6, 6], "8 × 12 pixels are halved to 4 × 6, once")
    #expect(skip.shape == [2, 8, 12, 6], "the skip connection is taken before the image is halved, not after")
  }

  @Test("Blocks that change nothing keep the image as it is")
  func transparent() throws {
    let stage = stage()
    try silence(["residuals.0.conv2", "residuals.1.conv2"], in: stage)
    try makeTransparent("downsample", in: stage)
    let (halved, skip) = stage(x, time: time)
    #expect(
      try skip.checked() == x, "what is kept is what the residual blocks made, without the convolution that halves")
    try #require(halved.checked().shape == [2, 4, 3, 4], "8 × 6 pixels are halved to 4 × 3")
    let pixels: [[Int]] = [[0, 0, 0, 0], [1, 3, 2, 3], [0, 1, 2, 1]]
    for p in pixels {
      #expect(
        halved[p[0], p[1], p[2], p[3]] == x[p[0], 2 * p[1], 2 * p[2], p[3]],
        "every other pixel of what is kept goes on down: through the stage's convolution, not by pooling")
    }
  }

  @Test("What is kept is what both residual blocks made, in their order")
  func bothBlocks() throws {
    // One block's convolution at a time is silent, so that the other's work is what is kept.
    for (silent, speaking) in [(0, 1), (1, 0)] {
      let stage = stage()
      try silence(["residuals.\(silent).conv2"], in: stage)
      let (_, skip) = stage(x, time: time)
      #expect(
        try skip.checked() != x,
        "residual block \(speaking) must be used, and what is kept be taken behind it, not before the blocks")
      var generator = RandomGenerator(seed: 9)
      let alone = ResidualBlock(from: 4, to: 4, timeWidth: 6, groups: 2, using: &generator)
      let prefix = "residuals.\(speaking)."
      try set(
        Dictionary(
          uniqueKeysWithValues: stage.state.filter { $0.key.hasPrefix(prefix) }
            .map { (String($0.key.dropFirst(prefix.count)), $0.value) }), in: alone)
      expectClose(skip, alone(x, time: time), "what residual block \(speaking) makes of x", tolerance: 1e-6)
    }
  }

  @Test("What goes on down is the convolution of what is kept")
  func halvedOfKept() throws {
    let stage = stage(to: 6)
    let (halved, skip) = stage(x, time: time)
    let expected = try skip.checked().conv2d(
      tensor("downsample.weight", of: stage), bias: tensor("downsample.bias", of: stage), stride: 2, padding: 1)
    expectClose(
      halved, expected, "the halved image: the blocks' result, and not x, must go on down", tolerance: 1e-6)
  }

  @Test("Both blocks are told the time")
  func timeOfBoth() throws {
    let stage = stage()
    let (halved, _) = stage(x, time: time)
    let gradients = try halved.checked().squared().mean().gradients()
    for (path, parameter) in stage.parameters {
      #expect(
        gradients[parameter]?.scalars.contains { $0 != 0 } == true,
        "no gradient reaches \(path): the halved image does not depend on it")
    }
    let (changed, _) = stage(x, time: normal([2, 6], seed: 5))
    #expect(try changed.checked() != halved, "another time must make a difference")
  }
}
