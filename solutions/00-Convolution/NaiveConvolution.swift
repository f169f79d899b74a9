import Tensors

/// Convolution by the formula, a loop for each index: what all faster ones must equal.
///
/// y[n, i, j, o] = Σ x[n, i·stride + ky − padding, j·stride + kx − padding, c] · weight[ky, kx, c, o]
///
/// - Parameters:
///   - x: Images, `[count, height, width, inputs]`.
///   - weight: `[kernel height, kernel width, inputs, outputs]`.
/// - Returns: `[count, rows, columns, outputs]`.
public func naiveConvolution(_ x: Tensor, weight: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
  if let fault = x.fault ?? weight.fault { return Tensor(fault: fault) }
  guard x.shape.rank == 4, weight.shape.rank == 4, weight.shape[2] == x.shape[3], stride > 0, padding >= 0 else {
    return Tensor(
      fault: Fault(
        "naiveConvolution: a weight \(weight.shape) at a stride of \(stride) with a padding of \(padding) does not fit "
          + "images \(x.shape)"))
  }
  let rows = convolutionOutputSize(input: x.shape[1], kernel: weight.shape[0], stride: stride, padding: padding)
  let columns = convolutionOutputSize(input: x.shape[2], kernel: weight.shape[1], stride: stride, padding: padding)
  var y = Tensor.zeros([x.shape[0], rows, columns, weight.shape[3]])
  for n in 0..<x.shape[0] {
    for i in 0..<rows {
      for j in 0..<columns {
        for o in 0..<weight.shape[3] {
          var sum: Float = 0
          for ky in 0..<weight.shape[0] {
            for kx in 0..<weight.shape[1] {
              let (row, column) = (i * stride + ky - padding, j * stride + kx - padding)
              // Outside the image there are zeros, which add nothing.
              guard row >= 0, row < x.shape[1], column >= 0, column < x.shape[2] else { continue }
              for c in 0..<x.shape[3] { sum += x[n, row, column, c] * weight[ky, kx, c, o] }
            }
          }
          y[n, i, j, o] = sum
        }
      }
    }
  }
  return y
}
