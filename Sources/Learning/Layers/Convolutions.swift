import Tensors

/// A convolution of images `[count, height, width, channels]`; as in all deep learning, the kernel is not flipped.
public final class Conv2d: Layer {
  /// The kernels, of shape `[kernelSize, kernelSize, inputs / groups, outputs]`.
  public let weight: Parameter
  /// One number for each output channel, of shape `[outputs]`; nil for a layer without it.
  public let bias: Parameter?
  private let stride: Int
  private let padding: Int
  private let groups: Int

  /// Makes a layer with weights and biases uniform in ±1/√(kernelSize² · inputs / groups), as PyTorch does.
  ///
  /// - Parameters:
  ///   - inputs: The channels of the images it is given.
  ///   - outputs: The channels of its result.
  ///   - kernelSize: The height and width of the kernels in pixels.
  ///   - stride: How many pixels the kernels move from one output pixel to the next.
  ///   - padding: Zero padding in pixels on each side of the image.
  ///   - groups: Into how many groups the channels are divided; each output channel sees the inputs of its group alone.
  ///     With as many groups as inputs the convolution is *depthwise*.
  ///   - hasBias: Whether there is a number to add to each output channel.
  ///   - generator: Where the random numbers come from.
  public init(
    from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1,
    hasBias: Bool = true, using generator: inout RandomGenerator
  ) {
    // A layer with no groups at all is left to the operation, which answers it with a fault.
    let inputsPerGroup = inputs / max(groups, 1)
    let fanIn = kernelSize * kernelSize * inputsPerGroup
    weight = Parameter(
      .uniform([kernelSize, kernelSize, inputsPerGroup, outputs], fanIn: fanIn, using: &generator))
    bias = hasBias ? Parameter(.uniform([outputs], fanIn: fanIn, using: &generator)) : nil
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }

  /// Maps `[n, height, width, inputs]` to `[n, height′, width′, outputs]` with
  /// height′ = ⌊(height + 2 padding − kernelSize) / stride⌋ + 1.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    traced(input.conv2d(weight.value, bias: bias?.value, stride: stride, padding: padding, groups: groups))
  }
}

/// A transposed convolution: the adjoint of a convolution, which makes images larger where that makes them smaller.
public final class ConvTranspose2d: Layer {
  /// The kernels of the convolution whose adjoint this is, of shape
  /// `[kernelSize, kernelSize, outputs / groups, inputs]`.
  public let weight: Parameter
  /// One number for each output channel, of shape `[outputs]`; nil for a layer without it.
  public let bias: Parameter?
  private let stride: Int
  private let padding: Int
  private let groups: Int

  /// Makes a layer with weights and biases uniform in ±1/√(kernelSize² · outputs / groups).
  ///
  /// That is what PyTorch does. It counts outputs where it means inputs, because its weights have these two axes the other
  /// way around for a transposed convolution.
  ///
  /// - Parameters:
  ///   - inputs: The channels of the images it is given.
  ///   - outputs: The channels of its result.
  ///   - kernelSize: The height and width of the kernels in pixels.
  ///   - stride: How many output pixels lie between the kernels of neighboring input pixels.
  ///   - padding: How many pixels are cut off on each side of the result.
  ///   - groups: Into how many groups the channels are divided.
  ///   - hasBias: Whether there is a number to add to each output channel.
  ///   - generator: Where the random numbers come from.
  public init(
    from inputs: Int, to outputs: Int, kernelSize: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1,
    hasBias: Bool = true, using generator: inout RandomGenerator
  ) {
    let outputsPerGroup = outputs / max(groups, 1)
    let fanIn = kernelSize * kernelSize * outputsPerGroup
    weight = Parameter(
      .uniform([kernelSize, kernelSize, outputsPerGroup, inputs], fanIn: fanIn, using: &generator))
    bias = hasBias ? Parameter(.uniform([outputs], fanIn: fanIn, using: &generator)) : nil
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }

  /// Maps `[n, height, width, inputs]` to `[n, height′, width′, outputs]` with
  /// height′ = (height − 1) stride − 2 padding + kernelSize.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    traced(input.convTransposed2d(weight.value, bias: bias?.value, stride: stride, padding: padding, groups: groups))
  }
}
