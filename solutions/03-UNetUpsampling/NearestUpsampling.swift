import Tensors

// By hand, pixel by pixel: x[image, row, column, channel] reads and writes a tensor, which begins as `Tensor.zeros(shape)`;
// arrays of `x.scalars` are quicker, and allowed. What is read that way is not recorded for gradients, so the gradient is
// written by hand too. The network uses the engine's `upsampledNearest`, which does the same many times faster and records
// itself.

/// Images enlarged by repeating each pixel in a block of `factor` × `factor`.
///
/// The pixel at (row, column) of the result is the one at (⌊row / factor⌋, ⌊column / factor⌋) of `x`.
///
/// Write it with loops: the engine's `upsampledNearest` is what you are building, and a grader refuses it.
///
/// - Parameters:
///   - x: Images, `[count, height, width, channels]`.
///   - factor: How many times as many rows and columns; positive.
/// - Returns: `[count, factor · height, factor · width, channels]`; faulty where `x` is not
///   images or the factor not positive.
public func nearestUpsampled(_ x: Tensor, by factor: Int) -> Tensor {
  if x.fault != nil { return x }
  guard x.shape.rank == 4, factor > 0 else {
    return Tensor(
      fault: Fault("nearestUpsampled: \(x.shape) by \(factor): images have four axes, the factor is positive"))
  }
  // BEGIN SOLUTION 3.2
  let (height, width) = (factor * x.shape[1], factor * x.shape[2])
  var result = Tensor.zeros([x.shape[0], height, width, x.shape[3]])
  for image in 0..<x.shape[0] {
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<x.shape[3] {
          result[image, row, column, channel] = x[image, row / factor, column / factor, channel]
        }
      }
    }
  }
  return result
  // END SOLUTION
}

/// What a loss's gradient with respect to the enlarged images says about the images they were made from: the adjoint of
/// ``nearestUpsampled(_:by:)``.
///
/// If `x` changes at one pixel, the whole block made of it changes: the pixel's gradient is the sum of its block's.
///
/// - Parameters:
///   - upstream: The gradient with respect to the result, `[count, factor · height, factor · width, channels]`.
///   - factor: The factor by which the images were enlarged.
/// - Returns: The gradient with respect to `x`, `[count, height, width, channels]`; faulty where `upstream` cannot be
///   images that were enlarged by `factor`.
public func nearestUpsamplingGradient(_ upstream: Tensor, by factor: Int) -> Tensor {
  if upstream.fault != nil { return upstream }
  guard upstream.shape.rank == 4, factor > 0, upstream.shape[1] % factor == 0, upstream.shape[2] % factor == 0 else {
    return Tensor(
      fault: Fault("nearestUpsamplingGradient: \(upstream.shape) are no images that were enlarged by \(factor)"))
  }
  // BEGIN SOLUTION 3.2
  let (height, width) = (upstream.shape[1], upstream.shape[2])
  var gradient = Tensor.zeros([upstream.shape[0], height / factor, width / factor, upstream.shape[3]])
  for image in 0..<upstream.shape[0] {
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<upstream.shape[3] {
          gradient[image, row / factor, column / factor, channel] += upstream[image, row, column, channel]
        }
      }
    }
  }
  return gradient
  // END SOLUTION
}
