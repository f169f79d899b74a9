import Datasets
import Learning
import RealModule
import Tensors
import UNetUpsampling

/// The network of report 003: a U-Net of residual blocks, which receive the time embedding, each but one followed by a transformer,
/// which receives the label.
///
/// The skips are taken after downsampling: there is no skip connection at full resolution.
public final class TransformerUNet: Denoiser {
  /// What decides the network's shape. Without other numbers, the report's.
  public struct Configuration: NetworkConfiguration {
    /// The channels at full size; the time embedding is four times as wide.
    public var baseWidth: Int
    /// The channels after each stage, as multiples of those at full size.
    public var widthMultipliers: [Int]
    /// The groups of the group normalizations.
    public var groups: Int
    /// The heads of the attentions.
    public var heads: Int
    /// The width of the label's token.
    public var contextWidth: Int
    public var imageChannels: Int
    public var classCount: Int?

    /// The report's configuration, except for what is given.
    public init(
      baseWidth: Int = 64, widthMultipliers: [Int] = [1, 2, 4], groups: Int = 8, heads: Int = 4, contextWidth: Int = 64,
      imageChannels: Int = 1, classCount: Int? = 10
    ) {
      self.baseWidth = baseWidth
      self.widthMultipliers = widthMultipliers
      self.groups = groups
      self.heads = heads
      self.contextWidth = contextWidth
      self.imageChannels = imageChannels
      self.classCount = classCount
    }

    /// The channels at full size and after each stage.
    var widths: [Int] { [baseWidth] + widthMultipliers.map { baseWidth * $0 } }
  }

  private let baseWidth: Int
  private let time1: Linear
  private let time2: Linear
  private let labels: Embedding
  private let label1: Linear
  private let label2: Linear
  private let convIn: Conv2d
  private let encoders: [TransformerStage]
  private let downsamplings: [Conv2d]
  private let middle1: TransformerStage
  private let middle2: ResidualBlock
  private let decoders: [TransformerStage]
  private let upsamplings: [Conv2d]
  private let normOut: GroupNorm
  private let convOut: Conv2d

  /// Makes a network with random weights.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    let (b, context) = (configuration.baseWidth, configuration.contextWidth)
    let pairs = Array(zip(configuration.widths, configuration.widths.dropFirst()))
    let deepest = configuration.widths.last ?? b
    func stage(from inputs: Int, to outputs: Int) -> TransformerStage {
      TransformerStage(from: inputs, to: outputs, configuration, using: &generator)
    }
    func conv(_ channels: Int, stride: Int) -> Conv2d {
      Conv2d(from: channels, to: channels, kernelSize: 3, stride: stride, padding: 1, using: &generator)
    }
    baseWidth = b
    time1 = Linear(from: b, to: 4 * b, using: &generator)
    time2 = Linear(from: 4 * b, to: 4 * b, using: &generator)
    labels = Embedding(count: configuration.classCount ?? 1, width: context, using: &generator)
    label1 = Linear(from: context, to: context, using: &generator)
    label2 = Linear(from: context, to: context, using: &generator)
    convIn = Conv2d(from: configuration.imageChannels, to: b, kernelSize: 3, padding: 1, using: &generator)
    encoders = pairs.map { stage(from: $0, to: $1) }
    downsamplings = pairs.dropLast().map { conv($1, stride: 2) }
    middle1 = stage(from: deepest, to: deepest)
    middle2 = ResidualBlock(
      from: deepest, to: deepest, timeWidth: 4 * b, groups: configuration.groups, using: &generator)
    decoders = pairs.reversed().map { stage(from: 2 * $1, to: $0) }
    upsamplings = pairs.dropLast().reversed().map { conv($0.0, stride: 1) }
    normOut = GroupNorm(groups: configuration.groups, channels: b)
    convOut = Conv2d(from: b, to: configuration.imageChannels, kernelSize: 1, using: &generator)
  }

  public func callAsFunction(_ xt: Tensor, at timesteps: [Int], given known: Labels) -> Tensor {
    guard case .classes(let classes) = known else {
      return xt.fault == nil ? Tensor(fault: labelFault(needsClasses: true)) : xt
    }
    guard xt.fault != nil || (xt.shape.first == timesteps.count && classes.count == timesteps.count) else {
      return Tensor(
        fault: Fault("TransformerUNet: \(timesteps.count) timesteps and \(classes.count) labels for images \(xt.shape)")
      )
    }
    let time = time2(time1(Self.timeEmbedding(timesteps, width: baseWidth)).silu())
    let context = label2(label1(labels(classes)).silu()).reshaped([classes.count, 1, -1])
    var x = convIn(xt)
    var skips: [Tensor] = []
    for (level, encoder) in encoders.enumerated() {
      x = encoder(x, time: time, context: context)
      // The deepest stage does not halve the image.
      if level < downsamplings.count { x = downsamplings[level](x) }
      skips.append(x)
    }
    x = middle2(middle1(x, time: time, context: context), time: time)
    for (level, decoder) in decoders.enumerated() {
      x = decoder(.concatenated([x, skips.popLast() ?? x], axis: 3), time: time, context: context)
      if level > 0 { x = upsamplings[level - 1](x.upsampledNearest(by: 2)) }
    }
    let normalized = normOut(x)
    return convOut(normalized.silu())
  }

  /// The sinusoidal embedding of exercise 3.1, except that the exponent has i / (half − 1): the frequencies fall from 1 to exactly
  /// 1/10000.
  private static func timeEmbedding(_ timesteps: [Int], width: Int) -> Tensor {
    let half = width / 2
    let elements = (0..<timesteps.count * width).map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: width)
      let phase = Double(timesteps[row]) * .pow(10_000, -Double(column % half) / Double(max(half - 1, 1)))
      return Float(column < half ? .sin(phase) : .cos(phase))
    }
    return Tensor(elements, shape: [timesteps.count, width])
  }
}

/// A residual block, which receives the time embedding, and a transformer, which receives the label.
private final class TransformerStage: Layer {
  private let residual: ResidualBlock
  private let transformer: SpatialTransformer

  init(
    from inputs: Int, to outputs: Int, _ configuration: TransformerUNet.Configuration,
    using generator: inout RandomGenerator
  ) {
    residual = ResidualBlock(
      from: inputs, to: outputs, timeWidth: 4 * configuration.baseWidth, groups: configuration.groups, using: &generator
    )
    transformer = SpatialTransformer(
      channels: outputs, contextWidth: configuration.contextWidth, heads: configuration.heads,
      groups: configuration.groups, using: &generator)
  }

  /// Maps `[n, height, width, inputs]` to `[n, height, width, outputs]`.
  func callAsFunction(_ x: Tensor, time: Tensor, context: Tensor) -> Tensor {
    transformer(residual(x, time: time), context: context)
  }
}

extension TransformerUNet.Configuration {
  public var approximateParameterCount: Double {
    let b = Double(baseWidth * (widthMultipliers.max() ?? 1)) / 4
    return 1800 * b * b
  }

  public var engineOperations: [EngineOperation] { [.nearestUpsampling, .groupNormalization] }

  public var miniature: Self {
    Self(
      baseWidth: max(groups, 2) * heads, widthMultipliers: widthMultipliers.map { _ in 1 }, groups: groups,
      heads: heads,
      contextWidth: 2, imageChannels: imageChannels, classCount: classCount)
  }

  public func problem(imageSide: Int) -> String? {
    let limits = [
      ("baseWidth", baseWidth, 2...4096), ("groups", groups, 1...4096), ("heads", heads, 1...4096),
      ("contextWidth", contextWidth, 1...65536), ("classCount", classCount ?? 0, 1...1_000_000),
      ("the number of widthMultipliers", widthMultipliers.count, 1...8),
    ]
    if let problem = Recipe.outside(limits + widthMultipliers.map { ("a width multiplier", $0, 1...64) }) {
      return problem
    }
    if baseWidth % 2 != 0 || baseWidth % groups != 0 || baseWidth % heads != 0 {
      return "baseWidth is \(baseWidth), but must be even and a multiple of \(groups) groups and of \(heads) heads"
    }
    return Recipe.sideProblem(imageSide, halvings: widthMultipliers.count - 1)
  }

  public func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser {
    TransformerUNet(self, using: &generator)
  }
}
