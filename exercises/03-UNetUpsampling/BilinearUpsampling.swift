import Tensors

// By hand, pixel by pixel, like nearest-neighbor upsampling. Networks use the engine's `upsampledBilinear`, which does the
// same many times faster and records itself for gradients.

/// Where the pixel `index` of an enlarged axis lies among the pixels 0, 1, …, size − 1 that the axis was made of.
///
/// There are two conventions:
/// - With `alignCorners` the centers of the outermost pixels stay where they are: index 0 lies at 0, the last index,
///   factor · size − 1, at size − 1, and the others evenly between. Where size and factor are 1, the one pixel lies at 0.
/// - Without, a pixel is a little square, and the outer edges of the outermost squares stay where they are. The center of pixel
///   i is i + ½ from the edge, in pixels of either image, so that the position is (index + ½) / factor − ½. Beyond the
///   centers of the outermost pixels there is nothing to interpolate: positions are held between 0 and size − 1.
///
/// Report 000 uses the second, report 004 the first; PyTorch's `interpolate` knows both.
///
/// - Parameters:
///   - index: From 0 to factor · size − 1.
///   - size: How many pixels the axis had; positive.
///   - factor: How many times as many there are now; positive.
///   - alignCorners: Which convention.
/// - Returns: From 0 to size − 1.
public func sourcePosition(of index: Int, size: Int, factor: Int, alignCorners: Bool) -> Double {
  return unfinished("3.3")
}

/// Images enlarged by linear interpolation along both axes.
///
/// Along each axis a pixel of the result lies between two neighbors, at a share s of the way from the first to the second,
/// and takes (1 − s) of the first and s of the second: see `neighbors(of:size:factor:alignCorners:)`. Along two axes that
/// makes four pixels, each weighted with the product of what its row and its column count.
///
/// Write it with loops: the engine's `upsampledBilinear` is what you are building, and a grader refuses it.
///
/// - Parameters:
///   - x: Images, `[count, height, width, channels]`.
///   - factor: How many times as many rows and columns; positive.
///   - alignCorners: The convention of ``sourcePosition(of:size:factor:alignCorners:)``.
/// - Returns: `[count, factor · height, factor · width, channels]`; faulty where `x` is not
///   images or the factor not positive.
public func bilinearUpsampled(_ x: Tensor, by factor: Int, alignCorners: Bool) -> Tensor {
  if x.fault != nil { return x }
  guard x.shape.rank == 4, factor > 0 else {
    return Tensor(
      fault: Fault("bilinearUpsampled: \(x.shape) by \(factor): images have four axes, the factor is positive"))
  }
  return unfinished("3.3")
}

/// What a loss's gradient with respect to the enlarged images says about the images they were made from: the adjoint of
/// ``bilinearUpsampled(_:by:alignCorners:)``.
///
/// Each pixel of the result took shares of four pixels of `x`; its gradient goes back to the same four, in the same shares,
/// and what arrives at a pixel from different sides adds up.
///
/// - Parameters:
///   - upstream: The gradient with respect to the result, `[count, factor · height, factor · width, channels]`.
///   - factor: The factor by which the images were enlarged.
///   - alignCorners: The convention with which they were.
/// - Returns: The gradient with respect to `x`, `[count, height, width, channels]`; faulty where `upstream` cannot be
///   images that were enlarged by `factor`.
public func bilinearUpsamplingGradient(_ upstream: Tensor, by factor: Int, alignCorners: Bool) -> Tensor {
  if upstream.fault != nil { return upstream }
  guard upstream.shape.rank == 4, factor > 0, upstream.shape[1] % factor == 0, upstream.shape[2] % factor == 0 else {
    return Tensor(
      fault: Fault("bilinearUpsamplingGradient: \(upstream.shape) are no images that were enlarged by \(factor)"))
  }
  return unfinished("3.3")
}

/// The two pixels between which the pixel `index` of an enlarged axis lies, and how far it is from the first to the second,
/// from 0 to 1. At the end of the axis both may be the last pixel; then both shares are its own.
///
/// Where ``sourcePosition(of:size:factor:alignCorners:)`` answers with no number, the share is none either.
func neighbors(of index: Int, size: Int, factor: Int, alignCorners: Bool) -> (first: Int, second: Int, share: Float) {
  let position = sourcePosition(of: index, size: size, factor: factor, alignCorners: alignCorners)
  // A position far outside, or none, has no pixel's number.
  guard abs(position) < 1e9 else { return (0, 0, .nan) }
  let first = Int(position.rounded(.down))
  return (first, min(first + 1, size - 1), Float(position - Double(first)))
}
