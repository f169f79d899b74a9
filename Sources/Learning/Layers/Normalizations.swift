import Tensors

/// Normalizes each image by itself, over all pixels and the channels of one group (Wu and He 2018).
public final class GroupNorm: Layer {
  /// γ, of shape `[channels]`, at first 1.
  public let scale: Parameter
  /// β, of shape `[channels]`, at first 0.
  public let shift: Parameter
  private let groups: Int

  /// Makes a layer for images with this number of channels, of which each group holds an equal part.
  public init(groups: Int, channels: Int) {
    scale = Parameter(.ones([channels]))
    shift = Parameter(.zeros([channels]))
    self.groups = groups
  }

  /// Maps `[n, height, width, channels]` to the same shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    traced(input.groupNormalized(groups: groups, scale: scale.value, shift: shift.value))
  }
}

/// Normalizes each vector along the last axis by itself (Ba, Kiros and Hinton 2016).
public final class LayerNorm: Layer {
  /// γ, of shape `[width]`, at first 1.
  public let scale: Parameter
  /// β, of shape `[width]`, at first 0.
  public let shift: Parameter

  /// Makes a layer for vectors of this width.
  public init(width: Int) {
    scale = Parameter(.ones([width]))
    shift = Parameter(.zeros([width]))
  }

  /// Maps `[…, width]` to the same shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    traced(input.layerNormalized(scale: scale.value, shift: shift.value))
  }
}

/// Normalizes each channel over all pixels of all images of the batch (Ioffe and Szegedy 2015).
///
/// In training it uses the statistics of the batch it is given, and keeps running ones; in evaluation it uses those.
public final class BatchNorm2d: Layer {
  /// γ, of shape `[channels]`, at first 1.
  public let scale: Parameter
  /// β, of shape `[channels]`, at first 0.
  public let shift: Parameter
  /// The average of the batches' means, of shape `[channels]`, at first 0.
  public let runningMean: RunningStatistic
  /// The average of the batches' unbiased variances, of shape `[channels]`, at first 1.
  public let runningVariance: RunningStatistic
  /// Whether to use the statistics of the batch, and to average them; at first true. ``Layer/setTraining(_:)`` sets it for
  /// a whole network, and ``Layer/inEvaluationMode(_:)`` for a while.
  public var isTraining = true

  /// The weight of the newest batch in the running statistics.
  private static let momentum: Float = 0.1
  private static let epsilon: Float = 1e-5

  /// Makes a layer for images with this number of channels.
  public init(channels: Int) {
    scale = Parameter(.ones([channels]))
    shift = Parameter(.zeros([channels]))
    runningMean = RunningStatistic(.zeros([channels]))
    runningVariance = RunningStatistic(.ones([channels]))
  }

  /// Maps `[n, height, width, channels]` to the same shape.
  ///
  /// In training there must be two numbers or more for each channel, of which a variance can be estimated; otherwise the
  /// result is faulty.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    traced(isTraining ? normalizedByBatch(input) : normalizedByRunningStatistics(input))
  }

  private func normalizedByBatch(_ input: Tensor) -> Tensor {
    let channels = input.shape.last ?? 0
    let count = input.shape.elementCount / max(channels, 1)
    guard count > 1 || input.fault != nil else {
      return Tensor(fault: Fault("batch normalization in training needs two numbers a channel, not \(input.shape)"))
    }
    let (result, mean, variance) = input.batchNormalized(
      scale: scale.value, shift: shift.value, epsilon: Self.epsilon)
    guard result.fault == nil else { return result }
    withoutGradients {
      // The batch is normalized by its own variance, but as an estimate of the data's that one is too small by (n−1)/n.
      let unbiased = variance * (Float(count) / Float(count - 1))
      runningMean.value = runningMean.value * (1 - Self.momentum) + mean * Self.momentum
      runningVariance.value = runningVariance.value * (1 - Self.momentum) + unbiased * Self.momentum
    }
    return result
  }

  private func normalizedByRunningStatistics(_ input: Tensor) -> Tensor {
    let gain = scale.value / (runningVariance.value + Self.epsilon).sqrt()
    return input.scaledByChannel(gain, plus: shift.value - runningMean.value * gain)
  }
}
