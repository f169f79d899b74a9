import Learning
import Tensors

/// The generator of DCGAN (Radford et al. 2016) as report 004 has it: makes images of random numbers.
///
/// The first of its transposed convolutions spreads a single pixel over 4×4, each of the others doubles the image: with the
/// three widths of the report 1 → 4 → 8 → 16 → 32 pixels.
public final class Generator: Layer {
  /// The transposed convolutions except for the last, without biases, which the normalizations would take away.
  public let convolutions: [ConvTranspose2d]
  /// A batch normalization for each of them.
  public let normalizations: [BatchNorm2d]
  /// The last transposed convolution, to the channels of the images, without a bias.
  public let output: ConvTranspose2d

  /// Makes a generator with the random weights of DCGAN.
  ///
  /// - Parameters:
  ///   - latentWidth: How many random numbers make an image.
  ///   - widths: The channels after each layer but the last; at least one.
  ///   - imageChannels: The channels of the images.
  ///   - generator: Where the weights come from.
  public init(
    latentWidth: Int = 128, widths: [Int] = [256, 128, 64], imageChannels: Int = 3,
    using generator: inout RandomGenerator
  ) {
    var convolutions: [ConvTranspose2d] = []
    for (index, width) in widths.enumerated() {
      convolutions.append(
        ConvTranspose2d(
          from: index == 0 ? latentWidth : widths[index - 1], to: width, kernelSize: 4, stride: index == 0 ? 1 : 2,
          padding: index == 0 ? 0 : 1, hasBias: false, using: &generator))
    }
    self.convolutions = convolutions
    normalizations = widths.map { BatchNorm2d(channels: $0) }
    output = ConvTranspose2d(
      from: widths.last ?? latentWidth, to: imageChannels, kernelSize: 4, stride: 2, padding: 1, hasBias: false,
      using: &generator)
    for layer in convolutions + [output] { layer.weight.drawNormal(around: 0, using: &generator) }
    for layer in normalizations { layer.scale.drawNormal(around: 1, using: &generator) }
  }

  /// The images that belong to latent vectors.
  ///
  /// A latent vector is an image of one pixel with `latentWidth` channels. Then in turn, for each of `convolutions`:
  /// the transposed convolution, its normalization, and max(x, 0), which here is `relu()`. In the end comes `output`,
  /// not normalized, and `tanh()`, for pixels between −1 and 1.
  ///
  /// - Parameter z: Standard normal numbers, `[count, latentWidth]`.
  /// - Returns: `[count, size, size, imageChannels]`. Gradients reach z and all parameters.
  public func callAsFunction(_ z: Tensor) -> Tensor {
    if z.fault != nil { return z }
    guard z.shape.rank == 2 else {
      return Tensor(fault: Fault("latent vectors are rows, [count, width], not \(z.shape)"))
    }
    return unfinished("7.2")
  }
}
