import Conditioning
import Datasets
import Learning
import Tensors
import UNetUpsampling

/// The U-Nets of report 004: double convolutions, max pooling on the way down, bilinear upsampling with aligned corners on the
/// way up, and attention after each stage.
public final class CIFARUNet: Denoiser {
  /// What decides the network's shape.
  public struct Configuration: NetworkConfiguration {
    /// The channels at full size on the way down.
    public var inputWidth: Int
    /// The channels after each stage of the way down, each of which halves the image.
    public var downWidths: [Int]
    /// The channels after each double convolution at the smallest size.
    public var bottleneckWidths: [Int]
    /// The channels after each stage of the way up.
    public var upWidths: [Int]
    /// Whether there is attention at full size, after the last stage.
    public var hasLastAttention: Bool
    /// The width of the time embedding.
    public var timeWidth: Int
    /// The heads of each attention.
    public var heads: Int
    public var imageChannels: Int
    public var classCount: Int?

    /// Puts the parts together.
    public init(
      inputWidth: Int, downWidths: [Int], bottleneckWidths: [Int], upWidths: [Int], hasLastAttention: Bool = true,
      timeWidth: Int = 256, heads: Int = 4, imageChannels: Int = 3, classCount: Int? = nil
    ) {
      self.inputWidth = inputWidth
      self.downWidths = downWidths
      self.bottleneckWidths = bottleneckWidths
      self.upWidths = upWidths
      self.hasLastAttention = hasLastAttention
      self.timeWidth = timeWidth
      self.heads = heads
      self.imageChannels = imageChannels
      self.classCount = classCount
    }

    /// The report's "3xblocks", its largest network.
    public static let threeBlocks = Configuration(
      inputWidth: 64, downWidths: [128, 256, 256], bottleneckWidths: [512, 512, 256], upWidths: [128, 64, 64])
    /// "2xUD": a stage less in each direction.
    public static let twoBlocks = Configuration(
      inputWidth: 64, downWidths: [128, 256], bottleneckWidths: [512, 512, 256], upWidths: [64, 64])
    /// "2xUD half channels"; the way up is as wide as before.
    public static let halfChannels = Configuration(
      inputWidth: 32, downWidths: [64, 128], bottleneckWidths: [256, 256, 128], upWidths: [64, 64])
    /// "SmallUNet", with a smaller bottleneck and no attention at full size.
    public static let small = Configuration(
      inputWidth: 32, downWidths: [64, 128], bottleneckWidths: [256, 128], upWidths: [64, 64], hasLastAttention: false)
  }

  private let timeWidth: Int
  private let labels: LabelEmbedding?
  private let convIn: DoubleConvolution
  private let down: [CIFARStage]
  private let downAttentions: [PixelAttention]
  private let bottleneck: [DoubleConvolution]
  private let up: [CIFARStage]
  private let upAttentions: [PixelAttention]
  private let convOut: Conv2d

  /// Makes a network with random weights.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    let timeWidth = configuration.timeWidth
    func attention(_ channels: Int) -> PixelAttention {
      PixelAttention(channels: channels, heads: configuration.heads, using: &generator)
    }
    self.timeWidth = timeWidth
    labels = configuration.classCount.map { LabelEmbedding(classCount: $0, width: timeWidth, using: &generator) }
    convIn = DoubleConvolution(from: configuration.imageChannels, to: configuration.inputWidth, using: &generator)
    let kept = [configuration.inputWidth] + configuration.downWidths
    down = zip(kept, configuration.downWidths).map {
      CIFARStage(from: $0, to: $1, timeWidth: timeWidth, using: &generator)
    }
    downAttentions = configuration.downWidths.map(attention)
    let bottleneckInputs = [kept.last ?? 0] + configuration.bottleneckWidths
    bottleneck = zip(bottleneckInputs, configuration.bottleneckWidths).map {
      DoubleConvolution(from: $0, to: $1, using: &generator)
    }
    let upInputs = [bottleneckInputs.last ?? 0] + configuration.upWidths
    up = zip(zip(upInputs, kept.dropLast().reversed()), configuration.upWidths).map { widths, outputs in
      let inputs = widths.0 + widths.1
      return CIFARStage(from: inputs, to: outputs, middle: inputs / 2, timeWidth: timeWidth, using: &generator)
    }
    upAttentions = configuration.upWidths.dropLast(configuration.hasLastAttention ? 0 : 1).map(attention)
    convOut = Conv2d(
      from: configuration.upWidths.last ?? 0, to: configuration.imageChannels, kernelSize: 1, using: &generator)
  }

  public func callAsFunction(_ xt: Tensor, at timesteps: [Int], given known: Labels) -> Tensor {
    if let fault = timestepFault(timesteps, for: xt) { return Tensor(fault: fault) }
    // The sinusoidal embedding itself: no layers between it and the stages.
    var time = sinusoidalEmbedding(timesteps, width: timeWidth)
    switch (labels, known) {
    case (nil, .none): break
    case (let labels?, .classes(let classes)): time = labels(time, labels: classes)
    default: return Tensor(fault: labelFault(needsClasses: labels != nil))
    }
    var x = convIn(xt)
    var skips: [Tensor] = []
    for (stage, attention) in zip(down, downAttentions) {
      skips.append(x)
      x = attention(stage.down(x, time: time))
    }
    for convolution in bottleneck { x = convolution(x) }
    for (level, stage) in up.enumerated() {
      x = stage.up(x, skip: skips.popLast() ?? x, time: time)
      if level < upAttentions.count { x = upAttentions[level](x) }
    }
    return convOut(x)
  }
}

extension CIFARUNet.Configuration {
  public var approximateParameterCount: Double {
    let squares = (downWidths + bottleneckWidths + upWidths).reduce(0) { $0 + Double($1) * Double($1) }
    return 25 * squares + Double(timeWidth * (classCount ?? 0))
  }

  public var engineOperations: [EngineOperation] { [.bilinearUpsampling, .groupNormalization] }

  public var miniature: Self {
    var miniature = self
    miniature.inputWidth = heads
    miniature.downWidths = downWidths.map { _ in heads }
    miniature.bottleneckWidths = bottleneckWidths.map { _ in heads }
    miniature.upWidths = upWidths.map { _ in heads }
    miniature.timeWidth = 2
    return miniature
  }

  public func problem(imageSide: Int) -> String? {
    let limits = [
      ("the number of downWidths", downWidths.count, 1...4), ("timeWidth", timeWidth, 2...65536),
      ("the number of bottleneckWidths", bottleneckWidths.count, 1...16), ("heads", heads, 1...4096),
      ("classCount", classCount ?? 1, 1...1_000_000),
    ]
    let widths = [inputWidth] + downWidths + bottleneckWidths + upWidths
    if let problem = Recipe.outside(limits + widths.map { ("a width", $0, 2...8192) }) { return problem }
    if upWidths.count != downWidths.count {
      return
        "there are \(downWidths.count) downWidths and \(upWidths.count) upWidths, but must be as many of one as of the other"
    }
    if let width = (downWidths + upWidths).first(where: { $0 % heads != 0 }) {
      return "a width is \(width), but must be a multiple of \(heads), the heads of attention"
    }
    if timeWidth % 2 != 0 { return "timeWidth is \(timeWidth), but must be even" }
    return Recipe.sideProblem(imageSide, halvings: downWidths.count)
  }

  public func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser { CIFARUNet(self, using: &generator) }
}
