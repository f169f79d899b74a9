import Conditioning
import Datasets
import Learning
import Tensors
import UNetUpsampling

/// The network of report 002: `UNet2DModel` of the library diffusers. A linear layer embeds the set of labels, and the result is
/// added to the time embedding.
///
/// The results of the first convolution, of every residual block (after its attention, where it has one) and of every downsampling
/// are kept as skips; each residual block of the way up takes the last skip that is left.
public final class DiffusersUNet: Denoiser {
  /// What decides the network's shape. Without other numbers, the report's.
  public struct Configuration: NetworkConfiguration {
    /// The channels of each level, from full size down; each level but the last halves the image. The time embedding is
    /// four times as wide as the first level.
    public var widths: [Int]
    /// The levels, from 0, whose residual blocks are each followed by attention; the middle always has attention.
    public var attentionLevels: [Int]
    /// The residual blocks of a level on the way down; on the way up there is one more.
    public var blocksPerLevel: Int
    /// The channels of an attention head.
    public var headWidth: Int
    /// The groups of the group normalizations.
    public var groups: Int
    public var imageChannels: Int
    public var classCount: Int?
    /// Whether the time and the labels scale the channels of the residual blocks as well as shifting them
    /// (``ScalingResidualBlock``); nil for no, as in the report.
    public var scalesChannels: Bool?
    /// The most labels of an image. Below full size each residual block is then followed, after its attention, by one from the pixels
    /// to as many tokens, one for each label (``LabelAttention``); nil for none, as in the report. The sum of the labels is added to
    /// the time in either case.
    public var labelTokens: Int?

    /// The report's configuration, except for what is given.
    public init(
      widths: [Int] = [128, 128, 256, 256, 512, 512], attentionLevels: [Int] = [4], blocksPerLevel: Int = 2,
      headWidth: Int = 8, groups: Int = 32, imageChannels: Int = 3, classCount: Int? = 24,
      scalesChannels: Bool? = nil, labelTokens: Int? = nil
    ) {
      self.widths = widths
      self.attentionLevels = attentionLevels
      self.blocksPerLevel = blocksPerLevel
      self.headWidth = headWidth
      self.groups = groups
      self.imageChannels = imageChannels
      self.classCount = classCount
      self.scalesChannels = scalesChannels
      self.labelTokens = labelTokens
    }

    var timeWidth: Int { 4 * (widths.first ?? 0) }

    /// A residual block with random weights.
    fileprivate func makeBlock(
      from inputs: Int, to outputs: Int, using generator: inout RandomGenerator
    ) -> any TimedBlock {
      if scalesChannels == true {
        return ScalingResidualBlock(
          from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator)
      }
      return ResidualBlock(from: inputs, to: outputs, timeWidth: timeWidth, groups: groups, using: &generator)
    }

    /// An attention to the labels with random weights; nil where the network has none.
    fileprivate func makeLabelAttention(channels: Int, using generator: inout RandomGenerator) -> LabelAttention? {
      labelTokens.map { _ in
        LabelAttention(
          channels: channels, contextWidth: timeWidth, heads: heads(of: channels), groups: groups, using: &generator)
      }
    }

    fileprivate func heads(of channels: Int) -> Int { max(channels / max(headWidth, 1), 1) }
  }

  private let sinusoidWidth: Int
  private let time1: Linear
  private let time2: Linear
  private let labels: LabelSetEmbedding?
  private let labelTokens: LabelTokens?
  private let classCount: Int
  private let convIn: Conv2d
  private let down: [DiffusersLevel]
  private let middle1: any TimedBlock
  private let middleAttention: SelfAttention
  private let middleLabelAttention: LabelAttention?
  private let middle2: any TimedBlock
  private let up: [DiffusersLevel]
  private let normOut: GroupNorm
  private let convOut: Conv2d

  /// Makes a network with random weights.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    let (widths, timeWidth, groups) = (configuration.widths, configuration.timeWidth, configuration.groups)
    let (first, deepest) = (widths.first ?? 0, widths.last ?? 0)
    sinusoidWidth = first
    classCount = configuration.classCount ?? 0
    time1 = Linear(from: first, to: timeWidth, using: &generator)
    time2 = Linear(from: timeWidth, to: timeWidth, using: &generator)
    labels = configuration.classCount.map { LabelSetEmbedding(classCount: $0, width: timeWidth, using: &generator) }
    labelTokens = configuration.labelTokens.map {
      LabelTokens(classCount: configuration.classCount ?? 0, tokenCount: $0, width: timeWidth, using: &generator)
    }
    convIn = Conv2d(from: configuration.imageChannels, to: first, kernelSize: 3, padding: 1, using: &generator)

    // The channels of the skips, in the order in which they are kept.
    var kept = [first]
    var channels = first
    var levels: [DiffusersLevel] = []
    for (level, width) in widths.enumerated() {
      let isLast = level == widths.count - 1
      let inputs = [channels] + [Int](repeating: width, count: max(configuration.blocksPerLevel - 1, 0))
      levels.append(
        DiffusersLevel(
          from: inputs, to: width, level: level, resampling: isLast ? nil : 2, configuration, using: &generator))
      kept += [Int](repeating: width, count: inputs.count + (isLast ? 0 : 1))
      channels = width
    }
    down = levels

    middle1 = configuration.makeBlock(from: deepest, to: deepest, using: &generator)
    middleAttention = SelfAttention(
      channels: deepest, heads: configuration.heads(of: deepest), groups: groups, using: &generator)
    middleLabelAttention = configuration.makeLabelAttention(channels: deepest, using: &generator)
    middle2 = configuration.makeBlock(from: deepest, to: deepest, using: &generator)

    levels = []
    for (level, width) in widths.enumerated().reversed() {
      var inputs: [Int] = []
      for _ in 0...max(configuration.blocksPerLevel, 0) {
        inputs.append(channels + (kept.popLast() ?? 0))
        channels = width
      }
      levels.append(
        DiffusersLevel(
          from: inputs, to: width, level: level, resampling: level == 0 ? nil : 1, configuration, using: &generator))
    }
    up = levels
    normOut = GroupNorm(groups: groups, channels: first)
    convOut = Conv2d(from: first, to: configuration.imageChannels, kernelSize: 3, padding: 1, using: &generator)
  }

  public func callAsFunction(_ xt: Tensor, at timesteps: [Int], given known: Labels) -> Tensor {
    if let fault = timestepFault(timesteps, for: xt) { return Tensor(fault: fault) }
    // diffusers puts the cosines first.
    let halves = sinusoidalEmbedding(timesteps, width: sinusoidWidth).split(into: 2, axis: 1)
    var time = time2(time1(.concatenated(halves.reversed(), axis: 1)).silu())
    var tokens: Tensor?
    switch (labels, known) {
    case (nil, .none): break
    case (let labels?, .sets(let sets)):
      time = labels(time, labels: multiHot(sets, classCount: classCount))
      tokens = labelTokens?(sets)
    default: return Tensor(fault: labelFault(needsSets: labels != nil))
    }
    var x = convIn(xt)
    var kept = [x]
    for level in down { x = level.down(x, time: time, tokens: tokens, keeping: &kept) }
    x = middleAttention(middle1(x, time: time))
    if let middleLabelAttention, let tokens { x = middleLabelAttention(x, tokens: tokens) }
    x = middle2(x, time: time)
    for level in up { x = level.up(x, time: time, tokens: tokens, taking: &kept) }
    let normalized = normOut(x)
    return convOut(normalized.silu())
  }
}

/// Residual blocks at one resolution, each followed by the attentions that the level has, and the convolution that changes the
/// resolution.
private final class DiffusersLevel: Layer {
  private let residuals: [any TimedBlock]
  private let attentions: [SelfAttention]
  private let labelAttentions: [LabelAttention]
  /// Halves the image on the way down; on the way up, smooths it after it has been doubled.
  private let resampling: Conv2d?

  /// - Parameters:
  ///   - inputs: The channels that each residual block is given.
  ///   - level: How often the image has been halved.
  ///   - resampling: The stride of the convolution that changes the resolution; nil where there is none.
  init(
    from inputs: [Int], to outputs: Int, level: Int, resampling stride: Int?,
    _ configuration: DiffusersUNet.Configuration, using generator: inout RandomGenerator
  ) {
    residuals = inputs.map { configuration.makeBlock(from: $0, to: outputs, using: &generator) }
    attentions = (configuration.attentionLevels.contains(level) ? inputs : []).map { _ in
      SelfAttention(
        channels: outputs, heads: configuration.heads(of: outputs), groups: configuration.groups, using: &generator)
    }
    labelAttentions = (level > 0 ? inputs : []).compactMap { _ in
      configuration.makeLabelAttention(channels: outputs, using: &generator)
    }
    resampling = stride.map {
      Conv2d(from: outputs, to: outputs, kernelSize: 3, stride: $0, padding: 1, using: &generator)
    }
  }

  /// The level on the way down, which halves height and width where it resamples; appends its skips to `kept`.
  func down(_ x: Tensor, time: Tensor, tokens: Tensor?, keeping kept: inout [Tensor]) -> Tensor {
    var x = x
    for place in residuals.indices {
      x = block(place, x, time: time, tokens: tokens)
      kept.append(x)
    }
    if let resampling {
      x = resampling(x)
      kept.append(x)
    }
    return x
  }

  /// The level on the way up, which doubles height and width where it resamples; each residual block takes the last skip.
  func up(_ x: Tensor, time: Tensor, tokens: Tensor?, taking kept: inout [Tensor]) -> Tensor {
    var x = x
    for place in residuals.indices {
      x = block(place, .concatenated([x, kept.popLast() ?? x], axis: 3), time: time, tokens: tokens)
    }
    return resampling.map { $0(x.upsampledNearest(by: 2)) } ?? x
  }

  private func block(_ place: Int, _ x: Tensor, time: Tensor, tokens: Tensor?) -> Tensor {
    var x = residuals[place](x, time: time)
    if !attentions.isEmpty { x = attentions[place](x) }
    if !labelAttentions.isEmpty, let tokens { x = labelAttentions[place](x, tokens: tokens) }
    return x
  }
}

extension DiffusersUNet.Configuration {
  public var approximateParameterCount: Double {
    // As in the report's network: 113.7 million parameters, and widths whose squares add up to 688,128.
    let squares = widths.reduce(0) { $0 + Double($1) * Double($1) }
    return 113.7e6 / 688_128 * squares * Double(blocksPerLevel) / 2
  }

  public var engineOperations: [EngineOperation] { [.nearestUpsampling, .groupNormalization] }

  public var miniature: Self {
    let width = groups * headWidth
    return Self(
      widths: [width, width], attentionLevels: attentionLevels.isEmpty ? [] : [1], blocksPerLevel: 1,
      headWidth: headWidth,
      groups: groups, imageChannels: imageChannels, classCount: classCount, scalesChannels: scalesChannels,
      labelTokens: labelTokens)
  }

  public func problem(imageSide: Int) -> String? {
    let limits = [
      ("the number of widths", widths.count, 1...10), ("blocksPerLevel", blocksPerLevel, 1...16),
      ("headWidth", headWidth, 1...4096), ("groups", groups, 1...4096), ("classCount", classCount ?? 1, 1...1_000_000),
      ("labelTokens", labelTokens ?? 1, 1...1024),
    ]
    if let problem = Recipe.outside(limits + widths.map { ("a width", $0, 2...8192) }) { return problem }
    if let width = widths.first(where: { $0 % groups != 0 || $0 % headWidth != 0 || $0 % 2 != 0 }) {
      return "a width is \(width), but must be even and a multiple of \(groups) groups and of heads of \(headWidth)"
    }
    if labelTokens != nil, classCount == nil {
      return "labelTokens is given, but there are no labels: classCount is not"
    }
    return Recipe.sideProblem(imageSide, halvings: widths.count - 1)
  }

  public func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser {
    DiffusersUNet(self, using: &generator)
  }
}
