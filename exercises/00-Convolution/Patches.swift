import Tensors

/// What each window of a convolution sees, laid out as the rows of a matrix; known as im2col.
///
/// The matrix's row number (n · rows + i) · columns + j is the window i, j of image n:
/// x[n, i·stride + ky − padding, j·stride + kx − padding, c] for all ky, kx and c, in that order, as in a weight
/// `[kernel height, kernel width, inputs, outputs]`. Outside the image x is 0.
///
/// - Parameters:
///   - x: Images, `[count, height, width, inputs]`.
///   - kernel: The windows' height and width.
///   - stride: The step from one window to the next.
///   - padding: The margin of zeros on every side.
/// - Returns: `[count · rows · columns, kernel height · kernel width · inputs]`.
public func patches(of x: Tensor, kernel: (height: Int, width: Int), stride: Int = 1, padding: Int = 0) -> Tensor {
  let weight = Tensor.zeros([kernel.height, kernel.width, x.shape.last ?? 0, 1])
  return ConvolutionExtents.fitting(x, weight, stride: stride, padding: padding) { extents in
    return unfinished("0.6")
  }
}

/// Convolution as one product of matrices: the ``patches(of:kernel:stride:padding:)`` times the weight.
///
/// A window's outputs are sums of products of what it sees with the weight's columns, which is what a product of matrices
/// computes: `a.matmul(b)`. Only shapes are left to see to, with `reshaped(shape)`: the weight must be a matrix, and the
/// product images again. The engine's `conv2d` is what you are building, and a grader refuses it.
///
/// - Parameters:
///   - x: Images, `[count, height, width, inputs]`.
///   - weight: `[kernel height, kernel width, inputs, outputs]`.
///   - stride: The step from one window to the next.
///   - padding: The margin of zeros on every side.
/// - Returns: `[count, rows, columns, outputs]`.
public func patchConvolution(_ x: Tensor, weight: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
  ConvolutionExtents.fitting(x, weight, stride: stride, padding: padding) { extents in
    return unfinished("0.6")
  }
}
