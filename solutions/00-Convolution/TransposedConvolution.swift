import Tensors

/// The gradient for the input of a convolution, and so its adjoint: ⟨conv x, y⟩ = ⟨x, convᵀ y⟩ for all x and y.
///
/// In the convolution x[n, row, column, c] adds to y[n, i, j, o] with the factor weight[ky, kx, c, o] where
/// row = i·stride + ky − padding and column = j·stride + kx − padding. The adjoint goes back along the same arrows with the
/// same factors:
///
/// x̄[n, row, column, c] = Σ ȳ[n, i, j, o] · weight[ky, kx, c, o]
///
/// The sum is over all i, j, ky and kx that lead to this row and column, and over o. It is easiest to start with zeros and
/// to let each ȳ[n, i, j, o] spread its kernel over x̄. What would fall into the margin is dropped: writing outside of a tensor
/// makes it faulty, so ask first whether row and column lie inside.
///
/// Write it with loops: `convTransposed2d` and the gradients of `conv2d` are what you are building, and a grader refuses them.
///
/// - Parameters:
///   - upstream: ȳ, the gradient for the convolution's output, `[count, rows, columns, outputs]`.
///   - weight: The convolution's, `[kernel height, kernel width, inputs, outputs]`.
///   - images: The shape of the convolution's input, `[count, height, width, inputs]`.
///   - stride: The convolution's.
///   - padding: The convolution's.
/// - Returns: x̄, of the shape `images`.
public func convolutionInputGradient(
  upstream: Tensor, weight: Tensor, images: Shape, stride: Int = 1, padding: Int = 0
) -> Tensor {
  if let fault = upstream.fault ?? weight.fault { return Tensor(fault: fault) }
  let extents: ConvolutionExtents
  do {
    extents = try ConvolutionExtents(
      images: images, weight: weight.shape, output: upstream.shape, stride: stride, padding: padding)
  } catch {
    return Tensor(fault: error)
  }
  return spread(upstream, by: weight, over: extents)
}

/// The loops of ``convolutionInputGradient(upstream:weight:images:stride:padding:)``, where all fits together.
///
/// - Returns: `extents.imageShape`
private func spread(_ upstream: Tensor, by weight: Tensor, over extents: ConvolutionExtents) -> Tensor {
  // BEGIN SOLUTION 0.4
  var gradient = Tensor.zeros(extents.imageShape)
  for n in 0..<extents.count {
    for i in 0..<extents.rows {
      for j in 0..<extents.columns {
        for ky in 0..<extents.kernelHeight {
          for kx in 0..<extents.kernelWidth {
            let row = i * extents.stride + ky - extents.padding
            let column = j * extents.stride + kx - extents.padding
            guard row >= 0, row < extents.height, column >= 0, column < extents.width else { continue }
            for c in 0..<extents.inputs {
              for o in 0..<extents.outputs {
                gradient[n, row, column, c] += upstream[n, i, j, o] * weight[ky, kx, c, o]
              }
            }
          }
        }
      }
    }
  }
  return gradient
  // END SOLUTION
}

/// A layer that enlarges images: the adjoint of a convolution, used forwards.
///
/// - Parameters:
///   - y: Images, `[count, rows, columns, outputs]`; outputs of the convolution whose adjoint this is.
///   - weight: That convolution's, `[kernel height, kernel width, inputs, outputs]`: this layer leads from the last axis to
///     the one before it.
///   - stride: The step from one pixel's kernel to the next one's.
///   - padding: What is cut off on every side.
///   - outputPadding: By how many rows and columns the output is larger at the end, fewer than the stride; kernels that reach
///     there spread into them.
/// - Returns: `[count, height, width, inputs]`, height and width by
///   ``transposedConvolutionOutputSize(input:kernel:stride:padding:outputPadding:)``.
public func transposedConvolution(
  _ y: Tensor, weight: Tensor, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
) -> Tensor {
  if let fault = y.fault ?? weight.fault { return Tensor(fault: fault) }
  guard y.shape.rank == 4, weight.shape.rank == 4 else {
    return Tensor(
      fault: Fault("transposedConvolution: images \(y.shape) and a weight \(weight.shape) need four axes each"))
  }
  let size = { axis in
    transposedConvolutionOutputSize(
      input: y.shape[axis], kernel: weight.shape[axis - 1], stride: stride, padding: padding,
      outputPadding: outputPadding)
  }
  return convolutionInputGradient(
    upstream: y, weight: weight, images: [y.shape[0], size(1), size(2), weight.shape[2]], stride: stride,
    padding: padding)
}
