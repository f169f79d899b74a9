import Conditioning
import Datasets
import Learning
import Tensors
import UNetUpsampling

/// The U-Net of chapter 3, told labels as in chapter 6: a row of a table for each class is added to the time embedding. The shipped
/// models of digits have it.
///
/// With a base width b the channels are b → b → 2b → 4b → 2b → b, as in the network of chapter 3.
public final class LabeledUNet: Denoiser {
  /// What decides the network's shape.
  public struct Configuration: NetworkConfiguration {
    /// The channels at full size, b; a multiple of `groups`.
    public var baseWidth: Int
    public var imageChannels: Int
    /// The numbers that describe the time and the label; even.
    public var timeWidth: Int
    /// The groups of the group normalizations.
    public var groups: Int
    public var classCount: Int?

    /// Puts the parts together.
    public init(baseWidth: Int, imageChannels: Int, timeWidth: Int = 128, groups: Int = 8, classCount: Int?) {
      self.baseWidth = baseWidth
      self.imageChannels = imageChannels
      self.timeWidth = timeWidth
      self.groups = groups
      self.classCount = classCount
    }
  }

  private let timeEmbedding: TimestepEmbedding
  private let labels: LabelEmbedding?
  private let convIn: Conv2d
  private let down: [DownStage]
  private let middle: [ResidualBlock]
  private let up: [UpStage]
  private let normOut: GroupNorm
  private let convOut: Conv2d

  /// Makes a network with random weights.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    let (b, channels) = (configuration.baseWidth, configuration.imageChannels)
    let (timeWidth, groups) = (configuration.timeWidth, configuration.groups)
    timeEmbedding = TimestepEmbedding(width: timeWidth, using: &generator)
    labels = configuration.classCount.map { LabelEmbedding(classCount: $0, width: timeWidth, using: &generator) }
    convIn = Conv2d(from: channels, to: b, kernelSize: 3, padding: 1, using: &generator)
    down = [(b, b), (b, 2 * b)].map {
      DownStage(from: $0, to: $1, timeWidth: timeWidth, groups: groups, using: &generator)
    }
    middle = [(2 * b, 4 * b), (4 * b, 4 * b)].map {
      ResidualBlock(from: $0, to: $1, timeWidth: timeWidth, groups: groups, using: &generator)
    }
    up = [(4 * b, 2 * b), (2 * b, b)].map {
      UpStage(from: $0, to: $1, timeWidth: timeWidth, groups: groups, using: &generator)
    }
    normOut = GroupNorm(groups: groups, channels: b)
    convOut = Conv2d(from: b, to: channels, kernelSize: 3, padding: 1, using: &generator)
  }

  public func callAsFunction(_ xt: Tensor, at timesteps: [Int], given known: Labels) -> Tensor {
    if let fault = timestepFault(timesteps, for: xt) { return Tensor(fault: fault) }
    var time = timeEmbedding(timesteps)
    switch (labels, known) {
    case (nil, .none): break
    case (let labels?, .classes(let classes)): time = labels(time, labels: classes)
    default: return Tensor(fault: labelFault(needsClasses: labels != nil))
    }
    var x = convIn(xt)
    var skips: [Tensor] = []
    for stage in down {
      let result = stage(x, time: time)
      (x, skips) = (result.halved, skips + [result.skip])
    }
    x = middle.reduce(x) { $1($0, time: time) }
    for stage in up { x = stage(x, skip: skips.removeLast(), time: time) }
    let normalized = normOut(x)
    return convOut(normalized.silu())
  }
}

extension LabeledUNet.Configuration {
  public var approximateParameterCount: Double {
    let (b, t) = (Double(baseWidth), Double(timeWidth))
    return 1046 * b * b + 20 * t * b + 2 * t * t + Double(classCount ?? 0) * t
  }

  public var engineOperations: [EngineOperation] { [.nearestUpsampling, .groupNormalization] }

  public var miniature: Self {
    Self(baseWidth: groups, imageChannels: imageChannels, timeWidth: 2, groups: groups, classCount: classCount)
  }

  public func problem(imageSide: Int) -> String? {
    let limits = [
      ("baseWidth", baseWidth, 1...4096), ("timeWidth", timeWidth, 2...65536), ("groups", groups, 1...4096),
      ("classCount", classCount ?? 1, 1...1_000_000),
    ]
    if let problem = Recipe.outside(limits) { return problem }
    if timeWidth % 2 != 0 { return "timeWidth is \(timeWidth), but must be even" }
    if baseWidth % groups != 0 {
      return "baseWidth is \(baseWidth), but must be a multiple of \(groups), the groups of the normalization"
    }
    return Recipe.sideProblem(imageSide, halvings: 2)
  }

  public func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser {
    LabeledUNet(self, using: &generator)
  }
}
