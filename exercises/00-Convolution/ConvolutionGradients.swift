import Tensors

/// The gradient for the weight of a convolution.
///
/// The same three numbers meet as in the convolution, x[n, row, column, c], weight[ky, kx, c, o] and y[n, i, j, o] with
/// row = i·stride + ky − padding and column = j·stride + kx − padding, and what is summed over is what the weight lacks:
///
/// w̄[ky, kx, c, o] = Σ x[n, row, column, c] · ȳ[n, i, j, o], over n, i and j
///
/// One weight serves all windows of all images, so it gathers what all of them say; the gradient is a sum, not a mean. Outside
/// the image x is 0.
///
/// Write it with loops: the gradients of the engine's `conv2d` are what you are building, and a grader refuses them.
///
/// - Parameters:
///   - x: The convolution's input, `[count, height, width, inputs]`.
///   - upstream: ȳ, the gradient for its output, `[count, rows, columns, outputs]`.
///   - kernel: The kernel's height and width.
///   - stride: The convolution's.
///   - padding: The convolution's.
/// - Returns: w̄, `[kernel height, kernel width, inputs, outputs]`.
public func convolutionWeightGradient(
  of x: Tensor, upstream: Tensor, kernel: (height: Int, width: Int), stride: Int = 1, padding: Int = 0
) -> Tensor {
  if let fault = x.fault ?? upstream.fault { return Tensor(fault: fault) }
  guard let inputs = x.shape.last, let outputs = upstream.shape.last else {
    return Tensor(fault: Fault("convolutionWeightGradient: \(x.shape) and \(upstream.shape) are no images"))
  }
  let extents: ConvolutionExtents
  do {
    extents = try ConvolutionExtents(
      images: x.shape, weight: [kernel.height, kernel.width, inputs, outputs], output: upstream.shape, stride: stride,
      padding: padding)
  } catch {
    return Tensor(fault: error)
  }
  return gathered(x, upstream, extents)
}

/// The loops of ``convolutionWeightGradient(of:upstream:kernel:stride:padding:)``, where all fits together.
///
/// - Returns: `extents.weightShape`
private func gathered(_ x: Tensor, _ upstream: Tensor, _ extents: ConvolutionExtents) -> Tensor {
  return unfinished("0.5")
}

/// The gradient for the bias, which a layer adds to all pixels of an output channel: y + bias. Tensors have `sum(axes:)`.
///
/// - Parameter upstream: The gradient for the output, `[count, rows, columns, outputs]`.
/// - Returns: `[outputs]`.
public func convolutionBiasGradient(upstream: Tensor) -> Tensor {
  if upstream.fault != nil { return upstream }
  guard upstream.shape.rank == 4 else {
    return Tensor(fault: Fault("convolutionBiasGradient: \(upstream.shape) are no images"))
  }
  return unfinished("0.5")
}
