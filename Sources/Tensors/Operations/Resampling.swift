// Pooling and upsampling of images [count, height, width, channels].

extension Tensor {
  /// The mean of each window.
  ///
  /// - Parameters:
  ///   - window: The side of the square window.
  ///   - stride: The step from window to window; the window's side where not given.
  public func averagePooled2d(window: Int, stride: Int? = nil) -> Tensor {
    pooling("averagePooled2d", window, stride ?? window) { x, sizes, result, stride in
      ResamplingKernels.averagePool(x.buffer, sizes, window: window, stride: stride, into: result.buffer)
      return result.recorded(
        (
          x,
          { [shape = x.shape] in
            let gradient = Buffer(uninitialized: shape.elementCount)
            ResamplingKernels.averagePoolGradient($0.buffer, sizes, window: window, stride: stride, into: gradient)
            return Tensor(shape, gradient)
          }
        ))
    }
  }

  /// The largest number of each window; the gradient goes to the first of equals.
  public func maxPooled2d(window: Int, stride: Int? = nil) -> Tensor {
    pooling("maxPooled2d", window, stride ?? window) { x, sizes, result, stride in
      let windows = MaxPooling.Windows(images: sizes, window: window, stride: stride)
      let winners = MaxPooling.pool(x.buffer, windows, into: result.buffer)
      return result.recorded(
        (
          x,
          { [shape = x.shape] in
            let gradient = Buffer(uninitialized: shape.elementCount)
            MaxPooling.gradient($0.buffer, winners: winners, windows, into: gradient)
            return Tensor(shape, gradient)
          }
        ))
    }
  }

  /// Each pixel repeated in a block of `factor` × `factor`.
  public func upsampledNearest(by factor: Int) -> Tensor {
    upsampling("upsampledNearest", factor) { x, sizes, result in
      ResamplingKernels.upsampleNearest(x.buffer, sizes, factor: factor, into: result.buffer)
      return result.recorded(
        (
          x,
          { [shape = x.shape] in
            let gradient = Buffer(uninitialized: shape.elementCount)
            ResamplingKernels.upsampleNearestGradient($0.buffer, sizes, factor: factor, into: gradient)
            return Tensor(shape, gradient)
          }
        ))
    }
  }

  /// Linear interpolation between pixels, along both axes.
  ///
  /// - Parameters:
  ///   - factor: How many times as many rows and columns.
  ///   - alignCorners: Whether the outermost pixels' centers stay where they are; otherwise the images' outer edges do.
  public func upsampledBilinear(by factor: Int, alignCorners: Bool) -> Tensor {
    upsampling("upsampledBilinear", factor) { x, sizes, result in
      ResamplingKernels.upsampleBilinear(
        x.buffer, sizes, factor: factor, alignCorners: alignCorners, into: result.buffer)
      return result.recorded(
        (
          x,
          { [shape = x.shape] in
            let gradient = Buffer(uninitialized: shape.elementCount)
            ResamplingKernels.upsampleBilinearGradient(
              $0.buffer, sizes, factor: factor, alignCorners: alignCorners, into: gradient)
            return Tensor(shape, gradient)
          }
        ))
    }
  }

  private func pooling(
    _ name: String, _ window: Int, _ stride: Int,
    _ body: (Tensor, ResamplingKernels.Sizes, _ result: Tensor, _ stride: Int) -> Tensor
  ) -> Tensor {
    if fault != nil { return self }
    guard shape.rank == 4, window > 0, stride > 0, shape[1] >= window, shape[2] >= window else {
      return Tensor(fault: Fault("\(name): windows of \(window)×\(window), \(stride) apart, do not fit into \(shape)"))
    }
    let sizes = ResamplingKernels.Sizes(count: shape[0], height: shape[1], width: shape[2], channels: shape[3])
    let result: Shape = [
      shape[0], (shape[1] - window) / stride + 1, (shape[2] - window) / stride + 1, shape[3],
    ]
    return body(self, sizes, Tensor(result, Buffer(uninitialized: result.elementCount)), stride)
  }

  private func upsampling(
    _ name: String, _ factor: Int, _ body: (Tensor, ResamplingKernels.Sizes, _ result: Tensor) -> Tensor
  ) -> Tensor {
    if fault != nil { return self }
    guard shape.rank == 4, factor > 0 else {
      return Tensor(fault: Fault("\(name): \(shape) by \(factor): images have four axes, the factor is positive"))
    }
    let sizes = ResamplingKernels.Sizes(count: shape[0], height: shape[1], width: shape[2], channels: shape[3])
    let result: Shape = [shape[0], shape[1] * factor, shape[2] * factor, shape[3]]
    return body(self, sizes, Tensor(result, Buffer(uninitialized: result.elementCount)))
  }
}
