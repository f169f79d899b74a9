import Datasets
import Learning
import Tensors

/// A network that predicts the noise in images.
public protocol Denoiser: Layer {
  /// Predicts the noise in images.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`.
  ///   - timesteps: One for each image, from 0 to T − 1.
  ///   - labels: What the images show, one label or set of labels for each; ``Labels/none`` for a network that was made
  ///     without labels.
  /// - Returns: ε̂, of the shape of `xt`; faulty where images, timesteps and labels do not fit together, or do not fit this network.
  func callAsFunction(_ xt: Tensor, at timesteps: [Int], given labels: Labels) -> Tensor
}

/// The settings that decide a network's shape: a recipe declares them and a model file carries them.
public protocol NetworkConfiguration: Codable, Equatable, Sendable {
  /// The channels of the images: 1 for gray, 3 for color.
  var imageChannels: Int { get }

  /// How many classes the network knows, the null label of guidance included; nil for a network without labels.
  var classCount: Int? { get }

  /// The rows of the network's table of timesteps; nil for a network that has none and takes any timestep.
  var timestepCount: Int? { get }

  /// About how many parameters the network has. It is checked before a network is made, which would take long if a damaged file
  /// claimed a huge one.
  var approximateParameterCount: Double { get }

  /// Why there can be no such network for images of this height and width, in one sentence that names the setting; nil where
  /// there can.
  func problem(imageSide: Int) -> String?

  /// The same kind of network with the same parts, as narrow as it can be, for images of 16 × 16 or more. It is trained for a
  /// step before the real network is made.
  var miniature: Self { get }

  /// The operations in this network that the engine computes and an exercise writes by hand.
  var engineOperations: [EngineOperation] { get }

  /// Makes the network, with random weights.
  func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser
}

extension NetworkConfiguration {
  public var timestepCount: Int? { nil }
}

extension Denoiser {
  /// The fault of a call with another number of timesteps than images; nil where there are as many, or the images are faulty.
  func timestepFault(_ timesteps: [Int], for xt: Tensor) -> Fault? {
    guard xt.fault == nil, xt.shape.first != timesteps.count else { return nil }
    return Fault("\(Self.self): \(timesteps.count) timesteps for images \(xt.shape)")
  }
}

extension Layer {
  /// The fault of a network that was given labels of another kind than it needs; without parameters, of one that needs none.
  func labelFault(needsClasses: Bool = false, needsSets: Bool = false) -> Fault {
    if needsClasses { return Fault("\(Self.self): one class for each image is needed") }
    if needsSets { return Fault("\(Self.self): a set of classes for each image is needed") }
    return Fault("\(Self.self): labels for a network that was made without")
  }
}
