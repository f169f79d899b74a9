import Datasets
import Learning
import Tensors
import UNetUpsampling

/// The plain network of report 004, which gives no result for it: convolutions down to an eighth of the size and transposed
/// convolutions up again, without skip connections. The time is added after four of the stages.
public final class ConvolutionalDenoiser: Denoiser {
  /// What decides the network's shape. Without other numbers, the report's.
  public struct Configuration: NetworkConfiguration {
    /// The channels at half the size; there are twice and four times as many further down.
    public var baseWidth: Int
    /// The width of the time embedding.
    public var timeWidth: Int
    public var imageChannels: Int
    public var classCount: Int? { nil }

    /// The report's configuration, except for what is given.
    public init(baseWidth: Int = 64, timeWidth: Int = 256, imageChannels: Int = 3) {
      self.baseWidth = baseWidth
      self.timeWidth = timeWidth
      self.imageChannels = imageChannels
    }
  }

  private let timeWidth: Int
  private let stages: [Stage]
  private let lastTransposed: ConvTranspose2d
  private let convOut: Conv2d

  /// Makes a network with random weights.
  public init(_ configuration: Configuration, using generator: inout RandomGenerator) {
    let (b, timeWidth) = (configuration.baseWidth, configuration.timeWidth)
    self.timeWidth = timeWidth
    stages = [
      // The first has neither a normalization nor the time.
      Stage(.down, from: configuration.imageChannels, to: b, timeWidth: nil, using: &generator),
      Stage(.down, from: b, to: 2 * b, timeWidth: timeWidth, using: &generator),
      Stage(.down, from: 2 * b, to: 4 * b, timeWidth: timeWidth, using: &generator),
      Stage(.up, from: 4 * b, to: 4 * b, timeWidth: timeWidth, using: &generator),
      Stage(.up, from: 4 * b, to: 2 * b, timeWidth: timeWidth, using: &generator),
    ]
    lastTransposed = ConvTranspose2d(
      from: 2 * b, to: b, kernelSize: 4, stride: 2, padding: 1, hasBias: false, using: &generator)
    convOut = Conv2d(from: b, to: configuration.imageChannels, kernelSize: 1, using: &generator)
  }

  public func callAsFunction(_ xt: Tensor, at timesteps: [Int], given known: Labels) -> Tensor {
    guard known == .none else { return Tensor(fault: labelFault()) }
    if let fault = timestepFault(timesteps, for: xt) { return Tensor(fault: fault) }
    let time = sinusoidalEmbedding(timesteps, width: timeWidth)
    return convOut(lastTransposed(stages.reduce(xt) { $1($0, time: time) }))
  }

  /// A convolution that halves or doubles the image and one that does not, a batch normalization, an activation, and the time.
  private final class Stage: Layer {
    enum Direction { case down, up }

    private let halving: Conv2d?
    private let conv: Conv2d?
    private let doubling: ConvTranspose2d?
    private let convTransposed: ConvTranspose2d?
    private let norm: BatchNorm2d?
    private let timeProjection: Linear?

    init(
      _ direction: Direction, from inputs: Int, to outputs: Int, timeWidth: Int?,
      using generator: inout RandomGenerator
    ) {
      let isDown = direction == .down
      halving =
        isDown
        ? Conv2d(from: inputs, to: outputs, kernelSize: 4, stride: 2, padding: 1, hasBias: false, using: &generator)
        : nil
      conv =
        isDown ? Conv2d(from: outputs, to: outputs, kernelSize: 3, padding: 1, hasBias: false, using: &generator) : nil
      doubling =
        isDown
        ? nil
        : ConvTranspose2d(
          from: inputs, to: outputs, kernelSize: 4, stride: 2, padding: 1, hasBias: false, using: &generator)
      convTransposed =
        isDown
        ? nil
        : ConvTranspose2d(from: outputs, to: outputs, kernelSize: 3, padding: 1, hasBias: false, using: &generator)
      norm = timeWidth == nil ? nil : BatchNorm2d(channels: outputs)
      timeProjection = timeWidth.map { Linear(from: $0, to: outputs, using: &generator) }
    }

    func callAsFunction(_ x: Tensor, time: Tensor) -> Tensor {
      var h = x
      if let halving, let conv { h = conv(halving(h)) }
      if let doubling, let convTransposed { h = convTransposed(doubling(h)) }
      if let norm { h = norm(h) }
      h = halving == nil ? h.relu() : h.leakyReLU(slope: 0.2)
      return timeProjection.map { h.addingAtEveryPixel($0(time)) } ?? h
    }
  }
}

extension ConvolutionalDenoiser.Configuration {
  public var approximateParameterCount: Double { 640 * Double(baseWidth) * Double(baseWidth) }

  public var engineOperations: [EngineOperation] { [] }

  public var miniature: Self { Self(baseWidth: 2, timeWidth: 2, imageChannels: imageChannels) }

  public func problem(imageSide: Int) -> String? {
    if let problem = Recipe.outside([("baseWidth", baseWidth, 1...4096), ("timeWidth", timeWidth, 2...65536)]) {
      return problem
    }
    if timeWidth % 2 != 0 { return "timeWidth is \(timeWidth), but must be even" }
    return Recipe.sideProblem(imageSide, halvings: 3)
  }

  public func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser {
    ConvolutionalDenoiser(self, using: &generator)
  }
}
