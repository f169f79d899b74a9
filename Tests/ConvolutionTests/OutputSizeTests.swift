import Convolution
import Testing

/// How large the output of a convolution is.
@Suite("Output size of a convolution")
struct OutputSizeTests {
  /// An extent, a kernel, a stride, a padding and the number of windows.
  static let table = [
    (28, 3, 1, 1, 28), (28, 3, 1, 0, 26), (28, 3, 2, 1, 14), (7, 3, 2, 1, 4), (32, 4, 2, 1, 16), (28, 1, 1, 0, 28),
    (5, 5, 1, 0, 1), (4, 5, 1, 0, 0), (4, 1, 3, 0, 2), (5, 2, 2, 0, 2),
  ]

  @Test("Sizes that networks use", arguments: table)
  func sizes(input: Int, kernel: Int, stride: Int, padding: Int, expected: Int) {
    #expect(
      convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding) == expected,
      "(input + 2·padding − kernel) / stride + 1, rounded down")
  }

  @Test("It is the number of windows that lie inside image and margin")
  func countsWindows() {
    for input in 0...9 {
      for kernel in 1...5 {
        for stride in 1...4 {
          for padding in 0...2 {
            let windows = Swift.stride(from: -padding, through: input + padding - kernel, by: stride)
            let size = convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)
            let expected = Array(windows).count
            guard size != expected else { continue }
            Issue.record(
              """
              \(size) instead of \(expected) windows of \(kernel) fit into \(input) with a margin of \(padding) at a \
              stride of \(stride). Where none fits, mind that Swift rounds −1 / 2 to 0
              """)
            return
          }
        }
      }
    }
  }
}
