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

  /// The mistake that gives what the exercise answers in all cases of a table: of single whole numbers too many agree by
  /// chance.
  private func mistake<Case>(
    _ cases: [Case], _ answer: (Case) -> Int, _ mistakes: KeyValuePairs<String, (Case) -> Int>
  ) -> String? {
    let answers = cases.map(answer)
    return mistakes.first { $0.value(cases[0]) == answers[0] && cases.map($0.value) == answers }?.key
  }

  @Test("Sizes that networks use", arguments: table)
  func sizes(input: Int, kernel: Int, stride: Int, padding: Int, expected: Int) {
    typealias Case = (input: Int, kernel: Int, stride: Int, padding: Int, expected: Int)
    func room(_ example: Case) -> Int { (example.input + example.padding) - (example.kernel - example.padding) }
    let size = convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
    #expect(
      size == expected,
      likelyMistake(
        size, insteadOf: expected, [:],
        otherwise: mistake(
          Self.table as [Case],
          { convolutionOutputSize(input: $0.input, kernel: $0.kernel, stride: $0.stride, padding: $0.padding) },
          [
            "the first window counts too: there is one more than there are steps": { room($0) / $0.stride },
            "a window that sticks out of the margin is none: steps are rounded down":
              { (room($0) + $0.stride - 1) / $0.stride + 1 },
            "the padding is at both ends": { (room($0) - $0.padding) / $0.stride + 1 },
            "the windows begin a stride apart": { room($0) + 1 },
            "the padding is missing: windows begin in the margin": { (room($0) - 2 * $0.padding) / $0.stride + 1 },
            "the last window must lie inside: the kernel's extent is missing":
              { (room($0) + $0.kernel) / $0.stride + 1 },
            "what is divided is the way that the first window can move, not the whole extent":
              { (room($0) + $0.kernel) / $0.stride },
          ]) ?? "count the steps from the first window to the last"
      ).about(named(input, kernel, stride, padding)))
  }

  @Test("Where no window fits there is no output", arguments: [1, 2, 3, 4])
  func nothing(stride: Int) throws {
    for (input, kernel, padding) in [(4, 5, 0), (0, 3, 1), (1, 4, 1), (2, 7, 2)] {
      let size = convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
      let lacking = kernel - padding - (input + padding)
      try #require(
        size == 0,
        likelyMistake(
          size, insteadOf: 0,
          // Only where the true quotient lies between −1 and 0 does the rounding make a window.
          lacking < stride ? ["Swift rounds towards zero: −1 / 2 is 0, not −1": 1] : [:],
          otherwise: size < 0
            ? "there cannot be fewer windows than none"
            : "the window is larger than the image with its margins, so none fits"
        ).about(named(input, kernel, stride, padding)))
    }
  }

  @Test("It is the number of windows that lie inside image and margin")
  func countsWindows() throws {
    for input in 0...9 {
      for kernel in 1...5 {
        for stride in 1...4 {
          for padding in 0...2 {
            let windows = Array(Swift.stride(from: -padding, through: input + padding - kernel, by: stride))
            let size = convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
            try #require(
              size == windows.count,
              likelyMistake(
                size, insteadOf: windows.count, [:],
                otherwise: windows.isEmpty ? "no window fits" : "windows can begin at \(windows)"
              ).about(named(input, kernel, stride, padding)))
          }
        }
      }
    }
  }

  /// A number of windows, a kernel, a stride, a padding, an output padding and the extent of the image.
  static let wayBackTable = [
    (14, 4, 2, 1, 0, 28), (7, 3, 2, 1, 1, 14), (1, 4, 1, 0, 0, 4), (26, 3, 1, 0, 0, 28), (4, 2, 2, 0, 0, 8),
    (5, 1, 3, 0, 2, 15), (2, 7, 7, 0, 0, 14),
  ]

  @Test("The way back, as networks use it", arguments: wayBackTable)
  func wayBack(input: Int, kernel: Int, stride: Int, padding: Int, outputPadding: Int, expected: Int) {
    typealias Case = (input: Int, kernel: Int, stride: Int, padding: Int, outputPadding: Int, expected: Int)
    func steps(_ example: Case) -> Int { (example.input - 1) * example.stride + example.kernel }
    let size = transposedConvolutionOutputSize(
      input: input, kernel: kernel, stride: stride, padding: padding, outputPadding: outputPadding)
    #expect(
      size == expected,
      likelyMistake(
        size, insteadOf: expected, [:],
        otherwise: mistake(
          Self.wayBackTable as [Case],
          {
            transposedConvolutionOutputSize(
              input: $0.input, kernel: $0.kernel, stride: $0.stride, padding: $0.padding,
              outputPadding: $0.outputPadding)
          },
          [
            "the margin is cut off, for it is no part of the image": { steps($0) + 2 * $0.padding + $0.outputPadding },
            "the margin is cut off at both ends": { steps($0) - $0.padding + $0.outputPadding },
            "the margin is to be cut off": { steps($0) + $0.outputPadding },
            "from the first window to the last it is a step fewer than there are windows":
              { steps($0) + $0.stride - 2 * $0.padding + $0.outputPadding },
            "the output padding is missing": { steps($0) - 2 * $0.padding },
            "the output padding is at one end only": { steps($0) - 2 * $0.padding + 2 * $0.outputPadding },
            "this is where the last window begins; the image goes on to where it ends":
              { steps($0) - $0.kernel - 2 * $0.padding + $0.outputPadding },
            "windows overlap, or leave gaps, so it is not stride times windows": { $0.input * $0.stride },
            "windows overlap, or leave gaps, so it is not stride times windows and the rest":
              { $0.input * $0.stride + $0.outputPadding },
          ]) ?? "count from the first window's beginning to the last one's end"
      ).about(named(windows: input, kernel, stride, padding) + ", output padding \(outputPadding)"))
  }

  @Test("There and back: the images with so many windows are those of all output paddings")
  func roundTrip() throws {
    typealias Case = (windows: Int, kernel: Int, stride: Int, outputPadding: Int)
    let cases: [Case] = (1...6).flatMap { windows in
      (1...5).flatMap { kernel in
        (1...4).flatMap { stride in (0..<stride).map { (windows, kernel, stride, $0) } }
      }
    }
    func inside(_ example: Case) -> Int { (example.windows - 1) * example.stride + example.kernel - 2 }
    let mistake = mistake(
      cases,
      {
        transposedConvolutionOutputSize(
          input: $0.windows, kernel: $0.kernel, stride: $0.stride, padding: 1, outputPadding: $0.outputPadding)
      },
      [
        "the output padding counts before the result is held to 0, not after": {
          max(inside($0), 0) + $0.outputPadding
        },
        "the output padding counts before the result is held to 0: it may be all that there is":
          { inside($0) <= 0 ? 0 : inside($0) + $0.outputPadding },
      ])
    for windows in 1...6 {
      for kernel in 1...5 {
        for stride in 1...4 {
          for outputPadding in 0..<stride {
            let image = transposedConvolutionOutputSize(
              input: windows, kernel: kernel, stride: stride, padding: 1, outputPadding: outputPadding)
            let expected = max((windows - 1) * stride + kernel - 2 + outputPadding, 0)
            let place = named(windows: windows, kernel, stride, 1) + ", output padding \(outputPadding)"
            // In these pixels all windows begin that begin in the whole, and lie inside.
            let count = Array(Swift.stride(from: -1, through: image + 1 - kernel, by: stride)).count
            try #require(
              image > 0 ? count == windows : expected == 0,
              likelyMistake(
                image, insteadOf: expected, [:],
                otherwise: mistake
                  ?? (image > 0
                    ? "an image so large has \(count) windows" : "the image must have room for all windows")
              ).about(place))
          }
        }
      }
    }
  }

  @Test("Where there is no window, or the margins are all, there is no image")
  func noImage() {
    for (kernel, stride) in [(3, 1), (4, 2)] {
      let size = transposedConvolutionOutputSize(input: 0, kernel: kernel, stride: stride)
      #expect(
        size == 0,
        likelyMistake(size, insteadOf: 0, [:], otherwise: "without a window there is no image")
          .about(named(windows: 0, kernel, stride, 0)))
    }
    let size = transposedConvolutionOutputSize(input: 1, kernel: 1, padding: 1)
    #expect(
      size == 0,
      likelyMistake(
        size, insteadOf: 0, [:],
        otherwise: size < 0
          ? "an extent is never negative"
          : "the window lies in the margins altogether, and they are no part of the image"
      ).about(named(windows: 1, 1, 1, 1)))
  }

  /// A case in words.
  private func named(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> String {
    "\(input) pixels, windows of \(kernel), stride \(stride), padding \(padding)"
  }

  /// A case of the way back in words.
  private func named(windows: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> String {
    "\(windows) window\(windows == 1 ? "" : "s") of \(kernel), stride \(stride), padding \(padding)"
  }
}
