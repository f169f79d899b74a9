import Learning
import Tensors

/// The network of report 001: it sees a noisy image and the timestep, and says what the noise is.
///
/// Two stages down, two residual blocks at a quarter of the size, two stages up. With a base width b the channels are
/// b → b → 2b → 4b → 2b → b; the report has b = 128.
public final class UNet: Layer {
  /// What decides a network's shape.
  public struct Configuration: Sendable, Equatable, Codable {
    /// The channels at full size, b; a multiple of `groups`.
    public var baseWidth: Int
    /// The channels of the images: 1 for gray, 3 for color.
    public var imageChannels: Int
    /// The numbers that describe the time; even.
    public var timeWidth: Int
    /// The groups of the group normalizations.
    public var groups: Int

    /// The report's configuration, except for the sizes given.
    public init(baseWidth: Int = 128, imageChannels: Int = 3, timeWidth: Int = 256, groups: Int = 8) {
      self.baseWidth = baseWidth
      self.imageChannels = imageChannels
      self.timeWidth = timeWidth
      self.groups = groups
    }

    /// Why there can be no such network; nil where there can.
    public var fault: Fault? {
      guard baseWidth > 0, imageChannels > 0, timeWidth > 0, groups > 0 else {
        return Fault(
          "baseWidth \(baseWidth), imageChannels \(imageChannels), timeWidth \(timeWidth) and groups \(groups) must all be "
            + "positive")
      }
      guard baseWidth.isMultiple(of: groups) else {
        return Fault("baseWidth is \(baseWidth), but must be a multiple of \(groups), the groups of the normalization")
      }
      return timeWidth.isMultiple(of: 2) ? nil : Fault("timeWidth is \(timeWidth), but must be even")
    }
  }

  /// Why there can be no such network.
  private let fault: Fault?
  let timeEmbedding: TimestepEmbedding
  let convIn: Conv2d
  let down: [DownStage]
  let middle: [ResidualBlock]
  let up: [UpStage]
  let normOut: GroupNorm
  let convOut: Conv2d

  /// Makes a network with random weights. One that cannot be made answers every call with the configuration's fault.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    fault = configuration.fault
    // Something must stand in for a network that cannot be made: the smallest that can.
    let configuration =
      fault == nil ? configuration : Configuration(baseWidth: 1, imageChannels: 1, timeWidth: 2, groups: 1)
    let (b, channels) = (configuration.baseWidth, configuration.imageChannels)
    let (timeWidth, groups) = (configuration.timeWidth, configuration.groups)
    timeEmbedding = TimestepEmbedding(width: timeWidth, using: &generator)
    convIn = Conv2d(from: channels, to: b, kernelSize: 3, padding: 1, using: &generator)
    down = [
      DownStage(from: b, to: b, timeWidth: timeWidth, groups: groups, using: &generator),
      DownStage(from: b, to: 2 * b, timeWidth: timeWidth, groups: groups, using: &generator),
    ]
    middle = [
      ResidualBlock(from: 2 * b, to: 4 * b, timeWidth: timeWidth, groups: groups, using: &generator),
      ResidualBlock(from: 4 * b, to: 4 * b, timeWidth: timeWidth, groups: groups, using: &generator),
    ]
    up = [
      UpStage(from: 4 * b, to: 2 * b, timeWidth: timeWidth, groups: groups, using: &generator),
      UpStage(from: 2 * b, to: b, timeWidth: timeWidth, groups: groups, using: &generator),
    ]
    normOut = GroupNorm(groups: groups, channels: b)
    convOut = Conv2d(from: b, to: channels, kernelSize: 3, padding: 1, using: &generator)
  }

  /// The noise that the network believes is in the images.
  ///
  /// 1. The timesteps become the time's embedding, which every stage and block below is told.
  /// 2. The first convolution, `convIn`, takes the images to b channels.
  /// 3. Way down: each stage halves the image, and what it keeps at full size is laid aside.
  /// 4. Middle: both residual blocks, one after the other.
  /// 5. Way up: each stage doubles the image and takes what was laid aside, the last first: the smaller skip belongs to the
  ///    first stage up.
  /// 6. Norm, SiLU, and the last convolution, back to the channels of the images.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`, height and width multiples of 4.
  ///   - timesteps: One for each image.
  /// - Returns: ε̂, of the images' shape. Gradients reach the images and all parameters, those of the time's embedding too.
  public func callAsFunction(_ xt: Tensor, at timesteps: [Int]) -> Tensor {
    if xt.fault != nil { return xt }
    if let fault { return Tensor(fault: fault) }
    guard xt.shape.rank == 4, xt.shape[0] == timesteps.count, xt.shape[1] % 4 == 0, xt.shape[2] % 4 == 0 else {
      return Tensor(
        fault: Fault(
          "UNet: images \(xt.shape) with \(timesteps.count) timesteps; one for each image is needed, and a height and a "
            + "width that are multiples of 4"))
    }
    return unfinished("3.9")
  }
}
