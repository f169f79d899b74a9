import Tensors

/// Convolution by the formula, a loop for each index: what all faster ones must equal.
///
/// y[n, i, j, o] = Σ x[n, i·stride + ky − padding, j·stride + kx − padding, c] · weight[ky, kx, c, o]
///
/// The sum is over the kernel's rows ky and columns kx and the input channels c. Outside the image x is 0. The kernel is
/// not mirrored: what networks call convolution is correlation in signal processing.
///
/// `extents` holds how far each loop runs: `extents.count`, `.rows`, `.kernelHeight` and so on, and `.outputShape`. `Tensor`s
/// are read and written by index, `x[n, row, column, c]`, and `Tensor.zeros(shape)` makes one of zeros. Reading outside a
/// tensor gives NaN, not 0.
///
/// Write it with loops: the engine's `conv2d` is what you are building, and a grader refuses it.
///
/// - Parameters:
///   - x: Images, `[count, height, width, inputs]`.
///   - weight: `[kernel height, kernel width, inputs, outputs]`.
///   - stride: The step from one window to the next.
///   - padding: The margin of zeros on every side.
/// - Returns: `[count, rows, columns, outputs]`.
public func naiveConvolution(_ x: Tensor, weight: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
  ConvolutionExtents.fitting(x, weight, stride: stride, padding: padding) { extents in
    // BEGIN SOLUTION 0.2
    var y = Tensor.zeros(extents.outputShape)
    for n in 0..<extents.count {
      for i in 0..<extents.rows {
        for j in 0..<extents.columns {
          for o in 0..<extents.outputs {
            var sum: Float = 0
            for ky in 0..<extents.kernelHeight {
              for kx in 0..<extents.kernelWidth {
                let (row, column) = (i * stride + ky - padding, j * stride + kx - padding)
                // Outside the image there are zeros, which add nothing.
                guard row >= 0, row < extents.height, column >= 0, column < extents.width else { continue }
                for c in 0..<extents.inputs { sum += x[n, row, column, c] * weight[ky, kx, c, o] }
              }
            }
            y[n, i, j, o] = sum
          }
        }
      }
    }
    return y
    // END SOLUTION
  }
}
