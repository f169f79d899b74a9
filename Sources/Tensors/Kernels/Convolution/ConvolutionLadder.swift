/// The way from the loop that reads like the formula to the fastest kernel, one idea a rung, so that each one's gain can be
/// measured. Two rungs stand only here; the others are the kernels themselves. `benchmarks/README.md` tells the story.
package enum ConvolutionLadder: String, CaseIterable, Sendable {
  /// A loop for each index, the input channel innermost: neighboring weights are a row of memory apart.
  case naive
  /// The output channel innermost: weights and results are read in the order in which they lie.
  case reordered
  /// Four vectors of output channels at a time, whose sums stay in registers; but every pixel loads all weights anew.
  case vectors
  /// Six pixels by two vectors of sums in registers, so that a weight is loaded once for six pixels.
  case tiles
  /// A quarter of the multiplications.
  case winograd

  /// The convolution of a geometry of one group, by this rung; where Winograd's kernel does not apply, by the tiles.
  package func convolve(_ g: ConvolutionGeometry, _ x: Tensor, weight: Tensor) -> Tensor {
    let y = Buffer(repeating: 0, count: g.outputShape.elementCount)
    switch self {
    case .naive: return Tensor(NaiveKernels.convolve(g, x.scalars, weight: weight.scalars), shape: g.outputShape)
    case .reordered:
      Self.forEachTap(g) { input, tap, output in
        let (x, y) = (x.buffer.base + input, y.base + output)
        for c in 0..<g.inputs {
          let w = weight.buffer.base + (tap * g.inputs + c) * g.outputs
          for o in 0..<g.outputs { y[o] += x[c] * w[o] }
        }
      }
    case .vectors:
      Self.forEachTap(g) { input, tap, output in
        for first in stride(from: 0, to: g.outputs, by: 4 * lanes) {
          let weights = weight.buffer.base + (tap * g.inputs * g.outputs + first)
          Self.addProducts(x.buffer.base + input, weights, g, to: y.base + (output + first), g.outputs - first)
        }
      }
    case .winograd where WinogradConvolution.isWorthwhile(g):
      WinogradConvolution.convolve(g, x.buffer, weight: weight.buffer, bias: nil, into: y)
    case .tiles, .winograd: DirectConvolution.convolve(g, x.buffer, weight: weight.buffer, bias: nil, into: y)
    }
    return Tensor(g.outputShape, y)
  }

  /// Visits for each output pixel the input pixels under the kernel's taps, by where they begin.
  @inline(__always)
  private static func forEachTap(
    _ g: ConvolutionGeometry, _ visit: (_ input: Int, _ tap: Int, _ output: Int) -> Void
  ) {
    for pixel in 0..<(g.count * g.outputHeight * g.outputWidth) {
      let (image, i, j) = (
        pixel / (g.outputHeight * g.outputWidth), pixel / g.outputWidth % g.outputHeight, pixel % g.outputWidth
      )
      for tap in 0..<(g.kernelHeight * g.kernelWidth) {
        let row = i * g.stride + tap / g.kernelWidth - g.padding
        let column = j * g.stride + tap % g.kernelWidth - g.padding
        guard row >= 0, row < g.height, column >= 0, column < g.width else { continue }
        visit(((image * g.height + row) * g.width + column) * g.inputs, tap, pixel * g.outputs)
      }
    }
  }

  /// Adds what one input pixel brings to the next output channels, to four vectors of them or to the `count` that are left.
  @inline(__always)
  private static func addProducts(
    _ x: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ g: ConvolutionGeometry,
    to y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    guard count >= 4 * lanes else {
      for c in 0..<g.inputs {
        for o in 0..<count { y[o] += x[c] * weights[c * g.outputs + o] }
      }
      return
    }
    var (sum0, sum1, sum2, sum3) = (load(y, 0), load(y, 1), load(y, 2), load(y, 3))
    for c in 0..<g.inputs {
      let (pixel, row) = (Vector(repeating: x[c]), weights + c * g.outputs)
      sum0 = Vector.multiplyAdd(pixel, load(row, 0), sum0)
      sum1 = Vector.multiplyAdd(pixel, load(row, 1), sum1)
      sum2 = Vector.multiplyAdd(pixel, load(row, 2), sum2)
      sum3 = Vector.multiplyAdd(pixel, load(row, 3), sum3)
    }
    store(sum0, y, 0)
    store(sum1, y, 1)
    store(sum2, y, 2)
    store(sum3, y, 3)
  }

  /// What the arithmetic units can do: `rounds` times twelve independent multiply-adds of vectors that never leave their
  /// registers.
  ///
  /// - Returns: A number that depends on all of them, so that none is left out.
  package static func multiplyAdds(rounds: Int) -> Float {
    // Different starts, so that the compiler does not see the same sum twelve times.
    let starts = (0..<12).map { Vector(repeating: Float($0)) }
    var (a, b, c, d, e, f) = (starts[0], starts[1], starts[2], starts[3], starts[4], starts[5])
    var (g, h, i, j, k, l) = (starts[6], starts[7], starts[8], starts[9], starts[10], starts[11])
    let (start, half) = (Vector(repeating: Float(rounds).ulp), Vector(repeating: 0.5))
    for _ in 0..<rounds {
      a = Vector.multiplyAdd(a, half, start)
      b = Vector.multiplyAdd(b, half, start)
      c = Vector.multiplyAdd(c, half, start)
      d = Vector.multiplyAdd(d, half, start)
      e = Vector.multiplyAdd(e, half, start)
      f = Vector.multiplyAdd(f, half, start)
      g = Vector.multiplyAdd(g, half, start)
      h = Vector.multiplyAdd(h, half, start)
      i = Vector.multiplyAdd(i, half, start)
      j = Vector.multiplyAdd(j, half, start)
      k = Vector.multiplyAdd(k, half, start)
      l = Vector.multiplyAdd(l, half, start)
    }
    return (((a + b) + (c + d) + (e + f)) + ((g + h) + (i + j) + (k + l))).sum()
  }

  /// The additions and multiplications in a round of ``multiplyAdds(rounds:)``.
  package static let operationsPerRound = 12 * lanes * 2

  // MARK: Vectors

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(pointer + index * lanes).loadUnaligned(as: Vector.self)
  }

  @inline(__always)
  private static func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer + index * lanes).storeBytes(of: vector, as: Vector.self)
  }
}
