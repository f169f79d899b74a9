import Convolution
import TestSupport
import Testing

/// How large the output of a convolution is, and of the way back.
@Suite("0.1 Output sizes", .exercise("0.1"))
struct Exercise0_1 {
  /// An extent, a kernel, a stride, a padding and the number of windows.
  static let table = [
    (28, 3, 1, 1, 28), (28, 3, 1, 0, 26), (28, 3, 2, 1, 14), (7, 3, 2, 1, 4), (32, 4, 2, 1, 16), (28, 1, 1, 0, 28),
    (5, 5, 1, 0, 1), (4, 1, 3, 0, 2), (5, 2, 2, 0, 2),
  ]

  @Test("Sizes that networks use", arguments: table)
  func sizes(input: Int, kernel: Int, stride: Int, padding: Int, expected: Int) {
    let size = convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
    let room = input + 2 * padding - kernel
    let mistakes = [
      (room / stride, "the first window counts too: there is one more than there are steps"),
      ((room + stride - 1) / stride + 1, "a window that sticks out of the margin is none: steps are rounded down"),
      ((input + padding - kernel) / stride + 1, "the padding is at both ends"),
      (room + 1, "the windows begin a stride apart"),
    ]
    guard size != expected else { return }
    Issue.record(
      """
      \(size) instead of \(expected) windows of \(kernel) in \(input) pixels, stride \(stride), padding \(padding): \
      \(mistakes.first { $0.0 == size }?.1 ?? "count the steps from the first window to the last")
      """)
  }

  @Test("Where no window fits there is no output", arguments: [1, 2, 3, 4])
  func nothing(stride: Int) {
    for (input, kernel, padding) in [(4, 5, 0), (0, 3, 1), (1, 4, 1), (2, 7, 2)] {
      let size = convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
      #expect(
        size == 0,
        """
        \(size) windows of \(kernel) in \(input) pixels with a margin of \(padding), where none fits. Mind that Swift \
        rounds towards zero: −1 / 2 is 0, not −1
        """)
    }
  }

  @Test("It is the number of windows that lie inside image and margin")
  func countsWindows() {
    for input in 0...9 {
      for kernel in 1...5 {
        for stride in 1...4 {
          for padding in 0...2 {
            let windows = Array(Swift.stride(from: -padding, through: input + padding - kernel, by: stride))
            let size = convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
            guard size != windows.count else { continue }
            Issue.record(
              """
              \(size) windows of \(kernel) in \(input) pixels, stride \(stride), padding \(padding), but these are where \
              one can begin: \(windows)
              """)
            return
          }
        }
      }
    }
  }

  @Test(
    "The way back, as networks use it",
    arguments: [
      (14, 4, 2, 1, 0, 28), (7, 3, 2, 1, 1, 14), (1, 4, 1, 0, 0, 4), (26, 3, 1, 0, 0, 28), (4, 2, 2, 0, 0, 8),
      (5, 1, 3, 0, 2, 15), (2, 7, 7, 0, 0, 14),
    ])
  func wayBack(input: Int, kernel: Int, stride: Int, padding: Int, outputPadding: Int, expected: Int) {
    let size = transposedConvolutionOutputSize(
      input: input, kernel: kernel, stride: stride, padding: padding, outputPadding: outputPadding)
    let steps = (input - 1) * stride + kernel
    let mistakes = [
      (steps + 2 * padding + outputPadding, "the margin is cut off, for it is no part of the image"),
      (steps - padding + outputPadding, "the margin is at both ends"),
      (input * stride + kernel - 2 * padding + outputPadding, "from the first window to the last it is a step fewer"),
      (steps - 2 * padding, "the output padding is missing"),
    ]
    guard size != expected else { return }
    Issue.record(
      """
      \(size) instead of \(expected) pixels for \(input) windows of \(kernel), stride \(stride), padding \(padding), \
      output padding \(outputPadding): \
      \(mistakes.first { $0.0 == size }?.1 ?? "how far is it from the first window's beginning to the last one's end?")
      """)
  }

  @Test("There and back: the images with so many windows are those of all output paddings")
  func roundTrip() {
    for windows in 1...6 {
      for kernel in 1...5 {
        for stride in 1...4 {
          for outputPadding in 0..<stride {
            let image = transposedConvolutionOutputSize(
              input: windows, kernel: kernel, stride: stride, padding: 1, outputPadding: outputPadding)
            guard image > 0 else {
              #expect((windows - 1) * stride + kernel + outputPadding <= 2, "\(image) pixels for \(windows) windows")
              continue
            }
            // In these pixels all windows begin that begin in the whole, and lie inside.
            let count = Array(Swift.stride(from: -1, through: image + 1 - kernel, by: stride)).count
            guard count != windows else { continue }
            Issue.record(
              """
              \(image) pixels for \(windows) windows of \(kernel), stride \(stride), padding 1, output padding \
              \(outputPadding): but \(count) windows lie in them
              """)
            return
          }
        }
      }
    }
  }

  @Test("Where there is no window, or the margins are all, there is no image")
  func noImage() {
    #expect(transposedConvolutionOutputSize(input: 0, kernel: 3) == 0, "no window, no image")
    #expect(transposedConvolutionOutputSize(input: 0, kernel: 4, stride: 2) == 0, "no window, no image")
    #expect(
      transposedConvolutionOutputSize(input: 1, kernel: 1, padding: 1) == 0,
      "one window of 1 in margins of 1 + 1: an extent is never negative")
  }
}
