/// The number of windows along one axis of an image, and so the extent of a convolution's output.
///
/// - Parameters:
///   - input: The image's extent.
///   - kernel: The window's extent.
///   - stride: The step from one window to the next.
///   - padding: The margin of zeros at either end.
/// - Returns: (input + 2·padding − kernel) / stride + 1, rounded down; 0 where not even one window fits.
public func convolutionOutputSize(input: Int, kernel: Int, stride: Int = 1, padding: Int = 0) -> Int {
  let room = input + 2 * padding - kernel
  return room < 0 ? 0 : room / stride + 1
}
