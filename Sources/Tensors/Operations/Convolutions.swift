extension Tensor {
  /// Convolution of images, in the sense of machine learning: a correlation, the kernel is not mirrored.
  ///
  /// y[n, i, j, o] = bias[o] + Σ x[n, i·stride + ky − padding, j·stride + kx − padding, c] · weight[ky, kx, c, o]
  ///
  /// - Parameters:
  ///   - weight: Shape `[kernel height, kernel width, inputs / groups, outputs]`.
  ///   - bias: Shape `[outputs]`.
  ///   - stride: The step from one window to the next.
  ///   - padding: The margin of zeros on every side.
  ///   - groups: Channels are dealt out in so many groups that do not see each other; as many as channels make the
  ///     convolution depthwise.
  /// - Returns: Shape `[count, (height + 2·padding − kernel height) / stride + 1, …, outputs]`.
  public func conv2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> Tensor {
    if let faulty = Tensor.firstFaulty(self, weight, bias ?? self) { return faulty }
    guard shape.rank == 4, weight.shape.rank == 4, stride > 0, padding >= 0, groups > 0 else {
      return Tensor(
        fault: Fault(
          "conv2d: \(shape) with a weight \(weight.shape), stride \(stride), padding \(padding), \(groups) groups: images "
            + "and weights have four axes, stride and groups are positive"))
    }
    let g = ConvolutionGeometry(
      count: shape[0], height: shape[1], width: shape[2], inputs: shape[3], outputs: weight.shape[3],
      kernelHeight: weight.shape[0], kernelWidth: weight.shape[1], stride: stride, padding: padding, groups: groups)
    if let fault = g.misfit(of: weight, bias: bias, biasCount: g.outputs, name: "conv2d") {
      return Tensor(fault: fault)
    }
    let (x, w) = (detached, weight.detached)
    return x.convolved(g, w, bias: bias).recorded(
      (self, { $0.adjointConvolved(g, w, bias: nil) }),
      (weight, { Tensor.weightGradient(g, input: x, upstream: $0) }),
      (bias ?? Tensor(0), { $0.sum(axes: [0, 1, 2]) }))
  }

  /// The adjoint of a convolution, also called transposed convolution: each pixel spreads the kernel over the output.
  ///
  /// - Parameters:
  ///   - weight: That of the convolution whose adjoint it is, which leads from the outputs here to the inputs here: shape
  ///     `[kernel height, kernel width, outputs / groups, inputs]`.
  ///   - bias: Shape `[outputs]`.
  ///   - stride: The step in the output from one pixel's kernel to the next one's.
  ///   - padding: What is cut off on every side.
  ///   - outputPadding: Rows and columns added at the end, where the convolution's stride had left some out.
  ///   - groups: As in ``conv2d(_:bias:stride:padding:groups:)``.
  /// - Returns: Shape `[count, (height − 1)·stride − 2·padding + kernel height + outputPadding, …, outputs]`.
  public func convTransposed2d(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0, groups: Int = 1
  ) -> Tensor {
    if let faulty = Tensor.firstFaulty(self, weight, bias ?? self) { return faulty }
    guard shape.rank == 4, weight.shape.rank == 4, stride > 0, padding >= 0, groups > 0,
      outputPadding >= 0, outputPadding < stride
    else {
      return Tensor(
        fault: Fault(
          "convTransposed2d: \(shape) with a weight \(weight.shape), stride \(stride), padding \(padding), output padding "
            + "\(outputPadding), \(groups) groups: images and weights have four axes, stride and groups are positive, the "
            + "output padding is below the stride"))
    }
    let g = ConvolutionGeometry(
      count: shape[0], height: (shape[1] - 1) * stride - 2 * padding + weight.shape[0] + outputPadding,
      width: (shape[2] - 1) * stride - 2 * padding + weight.shape[1] + outputPadding,
      inputs: weight.shape[2] * groups, outputs: shape[3], kernelHeight: weight.shape[0], kernelWidth: weight.shape[1],
      stride: stride, padding: padding, groups: groups)
    if let fault = g.misfit(of: weight, bias: bias, biasCount: g.inputs, name: "convTransposed2d") {
      return Tensor(fault: fault)
    }
    let (y, w) = (detached, weight.detached)
    return y.adjointConvolved(g, w, bias: bias).recorded(
      (self, { $0.convolved(g, w, bias: nil) }),
      (weight, { Tensor.weightGradient(g, input: $0, upstream: y) }),
      (bias ?? Tensor(0), { $0.sum(axes: [0, 1, 2]) }))
  }

  // MARK: Without records, on shapes that are known to fit

  private func convolved(_ g: ConvolutionGeometry, _ weight: Tensor, bias: Tensor?) -> Tensor {
    if fault != nil { return self }
    let result = Buffer(uninitialized: g.outputShape.elementCount)
    ConvolutionKernels.convolve(g, buffer, weight: weight.buffer, bias: bias?.buffer, into: result)
    return Tensor(g.outputShape, result)
  }

  private func adjointConvolved(_ g: ConvolutionGeometry, _ weight: Tensor, bias: Tensor?) -> Tensor {
    if fault != nil { return self }
    let result = Buffer(uninitialized: g.inputShape.elementCount)
    ConvolutionKernels.convolveAdjoint(g, buffer, weight: weight.buffer, bias: bias?.buffer, into: result)
    return Tensor(g.inputShape, result)
  }

  private static func weightGradient(_ g: ConvolutionGeometry, input: Tensor, upstream: Tensor) -> Tensor {
    if let faulty = firstFaulty(input, upstream) { return faulty }
    let result = Buffer(uninitialized: g.weightShape.elementCount)
    ConvolutionKernels.convolveWeightGradient(g, input.buffer, upstream.buffer, into: result)
    return Tensor(g.weightShape, result)
  }
}

extension ConvolutionGeometry {
  /// Why the operands do not fit together, if they do not.
  func misfit(of weight: Tensor, bias: Tensor?, biasCount: Int, name: String) -> Fault? {
    guard inputs % groups == 0, outputs % groups == 0, inputs > 0, outputs > 0 else {
      return Fault("\(name): \(inputs) and \(outputs) channels do not divide into \(groups) groups")
    }
    guard weight.shape == weightShape else {
      return Fault(
        "\(name): the weight has the shape \(weight.shape), but \(inputs) and \(outputs) channels in \(groups) groups need "
          + "\(weightShape)")
    }
    guard kernelHeight > 0, kernelWidth > 0, height >= 0, width >= 0, height + 2 * padding >= kernelHeight,
      width + 2 * padding >= kernelWidth
    else {
      return Fault(
        "\(name): a kernel of \(kernelHeight)×\(kernelWidth) does not fit into images of \(height)×\(width) with a margin "
          + "of \(padding)")
    }
    if let bias, bias.shape != [biasCount] {
      return Fault("\(name): the bias has the shape \(bias.shape), but there are \(biasCount) output channels")
    }
    return nil
  }
}
