import Tensors

/// What of a transposed convolution decides the size of its result.
public struct TransposedConvolution: Sendable, Equatable {
  /// The kernel's extent.
  public var kernel: Int
  /// How many pixels of the output lie between the kernels of neighboring pixels of the input.
  public var stride: Int
  /// How many pixels are cut off on each side of the output.
  public var padding: Int

  /// Puts the three together.
  public init(kernel: Int, stride: Int = 1, padding: Int = 0) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }
}

extension TransposedConvolution {
  /// The layers of the generator of report 004: the first spreads a single pixel, each of the others doubles the image.
  public static let reportGenerator = [
    TransposedConvolution(kernel: 4, stride: 1, padding: 0),
    TransposedConvolution(kernel: 4, stride: 2, padding: 1),
    TransposedConvolution(kernel: 4, stride: 2, padding: 1),
    TransposedConvolution(kernel: 4, stride: 2, padding: 1),
  ]
}

/// The extent of an image after a transposed convolution: (input − 1) · stride − 2 · padding + kernel.
///
/// It is the formula of 0.1 without the output padding, which no layer here has; this time it is for a chain of layers,
/// and never less than 0.
///
/// Each of the input's pixels lays a kernel down, `stride` pixels after the one before: the first kernel covers
/// `kernel` pixels, each further one adds `stride`. Then the padding is cut off on both sides, where a convolution
/// would have added it.
///
/// - Parameters:
///   - input: The image's extent, at least 1.
///   - layer: Kernel, stride and padding.
/// - Returns: The extent of the output; 0 where the padding cuts off all pixels, or would cut off more.
public func transposedConvolutionOutputSize(input: Int, layer: TransposedConvolution) -> Int {
  // BEGIN SOLUTION 7.1
  max((input - 1) * layer.stride - 2 * layer.padding + layer.kernel, 0)
  // END SOLUTION
}

/// The extents that an image goes through in a chain of transposed convolutions.
///
/// - Parameters:
///   - input: The extent that the first layer is given, at least 1. What follows a layer that leaves nothing does not matter.
///   - layers: In the order in which they are applied.
/// - Returns: `input`, then the extent after each layer: one number more than there are layers.
public func generatorSizes(from input: Int, through layers: [TransposedConvolution]) -> [Int] {
  // BEGIN SOLUTION 7.1
  var sizes = [input]
  var size = input
  for layer in layers {
    size = transposedConvolutionOutputSize(input: size, layer: layer)
    sizes.append(size)
  }
  return sizes
  // END SOLUTION
}
