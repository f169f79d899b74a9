import Tensors

/// A network that is told labels: given noisy images, each one's timestep and each one's label, it says what the noise
/// is.
public typealias ConditionalNoisePredictor = (_ xt: Tensor, _ timesteps: [Int], _ labels: [Int]) -> Tensor

/// Classifier-free guidance (Ho and Salimans 2022): from the prediction without a label, walk towards the one with it,
/// and beyond.
///
/// guided = unconditional + guidanceScale · (conditional − unconditional)
///
/// So 0 ignores the label, 1 is the plain conditional prediction, and more than 1 overdoes what the label changes. The
/// paper writes the same with w = guidanceScale − 1; where an implementation speaks of 3, look which of the two it
/// means.
///
/// - Parameters:
///   - conditional: The noise as predicted with the label.
///   - unconditional: The noise as predicted without, of the same shape.
///   - guidanceScale: How far to walk.
public func guidedNoise(conditional: Tensor, unconditional: Tensor, guidanceScale: Float) -> Tensor {
  // BEGIN SOLUTION 6.6
  unconditional + guidanceScale * (conditional - unconditional)
  // END SOLUTION
}

/// A network with its labels, its null label and a guidance scale: all that a sampler needs to be told about
/// conditioning. Like a network without labels it is called with images and timesteps.
public struct GuidedPredictor {
  /// What is to be drawn, one label for each image.
  public var labels: [Int]
  /// The label that says nothing, with which the network was trained at times.
  public var nullLabel: Int
  /// How far to walk from the prediction without a label to the one with it.
  public var guidanceScale: Float
  /// The network.
  public var network: ConditionalNoisePredictor

  /// Puts the parts together.
  public init(
    labels: [Int], nullLabel: Int, guidanceScale: Float, network: @escaping ConditionalNoisePredictor
  ) {
    self.labels = labels
    self.nullLabel = nullLabel
    self.guidanceScale = guidanceScale
    self.network = network
  }

  /// The guided noise.
  ///
  /// The network is asked *once*, with a batch of twice the size: all images with their labels, then all images once
  /// more, with their timesteps, each with the null label. The two halves of the answer are combined by `guidedNoise`.
  /// `Tensor.concatenated(_:axis:)` joins tensors, `split(into:axis:)` takes one apart.
  ///
  /// - Parameters:
  ///   - xt: Noisy images, `[count, height, width, channels]`.
  ///   - timesteps: One for each image.
  /// - Returns: ε̂, of the images' shape.
  public func callAsFunction(_ xt: Tensor, _ timesteps: [Int]) -> Tensor {
    if xt.fault != nil { return xt }
    guard xt.shape.first == labels.count, timesteps.count == labels.count else {
      return Tensor(
        fault: Fault(
          "\(labels.count) labels and \(timesteps.count) timesteps for images \(xt.shape): one for each is needed"))
    }
    // BEGIN SOLUTION 6.6
    let noise = network(
      .concatenated([xt, xt], axis: 0), timesteps + timesteps, labels + labels.map { _ in nullLabel })
    let halves = noise.split(into: 2, axis: 0)
    return guidedNoise(conditional: halves[0], unconditional: halves[1], guidanceScale: guidanceScale)
    // END SOLUTION
  }
}
