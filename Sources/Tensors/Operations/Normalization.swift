extension Tensor {
  /// Group normalization (Wu and He 2018): within each image, groups of channels are shifted and scaled to mean 0 and
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

  /// The SiLU of this tensor, which is a normalized one, in one pass with the normalization; its gradient goes to what the
  /// normalization was computed from.
  func silu(of normalized: DeferredNormalization) -> Tensor {
    Tensor(shape, normalized.applying(.silu)).recorded(
      from: record?.inputs ?? [], normalized.normalization.pullback(of: normalized.x, followedBy: .silu))
  }

  /// Layer normalization (Ba et al. 2016): the last axis is shifted and scaled to mean 0 and variance 1, then each of its
  /// positions is scaled and shifted by what was learned.
  ///
  /// - Parameters:
  ///   - scale: Shape `[channels]`, where the channels are the last axis.
  ///   - shift: Shape `[channels]`.
  ///   - epsilon: Added to the variance.
  public func layerNormalized(scale: Tensor, shift: Tensor, epsilon: Float = 1e-5) -> Tensor {
    if let misfit = misfit(of: scale, shift, "layerNormalized") { return misfit }
    let result = Buffer(uninitialized: buffer.count)
    let normalization = LayerNormalization(
      of: buffer, width: scale.shape[0], scale: scale.buffer, shift: shift.buffer, epsilon: epsilon, into: result)
    return Tensor(shape, result).recorded(from: [self, scale, shift]) {
      [x = detached, scale = scale.detached] upstream in
      let gradients = normalization.gradients(x.buffer, upstream.buffer, scale: scale.buffer)
      return [
        Tensor(x.shape, gradients.x), Tensor(scale.shape, gradients.scale), Tensor(scale.shape, gradients.shift),
      ]
    }
  }

  /// Batch normalization (Ioffe and Szegedy 2015) with the statistics of this batch: each channel, the last axis, is
  /// shifted and scaled to mean 0 and variance 1 over everything else, then scaled and shifted by what was learned.
  ///
  /// - Parameters:
  ///   - scale: Shape `[channels]`.
  ///   - shift: Shape `[channels]`.
  ///   - epsilon: Added to the variance.
  /// - Returns: The result and each channel's mean and population variance, of which no gradient is recorded.
  public func batchNormalized(
    scale: Tensor, shift: Tensor, epsilon: Float = 1e-5
  ) -> (result: Tensor, mean: Tensor, variance: Tensor) {
    if let misfit = misfit(of: scale, shift, "batchNormalized", needsPixels: true) { return (misfit, misfit, misfit) }
    let normalization = BatchNormalization(
      of: buffer, channels: scale.shape[0], scale: scale.buffer, shift: shift.buffer, epsilon: epsilon)
    let result = Tensor(shape, normalization.applied(to: buffer)).recorded(from: [self, scale, shift]) {
      [x = detached, channels = scale.shape] upstream in
      let gradients = normalization.gradients(x.buffer, upstream.buffer)
      return [Tensor(x.shape, gradients.x), Tensor(channels, gradients.scale), Tensor(channels, gradients.shift)]
    }
    return (
      result, Tensor(scale.shape, normalization.mean), Tensor(scale.shape, normalization.variance)
    )
  }

  /// x · factor + offset, with one of each for each channel, which is the last axis: what a normalization by statistics that
  /// are known comes to.
  ///
  /// - Parameters:
  ///   - factor: Shape `[channels]`.
  ///   - offset: Shape `[channels]`.
  public func scaledByChannel(_ factor: Tensor, plus offset: Tensor) -> Tensor {
    if let misfit = misfit(of: factor, offset, "scaledByChannel") { return misfit }
    let result = Buffer(uninitialized: buffer.count)
    BatchNormalization.scale(buffer, factor: factor.buffer, offset: offset.buffer, into: result)
    let leading = Array(shape.indices.dropLast())
    return Tensor(shape, result).recorded(
      (self, { [factor = factor.detached] in $0 * factor }),
      (factor, { [x = detached] in ($0 * x).sum(axes: leading) }), (offset, { $0.sum(axes: leading) }))
  }

  /// Why scale and shift do not fit, if they do not: of another shape they would be stretched, which no error would show. A
  /// mean over several pixels needs one at least.
  private func misfit(of scale: Tensor, _ shift: Tensor, _ name: String, needsPixels: Bool = false) -> Tensor? {
    if let faulty = Tensor.firstFaulty(self, scale, shift) { return faulty }
    guard let channels = shape.last, scale.shape == [channels], shift.shape == [channels] else {
      return Tensor(
        fault: Fault(
          "\(name): \(shape) with scale \(scale.shape) and shift \(shift.shape), which must have one number for each "
            + "channel"))
    }
    if channels > 0, !needsPixels || !buffer.isEmpty { return nil }
    return Tensor(fault: Fault("\(name): \(shape) has no numbers to normalize"))
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
