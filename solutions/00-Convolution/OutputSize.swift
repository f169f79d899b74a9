import Tensors

/// The number of windows along one axis of an image, and so the extent of a convolution's output.
///
/// The image has a margin of zeros at either end. The first window begins where the margin does, each further one a stride
/// later, and the last one still lies inside altogether. Compute it from the four numbers: a grader refuses the engine's
/// `conv2d`.
///
/// - Parameters:
///   - input: The image's extent.
///   - kernel: The window's extent, at least 1.
///   - stride: The step from one window to the next, at least 1.
///   - padding: The margin of zeros at either end.
/// - Returns: (input + 2·padding − kernel) / stride + 1, rounded down; 0 where not even one window fits.
public func convolutionOutputSize(input: Int, kernel: Int, stride: Int = 1, padding: Int = 0) -> Int {
  // BEGIN SOLUTION 0.1
  let room = input + 2 * padding - kernel
  // Swift rounds towards zero: −1 / 2 is 0, which would make one window of none.
  return room < 0 ? 0 : room / stride + 1
  // END SOLUTION
}

/// The extent of a transposed convolution's output: the way back, from the number of windows to the image they lie in.
///
/// With a stride several images have that number of windows, since the last pixels may be too few for another one. This is
/// the smallest of them, and `outputPadding` says how many pixels the image in question has more.
///
/// - Parameters:
///   - input: The number of windows.
///   - kernel: A window's extent, at least 1.
///   - stride: The step from one window to the next, at least 1.
///   - padding: The margin of the convolution whose way back this is: it is no part of the image.
///   - outputPadding: By how many pixels the image is larger than the smallest with this output, fewer than the stride. With
///     padding the last window may reach into them.
/// - Returns: (input − 1)·stride + kernel − 2·padding + outputPadding; by agreement 0 where that is negative or there is no
///   window.
public func transposedConvolutionOutputSize(
  input: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
) -> Int {
  // BEGIN SOLUTION 0.1
  input > 0 ? max((input - 1) * stride + kernel - 2 * padding + outputPadding, 0) : 0
  // END SOLUTION
}
