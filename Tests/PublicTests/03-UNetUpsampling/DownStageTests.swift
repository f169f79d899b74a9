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

  /// One of the stage's residual blocks by itself, with its parameters.
  private func block(_ index: Int, of stage: DownStage, from inputs: Int, to outputs: Int) throws -> ResidualBlock {
    var generator = RandomGenerator(seed: 9)
    let block = ResidualBlock(from: inputs, to: outputs, timeWidth: 6, groups: 2, using: &generator)
    let prefix = "residuals.\(index)."
    try set(
      Dictionary(
        uniqueKeysWithValues: stage.state.filter { $0.key.hasPrefix(prefix) }
          .map { (String($0.key.dropFirst(prefix.count)), $0.value) }), in: block)
    return block
  }

  @Test("The way down keeps the full size for the way up and halves the rest")
  func sizes() throws {
    let (halved, skip) = stage(to: 6)(normal([2, 8, 12, 4], seed: 4), time: time)
    try halved.checked()
    try skip.checked()
    let (small, large): (Shape, Shape) = ([2, 4, 6, 6], [2, 8, 12, 6])
    if halved.shape == large && skip.shape == small {
      Issue.record("the two results are exchanged: first the halved image, then the one at full size")
      return
    }
    #expect(
      halved.shape == small,
      """
      \(halved.shape == large ? "the first result is not halved" : "8 × 12 pixels of 4 channels are halved to 4 × 6 of 6, once"): \
      yours is \(halved.shape) instead of \(small)
      """)
    #expect(
      skip.shape == large,
      """
      \(skip.shape == small ? "the skip connection is taken before the image is halved, not after" : "the skip connection has the full size and the stage's 6 channels"): \
      yours is \(skip.shape) instead of \(large)
      """)
  }

  @Test("Blocks that change nothing keep the image as it is")
  func transparent() throws {
    let stage = stage()
    try silence(["residuals.0.conv2", "residuals.1.conv2"], in: stage)
    try makeTransparent("downsample", in: stage)
    let (halved, skip) = stage(self.x, time: time)
    expectClose(skip, x, "what is kept, of blocks that change nothing", tolerance: 0)
    var expected = Tensor.zeros([2, 4, 3, 4])
    for image in 0..<2 {
      for row in 0..<4 {
        for column in 0..<3 {
          for channel in 0..<4 { expected[image, row, column, channel] = x[image, 2 * row, 2 * column, channel] }
        }
      }
    }
    expectClose(
      halved, expected,
      "every other pixel of what is kept, through a convolution that hands on the pixel in its middle",
      tolerance: 0,
      mistakes: [
        "the image was halved by averaging; the stage has a convolution for it": x.averagePooled2d(window: 2),
        "the image was halved by taking the largest; the stage has a convolution for it": x.maxPooled2d(window: 2),
        "it is the image at full size; the first result is the halved one": x,
      ])
  }

  @Test("What is kept is what both residual blocks made, in their order")
  func bothBlocks() throws {
    // One block's convolution at a time is silent, so that the other's work is what is kept.
    for (silent, speaking) in [(0, 1), (1, 0)] {
      let stage = stage()
      try silence(["residuals.\(silent).conv2"], in: stage)
      let (_, skip) = stage(x, time: time)
      let alone = try block(speaking, of: stage, from: 4, to: 4)
      expectClose(
        skip, alone(x, time: time), "what is kept, where residuals[\(speaking)] alone has something to say",
        tolerance: 1e-6,
        mistakes: [
          "it is x as it came: residuals[\(speaking)] must be used, and what is kept be taken behind it, not before the blocks":
            x,
          "residuals[\(speaking)] is used twice, each is once":
            alone(alone(x, time: time), time: time),
          "residuals[\(speaking)] is told zeros; it is told the time": alone(x, time: time * 0),
        ])
    }
    let stage = stage()
    let (first, second) = try (block(0, of: stage, from: 4, to: 4), block(1, of: stage, from: 4, to: 4))
    expectClose(
      stage(x, time: time).skip, second(first(x, time: time), time: time), "what is kept, of both blocks",
      tolerance: 1e-6,
      mistakes: [
        "the blocks are used in the opposite order": first(second(x, time: time), time: time),
        "it is what the first block made; what is kept is taken behind the second": first(x, time: time),
        "it is what the second block made of x; it gets what the first made": second(x, time: time),
        "it is x as it came; what is kept is taken behind both blocks": x,
        "both blocks get x, and their results are added; one comes after the other":
          first(x, time: time) + second(x, time: time),
      ])
  }

  @Test("What goes on down is the convolution of what is kept")
  func halvedOfKept() throws {
    let stage = stage(to: 6)
    let (halved, skip) = stage(self.x, time: time)
    // The same convolution of what the stage itself has made.
    let (weight, bias) = try (tensor("downsample.weight", of: stage), tensor("downsample.bias", of: stage))
    let first = try block(0, of: stage, from: 4, to: 6)(x, time: time)
    expectClose(
      halved, try skip.checked().conv2d(weight, bias: bias, stride: 2, padding: 1),
      "the halved image, against the stage's convolution of what is kept", tolerance: 1e-6,
      mistakes: [
        "it is the convolution of what the first block made; what both made must go on down":
          first.conv2d(weight, bias: bias, stride: 2, padding: 1),
        "the convolution comes between the blocks; it comes behind both": try block(1, of: stage, from: 6, to: 6)(
          first.conv2d(weight, bias: bias, stride: 2, padding: 1), time: time),
        "its SiLU is taken; the convolution is the last": try skip.checked().silu().conv2d(
          weight, bias: bias, stride: 2, padding: 1),
      ])
  }

  @Test("Both blocks are told the time")
  func timeOfBoth() throws {
    let stage = stage()
    let (halved, _) = stage(x, time: time)
    let (changed, _) = stage(x, time: normal([2, 6], seed: 5))
    #expect(
      try changed.checked() != halved.checked(),
      "with another time the halved image is still the same: the time makes no difference")
  }

  @Test("Gradients reach x, the time and all parameters, from what goes on down and from what is kept")
  func gradients() throws {
    let stage = stage(to: 6)
    expectGradients(of: "the halved image", ["x": x, "the time": time], parametersOf: stage) {
      stage($0[0], time: $0[1]).halved
    }
    expectGradients(
      of: "what is kept", ["x": x, "the time": time], parametersOf: stage,
      withoutEffect: ["downsample.weight", "downsample.bias"]
    ) {
      stage($0[0], time: $0[1]).skip
    }
  }

  @Test("Odd sizes are halved to the next larger whole number")
  func odd() {
    let result = stage()(normal([1, 5, 3, 4], seed: 6), time: normal([1, 6], seed: 7))
    #expect(
      result.halved.shape == [1, 3, 2, 4] && result.skip.shape == [1, 5, 3, 4],
      "images of 5 × 3 pixels are halved to 3 × 2: yours are \(result.halved.fault?.reason ?? "\(result.halved.shape)")"
    )
  }
}
