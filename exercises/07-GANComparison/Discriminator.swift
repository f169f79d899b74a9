import Learning
import Tensors

/// The discriminator of DCGAN (Radford et al. 2016) as report 004 has it: says of images whether they are real or generated.
///
/// Each of its convolutions halves the image, until 4×4 pixels are left, of which the last convolution makes one
/// number. With the three widths of the report images have 32×32 pixels, with two 16×16.
public final class Discriminator: Layer {
  /// The first convolution, without a bias; it is not normalized.
  public let input: Conv2d
  /// The convolutions after it except for the last, without biases.
  public let convolutions: [Conv2d]
  /// A batch normalization for each of these.
  public let normalizations: [BatchNorm2d]
  /// The last convolution, of 4×4 pixels to one number, without a bias.
  public let output: Conv2d

  /// Makes a discriminator with the random weights of DCGAN.
  ///
  /// - Parameters:
  ///   - imageChannels: The channels of the images.
  ///   - widths: The channels after each layer but the last; at least one.
  ///   - generator: Where the weights come from.
  public init(imageChannels: Int = 3, widths: [Int] = [64, 128, 256], using generator: inout RandomGenerator) {
    input = Conv2d(
      from: imageChannels, to: widths.first ?? 1, kernelSize: 4, stride: 2, padding: 1, hasBias: false,
      using: &generator)
    var convolutions: [Conv2d] = []
    for (from, to) in zip(widths, widths.dropFirst()) {
      convolutions.append(
        Conv2d(from: from, to: to, kernelSize: 4, stride: 2, padding: 1, hasBias: false, using: &generator))
    }
    self.convolutions = convolutions
    normalizations = widths.dropFirst().map { BatchNorm2d(channels: $0) }
    output = Conv2d(from: widths.last ?? 1, to: 1, kernelSize: 4, hasBias: false, using: &generator)
    for layer in [input] + convolutions + [output] { layer.weight.drawNormal(around: 0, using: &generator) }
    for layer in normalizations { layer.scale.drawNormal(around: 1, using: &generator) }
  }

  /// How real the images look, as *logits*: log(D / (1 − D)), where D is the probability of being real.
  ///
  /// First `input`, then a leaky ReLU with slope 0.2: `leakyReLU(slope: 0.2)`. Then in turn, for each of
  /// `convolutions`: the convolution, its normalization and the same leaky ReLU. In the end comes `output`, and no sigmoid
  /// after it: the losses take logits. `output` gives `[count, 1, 1, 1]`; `reshaped([images.shape[0]])` makes `[count]` of it,
  /// and is faulty where more than one pixel is left.
  ///
  /// - Parameter images: `[count, size, size, imageChannels]`.
  /// - Returns: One number for each image, `[count]`; faulty where the layers do not end with one pixel. Gradients
  ///   reach the images and all parameters.
  public func callAsFunction(_ images: Tensor) -> Tensor {
    if images.fault != nil { return images }
    guard images.shape.rank == 4 else { return Tensor(fault: Fault("images have four axes, not \(images.shape)")) }
    return unfinished("7.3")
  }
}
