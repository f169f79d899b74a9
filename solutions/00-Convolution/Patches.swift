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
    // BEGIN SOLUTION 0.6
    var elements: [Float] = []
    for n in 0..<extents.count {
      for i in 0..<extents.rows {
        for j in 0..<extents.columns {
          for ky in 0..<extents.kernelHeight {
            for kx in 0..<extents.kernelWidth {
              let (row, column) = (i * stride + ky - padding, j * stride + kx - padding)
              let isInside = row >= 0 && row < extents.height && column >= 0 && column < extents.width
              for c in 0..<extents.inputs { elements.append(isInside ? x[n, row, column, c] : 0) }
            }
          }
        }
      }
    }
    return Tensor(
      elements,
      shape: [
        extents.count * extents.rows * extents.columns, extents.kernelHeight * extents.kernelWidth * extents.inputs,
      ])
    // END SOLUTION
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
    // BEGIN SOLUTION 0.6
    let windows = patches(
      of: x, kernel: (extents.kernelHeight, extents.kernelWidth), stride: stride, padding: padding)
    let matrix = weight.reshaped([extents.kernelHeight * extents.kernelWidth * extents.inputs, extents.outputs])
    return windows.matmul(matrix).reshaped(extents.outputShape)
    // END SOLUTION
  }
}
