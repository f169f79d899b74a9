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
    return unfinished("0.2")
  }
}
