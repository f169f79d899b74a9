import Tensors
import TestSupport
import Testing

/// A convolution to look at: extents, and numbers to fill them with. What it should give is worked out here in Double by the
/// formula, so that no test of one exercise needs another's answer.
struct ConvolutionCase: Sendable, CustomStringConvertible {
  let image, weight: Shape
  let stride, padding: Int

  /// Rows that differ from columns, and strides that leave pixels out at the end, by as many rows as columns: a transposed
  /// convolution has one output padding for both.
  static let all = chosen + drawn

  private static let chosen = [
    Self([2, 7, 5, 3], [3, 3, 3, 4], stride: 1, padding: 1), Self([1, 8, 10, 2], [3, 3, 2, 5], stride: 2, padding: 1),
    Self([3, 6, 4, 1], [1, 1, 1, 3], stride: 1, padding: 0), Self([1, 9, 7, 2], [4, 2, 2, 3], stride: 2, padding: 1),
    Self([1, 10, 7, 3], [2, 5, 3, 2], stride: 3, padding: 2), Self([2, 5, 6, 4], [5, 3, 4, 1], stride: 1, padding: 0),
    // Kernels of one pixel, with a stride and with a margin.
    Self([1, 5, 7, 2], [1, 1, 2, 3], stride: 2, padding: 0), Self([1, 3, 4, 2], [1, 1, 2, 3], stride: 1, padding: 1),
  ]

  /// Small ones as chance has them, for special cases that nobody thinks of.
  private static let drawn = {
    var generator = RandomGenerator(seed: 21)
    return (0..<12).map { _ in
      func integer(_ range: ClosedRange<Int>) -> Int { range.lowerBound + generator.integer(below: range.count) }
      let (height, width, padding) = (integer(1...4), integer(1...4), integer(0...2))
      let image: Shape = [
        integer(1...3), max(height - 2 * padding, 1) + integer(0...3), max(width - 2 * padding, 1) + integer(0...3),
        integer(1...3),
      ]
      return Self(image, [height, width, image[3], integer(1...9)], stride: integer(1...3), padding: padding)
    }
  }()

  init(_ image: Shape, _ weight: Shape, stride: Int, padding: Int) {
    (self.image, self.weight, self.stride, self.padding) = (image, weight, stride, padding)
  }

  var description: String { "images \(image), weight \(weight), stride \(stride), padding \(padding)" }

  /// The shape of the output: the windows are counted one by one.
  var output: Shape {
    let windows = { (axis: Int) in
      Swift.stride(
        from: -padding, through: image[axis] + padding - weight[axis - 1], by: stride
      ).reduce(0) { count, _ in count + 1 }
    }
    return [image[0], windows(1), windows(2), weight[3]]
  }

  /// Rows and columns at the end that no window reaches.
  var leftOut: Int { (image[1] + 2 * padding - weight[0]) % stride }

  /// Standard normal images, weight, and gradient for the output.
  func draw(seed: UInt64) -> (x: Tensor, weight: Tensor, upstream: Tensor) {
    var generator = RandomGenerator(seed: seed)
    return (
      .normal(image, using: &generator), .normal(weight, using: &generator), .normal(output, using: &generator)
    )
  }

  /// For each position in the output and each tap of the kernel that falls on the image: what the tap falls on.
  ///
  /// - Parameter place: The pixel's row for a window's row i and a kernel's row ky, and likewise for columns.
  func forEachTap(
    at place: ((_ window: Int, _ tap: Int) -> Int)? = nil,
    _ body: (_ n: Int, _ window: (i: Int, j: Int), _ tap: (ky: Int, kx: Int), _ pixel: (row: Int, column: Int)) -> Void
  ) {
    let place = place ?? { $0 * stride + $1 - padding }
    for n in 0..<image[0] {
      for (i, j) in pairs(output[1], output[2]) {
        for (ky, kx) in pairs(weight[0], weight[1]) {
          let (row, column) = (place(i, ky), place(j, kx))
          guard (0..<image[1]).contains(row), (0..<image[2]).contains(column) else { continue }
          body(n, (i, j), (ky, kx), (row, column))
        }
      }
    }
  }

  /// The convolution, or one whose windows and taps meet other pixels.
  func convolved(_ x: Tensor, _ w: Tensor, at place: ((_ window: Int, _ tap: Int) -> Int)? = nil) -> Tensor {
    let (pixels, weights) = (x.scalars.map(Double.init), w.scalars.map(Double.init))
    var sums = [Double](repeating: 0, count: output.elementCount)
    let (inputs, outputs) = (weight[2], weight[3])
    forEachTap(at: place) { n, window, tap, pixel in
      let source = ((n * image[1] + pixel.row) * image[2] + pixel.column) * inputs
      let target = ((n * output[1] + window.i) * output[2] + window.j) * outputs
      let factors = (tap.ky * weight[1] + tap.kx) * inputs
      for (c, o) in pairs(inputs, outputs) {
        sums[target + o] += pixels[source + c] * weights[(factors + c) * outputs + o]
      }
    }
    return Tensor(sums.map { Float($0) }, shape: output)
  }

  /// The convolution of one who asks whether a pixel's index lies inside the array, and not whether its row and column lie
  /// inside the image: what is left of a row is then the end of the row above.
  func convolvedWithoutColumns(_ x: Tensor, _ w: Tensor) -> Tensor {
    let (pixels, weights) = (x.scalars.map(Double.init), w.scalars.map(Double.init))
    var sums = [Double](repeating: 0, count: output.elementCount)
    let (inputs, outputs) = (weight[2], weight[3])
    let place = { (window: Int, tap: Int) in window * stride + tap - padding }
    for n in 0..<image[0] {
      for (i, j) in pairs(output[1], output[2]) {
        let target = ((n * output[1] + i) * output[2] + j) * outputs
        for (ky, kx) in pairs(weight[0], weight[1]) {
          let (row, column) = (place(i, ky), place(j, kx))
          let source = ((n * image[1] + row) * image[2] + column) * inputs
          guard source >= 0, source + inputs <= pixels.count else { continue }
          for (c, o) in pairs(inputs, outputs) {
            sums[target + o] += pixels[source + c] * weights[((ky * weight[1] + kx) * inputs + c) * outputs + o]
          }
        }
      }
    }
    return Tensor(sums.map { Float($0) }, shape: output)
  }

  /// A weight whose kernels are mirrored, top to bottom and left to right.
  func mirrored(_ w: Tensor) -> Tensor {
    let taps = weight[0] * weight[1]
    return w.reshaped([taps, weight[2] * weight[3]]).gathered(rows: (0..<taps).reversed()).reshaped(weight)
  }

  private func pairs(_ first: Int, _ second: Int) -> [(Int, Int)] {
    (0..<first).flatMap { a in (0..<second).map { (a, $0) } }
  }
}

/// Two ways to add the same n ≤ 60 products, in Float: the sums differ by at most 2n units of rounding, 2 · 60 · 6e-8 = 7e-6 of
/// the sum of magnitudes, which exceeds the largest result by little.
let roundingTolerance: Float = 1e-5

/// Beside PyTorch, which adds up in another order: at most 9 · 24 = 216 products of random sign, √216 · 6e-8 = 1e-6 of their
/// size, and that is up to ten times the size of the largest sum.
let oracleTolerance: Float = 2e-5

/// √⟨x, x⟩
func norm(_ x: Tensor) -> Double { innerProduct(x, x).squareRoot() }
