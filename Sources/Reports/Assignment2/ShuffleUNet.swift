import Conditioning
import Datasets
import Learning
import Tensors

/// The network of report 000: a U-Net of ShuffleNet's blocks with batch normalization, a learned table of timesteps, and
/// bilinear upsampling.
///
/// The report's assignment left the way up and the forward pass to its students; this is the completion that agrees with the
/// code from which the assignment was made.
public final class ShuffleUNet: Denoiser {
  /// What decides the network's shape. Without other numbers, the report's.
  public struct Configuration: NetworkConfiguration {
    /// The channels at full size.
    public var baseWidth: Int
    /// The channels after each stage, as multiples of those at full size.
    public var widthMultipliers: [Int]
    /// The width of the time embedding.
    public var timeWidth: Int
    /// T, the rows of the table of timesteps.
    public var timesteps: Int
    public var imageChannels: Int
    public var classCount: Int?

    /// The report's configuration, except for what is given.
    public init(
      baseWidth: Int = 64, widthMultipliers: [Int] = [2, 4], timeWidth: Int = 256, timesteps: Int = 1000,
      imageChannels: Int = 1, classCount: Int? = nil
    ) {
      self.baseWidth = baseWidth
      self.widthMultipliers = widthMultipliers
      self.timeWidth = timeWidth
      self.timesteps = timesteps
      self.imageChannels = imageChannels
      self.classCount = classCount
    }

    /// The channels at full size and after each stage.
    var widths: [Int] { [baseWidth] + widthMultipliers.map { baseWidth * $0 } }
  }

  private let times: Embedding
  private let labels: LabelEmbedding?
  private let convIn: ConvBlock
  private let encoders: [ShuffleEncoder]
  private let middle: [ShuffleBlock]
  private let decoders: [ShuffleDecoder]
  private let convOut: Conv2d

  /// Makes a network with random weights.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    let (widths, timeWidth) = (configuration.widths, configuration.timeWidth)
    let pairs = Array(zip(widths, widths.dropFirst()))
    let deepest = widths.last ?? 0
    times = Embedding(count: configuration.timesteps, width: timeWidth, using: &generator)
    labels = configuration.classCount.map { LabelEmbedding(classCount: $0, width: timeWidth, using: &generator) }
    convIn = ConvBlock(from: configuration.imageChannels, to: configuration.baseWidth, kernelSize: 3, using: &generator)
    encoders = pairs.map { ShuffleEncoder(from: $0, to: $1, timeWidth: timeWidth, using: &generator) }
    middle = [deepest, deepest, deepest / 2].map { ShuffleBlock(from: deepest, to: $0, using: &generator) }
    decoders = pairs.reversed().map { ShuffleDecoder(from: $1, to: $0, timeWidth: timeWidth, using: &generator) }
    convOut = Conv2d(
      from: configuration.baseWidth / 2, to: configuration.imageChannels, kernelSize: 1, using: &generator)
  }

  public func callAsFunction(_ xt: Tensor, at timesteps: [Int], given known: Labels) -> Tensor {
    if let fault = timestepFault(timesteps, for: xt) { return Tensor(fault: fault) }
    var time = times(timesteps)
    switch (labels, known) {
    case (nil, .none): break
    // The sum of both embeddings goes to every stage.
    case (let labels?, .classes(let classes)): time = labels(time, labels: classes)
    default: return Tensor(fault: labelFault(needsClasses: labels != nil))
    }
    var x = convIn(xt)
    var shortcuts: [Tensor] = []
    for encoder in encoders {
      let (halved, shortcut) = encoder(x, time: time)
      shortcuts.append(shortcut)
      x = halved
    }
    for block in middle { x = block(x) }
    for (decoder, shortcut) in zip(decoders, shortcuts.reversed()) { x = decoder(x, shortcut: shortcut, time: time) }
    return convOut(x)
  }
}

/// A stage of the way down.
private final class ShuffleEncoder: Layer {
  private let blocks: [ShuffleBlock]
  private let time: TimeShift
  private let downsampling: ShuffleDownsampling

  init(from inputs: Int, to outputs: Int, timeWidth: Int, using generator: inout RandomGenerator) {
    blocks = [inputs, inputs, inputs, outputs / 2].map { ShuffleBlock(from: inputs, to: $0, using: &generator) }
    time = TimeShift(timeWidth: timeWidth, hidden: outputs, channels: outputs / 2, using: &generator)
    downsampling = ShuffleDownsampling(from: outputs / 2, to: outputs, using: &generator)
  }

  /// - Returns: The halved image, and the shortcut for the way up, from before the time is added and the image is halved.
  func callAsFunction(_ x: Tensor, time: Tensor) -> (halved: Tensor, shortcut: Tensor) {
    let shortcut = blocks.reduce(x) { $1($0) }
    return (downsampling(self.time(shortcut, time: time)), shortcut)
  }
}

/// A stage of the way up.
private final class ShuffleDecoder: Layer {
  private let blocks: [ShuffleBlock]
  private let time: TimeShift
  private let last: ShuffleBlock

  init(from inputs: Int, to outputs: Int, timeWidth: Int, using generator: inout RandomGenerator) {
    blocks = [inputs, inputs, inputs, inputs / 2].map { ShuffleBlock(from: inputs, to: $0, using: &generator) }
    time = TimeShift(timeWidth: timeWidth, hidden: inputs, channels: inputs / 2, using: &generator)
    last = ShuffleBlock(from: inputs / 2, to: outputs / 2, using: &generator)
  }

  /// - Parameters:
  ///   - x: From below, `[n, height, width, inputs / 2]`.
  ///   - shortcut: From the way down, `[n, 2·height, 2·width, inputs / 2]`.
  /// - Returns: `[n, 2·height, 2·width, outputs / 2]`.
  func callAsFunction(_ x: Tensor, shortcut: Tensor, time: Tensor) -> Tensor {
    let doubled = x.upsampledBilinear(by: 2, alignCorners: false)
    let merged = blocks.reduce(.concatenated([doubled, shortcut], axis: 3)) { $1($0) }
    return last(self.time(merged, time: time))
  }
}

extension ShuffleUNet.Configuration {
  public var approximateParameterCount: Double {
    let b = Double(baseWidth * (widthMultipliers.max() ?? 1)) / 4
    return 200 * b * b + Double(timeWidth) * (Double(timesteps + (classCount ?? 0)) + 12 * b)
  }

  public var timestepCount: Int? { timesteps }

  public var engineOperations: [EngineOperation] { [.bilinearUpsampling] }

  public var miniature: Self {
    Self(
      baseWidth: 4, widthMultipliers: widthMultipliers.map { _ in 1 }, timeWidth: 2, timesteps: min(timesteps, 4),
      imageChannels: imageChannels, classCount: classCount)
  }

  public func problem(imageSide: Int) -> String? {
    let limits = [
      ("baseWidth", baseWidth, 4...4096), ("timeWidth", timeWidth, 1...65536), ("timesteps", timesteps, 1...1_000_000),
      ("classCount", classCount ?? 1, 1...1_000_000), ("the number of widthMultipliers", widthMultipliers.count, 1...8),
    ]
    if let problem = Recipe.outside(limits + widthMultipliers.map { ("a width multiplier", $0, 1...64) }) {
      return problem
    }
    if baseWidth % 4 != 0 { return "baseWidth is \(baseWidth), but must be a multiple of 4: channels are halved twice" }
    return Recipe.sideProblem(imageSide, halvings: widthMultipliers.count)
  }

  public func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser {
    ShuffleUNet(self, using: &generator)
  }
}
