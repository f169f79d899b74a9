extension Tensor {
  /// Group normalisation (Wu and He 2018): within each image, groups of channels are shifted and scaled to mean 0 and
  /// variance 1, then each channel is scaled and shifted by what was learned. Shape: `[count, …, channels]`.
  ///
  /// - Parameters:
  ///   - groups: Must divide the channels.
  ///   - scale: Shape `[channels]`.
  ///   - shift: Shape `[channels]`.
  ///   - epsilon: Added to the variance.
  public func groupNormalized(groups: Int, scale: Tensor, shift: Tensor, epsilon: Float = 1e-5) -> Tensor {
    if let faulty = Tensor.firstFaulty(self, scale, shift) { return faulty }
    guard shape.rank >= 2, let channels = shape.last, groups > 0, channels % groups == 0 else {
      return Tensor(
        fault: Fault("groupNormalized: the channels of \(shape) do not divide into \(groups) groups of one size"))
    }
    guard scale.shape == [channels], shift.shape == [channels] else {
      return Tensor(
        fault: Fault(
          "groupNormalized: scale \(scale.shape) and shift \(shift.shape) do not have one number for each of the \(channels) "
            + "channels of \(shape)"))
    }
    let (images, pixels) = (shape[0], shape.dimensions.dropFirst().dropLast().reduce(1, *))
    let normalization = NormalizationKernels.normalization(
      of: buffer, images: images, pixels: pixels, channels: channels, groups: groups, scale: scale.buffer,
      shift: shift.buffer, epsilon: epsilon)
    return Tensor(shape, .normalized(DeferredNormalization(normalization, of: buffer)))
      .recorded(from: [self, scale, shift], normalization.pullback(of: buffer, followedBy: .identity))
  }

  /// The SiLU of this tensor, which is a normalised one, in one pass with the normalisation; its gradient goes to what the
  /// normalisation was computed from.
  func silu(of normalized: DeferredNormalization) -> Tensor {
    Tensor(shape, normalized.applying(.silu)).recorded(
      from: record?.inputs ?? [], normalized.normalization.pullback(of: normalized.x, followedBy: .silu))
  }

  /// Layer normalisation (Ba et al. 2016): the last axis is shifted and scaled to mean 0 and variance 1, then each of its
  /// positions is scaled and shifted by what was learned.
  public func layerNormalized(scale: Tensor, shift: Tensor, epsilon: Float = 1e-5) -> Tensor {
    normalized("layerNormalized", over: [-1], scale: scale, shift: shift, epsilon: epsilon).result
  }

  /// Batch normalisation (Ioffe and Szegedy 2015) with the statistics of this batch: each channel, the last axis, is
  /// shifted and scaled to mean 0 and variance 1 over everything else, then scaled and shifted by what was learned.
  ///
  /// - Returns: The result and each channel's mean and population variance, of which no gradient is recorded.
  public func batchNormalized(
    scale: Tensor, shift: Tensor, epsilon: Float = 1e-5
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    let (result, mean, variance) = normalized(
      "batchNormalized", over: Array(shape.indices.dropLast()), scale: scale, shift: shift, epsilon: epsilon)
    let channels: Shape = [shape.last ?? 0]
    return (result, mean.detached.reshaped(channels), variance.detached.reshaped(channels))
  }

  private func normalized(
    _ name: String, over axes: [Int], scale: Tensor, shift: Tensor, epsilon: Float
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    if let faulty = Tensor.firstFaulty(self, scale, shift) { return (faulty, faulty, faulty) }
    // A scale of another shape would be stretched, which no error would show.
    guard let channels = shape.last, scale.shape == [channels], shift.shape == [channels] else {
      let misfit = Tensor(
        fault: Fault(
          "\(name): \(shape) with scale \(scale.shape) and shift \(shift.shape), which must have one number for each "
            + "channel"))
      return (misfit, misfit, misfit)
    }
    let mean = self.mean(axes: axes, keepingAxes: true)
    let centred = self - mean
    let variance = centred.squared().mean(axes: axes, keepingAxes: true)
    return (centred / (variance + epsilon).sqrt() * scale + shift, mean, variance)
  }
}

extension GroupNormalization {
  /// How the gradient of the result becomes those of the images `x`, the scale and the shift.
  fileprivate func pullback(of x: Buffer, followedBy activation: Activation) -> GradientRecord.Pullback {
    { upstream in
      let dx = Buffer(uninitialized: x.count)
      let (dscale, dshift) = (Buffer(uninitialized: channels), Buffer(uninitialized: channels))
      NormalizationKernels.gradient(self, x, upstream.buffer, activation, dx: dx, dscale: dscale, dshift: dshift)
      return [Tensor(upstream.shape, dx), Tensor([channels], dscale), Tensor([channels], dshift)]
    }
  }
}
