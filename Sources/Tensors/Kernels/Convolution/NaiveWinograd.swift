/// The matrices of Winograd's convolution F(4×4, 3×3), which finds 4×4 outputs y of a 3×3 kernel g on a patch of 6×6 inputs
/// d by 36 multiplications: y = Aᵀ ((G g Gᵀ) ⊙ (Bᵀ d B)) A.
///
/// A row of G evaluates the polynomial g₀ + g₁t + g₂t² at one of the points 0, 1, −1, 2, −2 and ∞, divided by a constant
/// that makes the rows of Bᵀ whole numbers; a column of Aᵀ holds the powers of that point. Source: Lavin and Gray, "Fast
/// algorithms for convolutional neural networks" (2016).
package struct WinogradMatrices: Sendable {
  typealias Matrix = [[Double]]

  let inputTransform: Matrix
  let weightTransform: Matrix
  let outputTransform: Matrix

  package static let exact = WinogradMatrices(
    inputTransform: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    weightTransform: [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]].map { row in
      row.map { $0 / 24 }
    },
    outputTransform: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ])

  /// The absolute values. With them, and absolute inputs, the result bounds what rounding errors can add up to.
  package var magnitudes: WinogradMatrices {
    let absolute = { (matrix: Matrix) in matrix.map { $0.map(Swift.abs) } }
    return WinogradMatrices(
      inputTransform: absolute(inputTransform), weightTransform: absolute(weightTransform),
      outputTransform: absolute(outputTransform))
  }
}

extension NaiveKernels {
  /// ``convolve(_:_:weight:bias:)`` of a 3×3 kernel with stride 1 and one group, tile by tile.
  package static func winogradConvolve(
    _ g: ConvolutionGeometry, _ x: [Double], weight: [Double], bias: [Double], by matrices: WinogradMatrices
  ) -> [Double] {
    var y = (0..<g.outputShape.elementCount).map { bias[$0 % g.outputs] }
    let kernels = (0..<(g.inputs * g.outputs)).map { pair in
      sandwich(matrices.weightTransform, matrix(3) { weight[($0 * 3 + $1) * g.inputs * g.outputs + pair] })
    }
    forEachTile(g) { n, row, column in
      let patches = patches(g, x, n, row, column, by: matrices)
      for o in 0..<g.outputs {
        var products = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
        for c in 0..<g.inputs { add(kernels[c * g.outputs + o], patches[c], to: &products) }
        let tile = sandwich(matrices.outputTransform, products)
        for (i, j) in pixels(g, row, column) {
          y[((n * g.outputHeight + row + i) * g.outputWidth + column + j) * g.outputs + o] += tile[i][j]
        }
      }
    }
    return y
  }

  /// ``convolveWeightGradient(_:_:_:)`` of such a kernel: Gᵀ (Σ (Bᵀ d B) ⊙ (A dy Aᵀ)) G.
  package static func winogradWeightGradient(
    _ g: ConvolutionGeometry, _ x: [Double], _ dy: [Double], by matrices: WinogradMatrices
  ) -> [Double] {
    let zeros = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 6)
    var sums = [[[Double]]](repeating: zeros, count: g.inputs * g.outputs)
    forEachTile(g) { n, row, column in
      let patches = patches(g, x, n, row, column, by: matrices)
      for o in 0..<g.outputs {
        var tile = [[Double]](repeating: [Double](repeating: 0, count: 4), count: 4)
        for (i, j) in pixels(g, row, column) {
          tile[i][j] = dy[((n * g.outputHeight + row + i) * g.outputWidth + column + j) * g.outputs + o]
        }
        let upstream = sandwich(transposed(matrices.outputTransform), tile)
        for c in 0..<g.inputs { add(upstream, patches[c], to: &sums[c * g.outputs + o]) }
      }
    }
    var dw = [Double](repeating: 0, count: g.weightShape.elementCount)
    for (pair, sum) in sums.enumerated() {
      let kernel = sandwich(transposed(matrices.weightTransform), sum)
      for tap in 0..<9 { dw[tap * g.inputs * g.outputs + pair] = kernel[tap / 3][tap % 3] }
    }
    return dw
  }

  private static func forEachTile(_ g: ConvolutionGeometry, _ body: (_ n: Int, _ row: Int, _ column: Int) -> Void) {
    for n in 0..<g.count {
      for row in stride(from: 0, to: g.outputHeight, by: 4) {
        for column in stride(from: 0, to: g.outputWidth, by: 4) { body(n, row, column) }
      }
    }
  }

  /// The pixels of a tile that lie inside the output.
  private static func pixels(_ g: ConvolutionGeometry, _ row: Int, _ column: Int) -> [(i: Int, j: Int)] {
    (0..<Swift.min(4, g.outputHeight - row)).flatMap { i in
      (0..<Swift.min(4, g.outputWidth - column)).map { (i, $0) }
    }
  }

  /// Bᵀ d B for each input channel of a tile.
  private static func patches(
    _ g: ConvolutionGeometry, _ x: [Double], _ n: Int, _ row: Int, _ column: Int, by matrices: WinogradMatrices
  ) -> [[[Double]]] {
    (0..<g.inputs).map { c in
      sandwich(matrices.inputTransform, matrix(6) { input(g, x, n, row + $0 - g.padding, column + $1 - g.padding, c) })
    }
  }

  private static func input(
    _ g: ConvolutionGeometry, _ x: [Double], _ n: Int, _ row: Int, _ column: Int, _ c: Int
  ) -> Double {
    guard (0..<g.height).contains(row), (0..<g.width).contains(column) else { return 0 }
    return x[((n * g.height + row) * g.width + column) * g.inputs + c]
  }

  // MARK: Small matrices

  private static func matrix(_ side: Int, _ element: (Int, Int) -> Double) -> [[Double]] {
    (0..<side).map { row in (0..<side).map { element(row, $0) } }
  }

  /// m x mᵀ.
  private static func sandwich(_ m: [[Double]], _ x: [[Double]]) -> [[Double]] { product(product(m, x), transposed(m)) }

  private static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    let columns = transposed(b)
    return a.map { row in columns.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  private static func transposed(_ m: [[Double]]) -> [[Double]] { m[0].indices.map { column in m.map { $0[column] } } }

  private static func add(_ a: [[Double]], _ b: [[Double]], to sum: inout [[Double]]) {
    for i in sum.indices { for j in sum[i].indices { sum[i][j] += a[i][j] * b[i][j] } }
  }
}
