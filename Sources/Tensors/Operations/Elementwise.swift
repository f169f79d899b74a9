// Functions applied to every element, each with its derivative.

extension Tensor {
  /// eˣ.
  public func exp() -> Tensor {
    let y = mapped(.exp)
    return y.recorded((self, { $0 * y }))
  }

  /// The natural logarithm.
  public func log() -> Tensor { mapped(.log).recorded((self, { [x = detached] in $0 / x })) }

  /// The square root.
  public func sqrt() -> Tensor {
    let y = mapped(.sqrt)
    return y.recorded((self, { $0 * 0.5 / y }))
  }

  /// x².
  public func squared() -> Tensor { mapped(.square).recorded((self, { [x = detached] in $0 * x * 2 })) }

  /// |x|; its derivative at 0 is taken to be 0.
  public func abs() -> Tensor {
    mapped(.abs).recorded((self, { [x = detached] in $0.passed(where: x) - $0.passed(where: -x) }))
  }

  /// 1 / x.
  public func reciprocal() -> Tensor {
    let y = mapped(.reciprocal)
    return y.recorded((self, { -($0 * y * y) }))
  }

  /// The sine of an angle in radians.
  public func sin() -> Tensor { mapped(.sin).recorded((self, { [x = detached] in $0 * x.cos() })) }

  /// The cosine of an angle in radians.
  public func cos() -> Tensor { mapped(.cos).recorded((self, { [x = detached] in -($0 * x.sin()) })) }

  /// The hyperbolic tangent.
  public func tanh() -> Tensor {
    let y = mapped(.tanh)
    return y.recorded((self, { .combined(.tanhGradient, $0, y) }))
  }

  /// The logistic function 1 / (1 + e⁻ˣ).
  public func sigmoid() -> Tensor {
    let y = mapped(.sigmoid)
    return y.recorded((self, { .combined(.sigmoidGradient, $0, y) }))
  }

  /// max(x, 0); its derivative at 0 is 0.
  public func relu() -> Tensor { mapped(.relu).recorded((self, { [x = detached] in $0.passed(where: x) })) }

  /// x where positive, `slope` · x elsewhere; its derivative at 0 is the slope.
  public func leakyReLU(slope: Float = 0.01) -> Tensor {
    if fault != nil { return self }
    let result = Buffer(uninitialized: buffer.count)
    ElementwiseKernels.leakyReLU(buffer, slope: slope, into: result)
    return Tensor(shape, result).recorded(
      (
        self,
        { [x = detached] upstream in
          let gradient = Buffer(uninitialized: x.buffer.count)
          ElementwiseKernels.leakyReLUGradient(upstream.buffer, x.buffer, slope: slope, into: gradient)
          return Tensor(x.shape, gradient)
        }
      ))
  }

  /// x · σ(x), also called swish.
  public func silu() -> Tensor {
    if fault == nil, case .normalized(let normalized) = contents { return silu(of: normalized) }
    return mapped(.silu).recorded((self, { [x = detached] in .combined(.siluGradient, $0, x) }))
  }

  /// x · Φ(x) with the normal distribution function Φ: the exact form, by erf.
  public func gelu() -> Tensor {
    mapped(.gelu).recorded((self, { [x = detached] in .combined(.geluGradient, $0, x) }))
  }

  /// log(1 + eˣ), computed so that no argument overflows.
  public func softplus() -> Tensor {
    mapped(.softplus).recorded((self, { [x = detached] in $0 * x.sigmoid() }))
  }

  /// The elements limited to a range; the gradient passes where they lie inside, its ends included.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    if fault != nil { return self }
    let result = Buffer(uninitialized: buffer.count)
    ElementwiseKernels.clamp(buffer, to: range, into: result)
    return Tensor(shape, result).recorded(
      (self, { [x = detached] in $0 - $0.passed(where: range.lowerBound - x) - $0.passed(where: x - range.upperBound) })
    )
  }

  /// This gradient where `x` is positive, and 0 elsewhere.
  private func passed(where x: Tensor) -> Tensor { .combined(.reluGradient, self, x) }

  /// A function applied to every element, without a record.
  func mapped(_ operation: UnaryOperation) -> Tensor {
    if fault != nil { return detached }
    let result = Buffer(uninitialized: buffer.count)
    ElementwiseKernels.apply(operation, buffer, into: result)
    return Tensor(shape, result)
  }
}
