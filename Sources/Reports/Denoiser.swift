import Datasets
import Learning
import Tensors

/// A network that says what the noise in images is.
public protocol Denoiser: Layer {
  /// The noise that the network believes is in the images.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`.
  ///   - timesteps: One for each image.
  ///   - labels: What the images show, one label or set of labels for each; ``Labels/none`` for a network that was made
  ///     without labels.
  /// - Returns: ε̂, of the shape of `xt`; faulty where images, timesteps and labels do not fit together, or not this network.
  func callAsFunction(_ xt: Tensor, at timesteps: [Int], given labels: Labels) -> Tensor
}

/// What decides the shape of a network: as a recipe declares it and a model file carries it.
public protocol NetworkConfiguration: Codable, Equatable, Sendable {
  /// The channels of the images: 1 for gray, 3 for color.
  var imageChannels: Int { get }

  /// How many classes the network tells apart, the null label of guidance included; nil for a network without labels.
  var classCount: Int? { get }

  /// How many timesteps the network has a row for; nil where it takes any number.
  var timestepCount: Int? { get }

  /// About how many parameters the network has. It is asked before a network is made, which would take long if a damaged file
  /// claimed a huge one.
  var approximateParameterCount: Double { get }

  /// Why there can be no such network for images of this height and width, in one sentence that names the setting; nil where
  /// there can.
  func problem(imageSide: Int) -> String?

  /// The same kind of network with the same parts, as narrow as it can be, for images of 16 × 16 or more: what a
  /// training tries before its own is made.
  var miniature: Self { get }

  /// What the engine does in this network and an exercise writes by hand.
  var engineOperations: [EngineOperation] { get }

  /// The network, with random weights.
  func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser
}

extension NetworkConfiguration {
  public var timestepCount: Int? { nil }
}

extension Labels {
  /// Why a network cannot be told these labels.
  func misfit(of network: String, needsClasses: Bool = false, needsSets: Bool = false) -> Fault {
    if needsClasses { return Fault("\(network): one class for each image is needed") }
    if needsSets { return Fault("\(network): a set of classes for each image is needed") }
    return Fault("\(network): labels for a network that was made without")
  }
}
