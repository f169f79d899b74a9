import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// One residual block, whose weights are set so that what is left of it is known.
@Suite("3.5 The residual block", .exercise("3.5"))
struct Exercise3_5 {
  /// A block whose norms have scales and shifts that differ from channel to channel: a missing one would not show otherwise.
  private func block(from inputs: Int, to outputs: Int) throws -> ResidualBlock {
    var generator = RandomGenerator(seed: 1)
    let block = ResidualBlock(from: inputs, to: outputs, timeWidth: 6, groups: 2, using: &generator)
    try set(
      [
        "norm1.scale": normal([inputs], seed: 10), "norm1.shift": normal([inputs], seed: 11),
        "norm2.scale": normal([outputs], seed: 12), "norm2.shift": normal([outputs], seed: 13),
      ], in: block)
    return block
  }

  private let x = normal([2, 5, 6, 4], seed: 2)
  private let time = normal([2, 6], seed: 3)

  @Test("If the last convolution says nothing, the block changes nothing")
  func wayAround() throws {
    let block = try block(from: 4, to: 4)
    try silence(["conv2"], in: block)
    expectClose(
      block(x, time: time), x, "the block with a silent last convolution, against its input", tolerance: 0,
      mistakes: [
        "the shortcut is missing: the input must go around both convolutions and be added at the end": .zeros(x.shape),
        "the input is added normalized; it goes around as it is": try normalized(x, by: "norm1", of: block),
        "the input is added activated; it goes around as it is": x.silu(),
        "the input is added normalized and activated; it goes around as it is":
          try normalized(x, by: "norm1", of: block).silu(),
        "the input is added twice": x * 2,
        "SiLU comes after the sum; nothing does": x.silu(),
        "the time is added to the input, or at the end; it must come between the two halves":
          try x + reference(block) { $0.addsTimeLast = true } - reference(block) { $0.addsTime = false },
      ])
  }

  @Test("Where the widths differ, a 1×1 convolution leads around")
  func shortcut() throws {
    let block = try block(from: 4, to: 6)
    try silence(["conv2"], in: block)
    // The same convolution, plus zeros.
    let (weight, bias) = try (tensor("shortcut.weight", of: block), tensor("shortcut.bias", of: block))
    expectClose(
      block(x, time: time), x.conv2d(weight, bias: bias), "4 channels led around to 6", tolerance: 1e-6,
      mistakes: [
        "the shortcut is missing: its convolution of x must be added at the end": .zeros([2, 5, 6, 6]),
        "the shortcut's bias is missing: call the layer": x.conv2d(weight, bias: .zeros([6])),
        "the shortcut is a convolution of SiLU(x); it is of x itself": x.silu().conv2d(weight, bias: bias),
        "the shortcut is a convolution of what norm 1 and SiLU give; it is of x itself":
          try normalized(x, by: "norm1", of: block).silu().conv2d(weight, bias: bias),
        "the shortcut is a convolution of what norm 1 gives; it is of x itself":
          try normalized(x, by: "norm1", of: block).conv2d(weight, bias: bias),
      ])
  }

  // MARK: The whole formula

  private func normalized(_ x: Tensor, by norm: String, of block: ResidualBlock) throws -> Tensor {
    try x.groupNormalized(
      groups: 2, scale: tensor("\(norm).scale", of: block), shift: tensor("\(norm).shift", of: block))
  }

  /// What can be done otherwise.
  private struct Ways {
    var activatesTime = true
    var activatesProjection = false
    var addsTime = true
    var addsTimeLast = false
    var addsTimeFirst = false
    var activates1 = true
    var activates2 = true
    var normalizes1 = true
    var normalizes2 = true
    var activatesBeforeNorm = false
    var convolvesFirst = false
    var goesAround = true
    var tellsFirstTime = false
  }

  private func reference(_ block: ResidualBlock, _ change: (inout Ways) -> Void = { _ in }) throws -> Tensor {
    var ways = Ways()
    change(&ways)
    func convolved(_ x: Tensor, by convolution: String) throws -> Tensor {
      try x.conv2d(
        tensor("\(convolution).weight", of: block), bias: tensor("\(convolution).bias", of: block), padding: 1)
    }
    func half(_ x: Tensor, norm: String?, activates: Bool, _ convolution: String) throws -> Tensor {
      if ways.convolvesFirst, let norm {
        return try normalized(convolved(x, by: convolution), by: norm, of: block).silu()
      }
      if ways.activatesBeforeNorm, let norm {
        return try convolved(normalized(x.silu(), by: norm, of: block), by: convolution)
      }
      let h = try norm.map { try normalized(x, by: $0, of: block) } ?? x
      return try convolved(activates ? h.silu() : h, by: convolution)
    }
    let times = ways.tellsFirstTime ? time.gathered(rows: [0, 0]) : time
    let told = ways.activatesTime ? times.silu() : times
    let projected =
      try told.matmul(tensor("timeProjection.weight", of: block)) + tensor("timeProjection.bias", of: block)
    let shift = ways.activatesProjection ? projected.silu() : projected
    let spread = shift.reshaped([2, 1, 1, shift.shape.last ?? 0])
    let isInMiddle = ways.addsTime && !ways.addsTimeLast && !ways.addsTimeFirst
    var h = try half(
      ways.addsTimeFirst ? x + spread : x, norm: ways.normalizes1 ? "norm1" : nil, activates: ways.activates1, "conv1")
    if isInMiddle { h += spread }
    h = try half(h, norm: ways.normalizes2 ? "norm2" : nil, activates: ways.activates2, "conv2")
    if ways.addsTimeLast { h += spread }
    guard ways.goesAround else { return h }
    guard let weight = block.state["shortcut.weight"] else { return h + x }
    return try h + x.conv2d(weight, bias: tensor("shortcut.bias", of: block))
  }

  @Test("Norm, SiLU, convolution; the time; norm, SiLU, convolution; and the shortcut", arguments: [4, 6])
  func formula(outputs: Int) throws {
    let block = try block(from: 4, to: outputs)
    // The same operations; another order of additions costs a rounding or two.
    expectClose(
      block(x, time: time), try reference(block), "the block from 4 to \(outputs) channels", tolerance: 1e-5,
      mistakes: [
        "the time is missing: its shift is added between the two halves": try reference(block) { $0.addsTime = false },
        "the shortcut is missing: add the block's input, or its 1×1 convolution, at the end":
          try reference(block) { $0.goesAround = false },
        "the time must go through SiLU before its projection": try reference(block) { $0.activatesTime = false },
        "SiLU comes after the time's projection; it must come before":
          try reference(block) {
            $0.activatesTime = false
            $0.activatesProjection = true
          },
        "SiLU comes after the time's projection too; it comes before only":
          try reference(block) { $0.activatesProjection = true },
        // Only where norm 1 has as many channels as convolution 1 makes.
        "the convolutions come before the norms; normalize, activate, then convolve":
          try reference(block) { $0.convolvesFirst = true },
        "the time is added at the end; it must come before norm 2": try reference(block) { $0.addsTimeLast = true },
        "the time is added at the beginning; it must come between the two halves":
          try reference(block) { $0.addsTimeFirst = true },
        "the time is missing, and so is the shortcut":
          try reference(block) {
            $0.addsTime = false
            $0.goesAround = false
          },
        "all images are told the first one's time": try reference(block) { $0.tellsFirstTime = true },
        "SiLU comes before the norms; normalize, then activate": try reference(block) { $0.activatesBeforeNorm = true },
        "SiLU is missing between norm 1 and convolution 1": try reference(block) { $0.activates1 = false },
        "SiLU is missing between norm 2 and convolution 2": try reference(block) { $0.activates2 = false },
        "SiLU is missing in both halves":
          try reference(block) {
            $0.activates1 = false
            $0.activates2 = false
          },
        "norm 1 is missing": try reference(block) { $0.normalizes1 = false },
        "norm 2 is missing": try reference(block) { $0.normalizes2 = false },
        "both norms are missing":
          try reference(block) {
            $0.normalizes1 = false
            $0.normalizes2 = false
          },
      ])
  }

  @Test("The time shifts whole channels, each image by its own time")
  func ownTime() throws {
    let block = try block(from: 4, to: 4)
    let changed = Tensor.concatenated([time.sliced(axis: 0, 0..<1), normal([1, 6], seed: 4)], axis: 0)
    let (before, after) = (try block(x, time: time).checked(), try block(x, time: changed).checked())
    try #require(
      before.shape == x.shape, "the block's result has the wrong shape: yours is \(before.shape) instead of \(x.shape)")
    expectClose(
      after.sliced(axis: 0, 0..<1), before.sliced(axis: 0, 0..<1),
      "the first image, whose time has not changed, beside a second whose time has", tolerance: 0)
    #expect(
      before.sliced(axis: 0, 1..<2) != after.sliced(axis: 0, 1..<2),
      "the second image's time has changed, but its result has not: the time makes no difference to it")
  }

  @Test("What does not fit is a fault, not a crash")
  func misfits() throws {
    let block = try block(from: 4, to: 6)
    try block(x, time: time).checked()
    let earlier = Fault("earlier")
    #expect(block(Tensor(fault: earlier), time: time).fault == earlier, "the images' fault is passed on")
    #expect(block(x, time: Tensor(fault: earlier)).fault == earlier, "the time's fault is passed on")
    #expect(block(normal([2, 5, 6, 3], seed: 5), time: time).fault != nil, "3 channels do not fit a block for 4")
    #expect(block(x, time: normal([3, 6], seed: 6)).fault != nil, "three times do not fit two images")
  }

  @Test("The gradient reaches every parameter, the input and the time, on every way", arguments: [4, 6])
  func gradients(outputs: Int) throws {
    let block = try block(from: 4, to: outputs)
    expectGradients(of: "the block's result", ["x": x, "the time": time], parametersOf: block) {
      block($0[0], time: $0[1])
    }
  }
}
