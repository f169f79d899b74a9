// A release build, which compiles the module as a whole, inlines these wherever they are called. A debug build compiles
// file by file and calls them, which makes what they do some three times slower.

extension Vector {
  /// a · b + c, rounded once where the processor has an instruction for it and twice elsewhere.
  @inline(__always)
  static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
    #if AVX512 || AVX2 || arch(arm64)
      c.addingProduct(a, b)
    #else
      a * b + c
    #endif
  }

  /// eˣ, with a relative error below 1e-7. Below −87.68, where eˣ is no ordinary number any more, the result is 0, and
  /// above 88.37 infinite.
  @inline(__always)
  func exponential() -> Vector { (-self).decay() }

  /// The logistic function 1 / (1 + e⁻ˣ); below −88.37 it is 0.
  @inline(__always)
  func sigmoid() -> Vector { 1 / (1 + decay()) }

  /// x · σ(x).
  @inline(__always)
  func silu() -> Vector { self / (1 + decay()) }

  /// The derivative of ``silu()``: σ(x) · (1 + x · (1 − σ(x))).
  @inline(__always)
  func siluDerivative() -> Vector {
    let s = sigmoid()
    return s * Self.multiplyAdd(self, 1 - s, Vector(repeating: 1))
  }

  /// x · Φ(x), with the normal distribution function Φ.
  @inline(__always)
  func gelu() -> Vector { self * normalDistribution().function }

  /// The derivative of ``gelu()``: Φ(x) + x · e^(−x² / 2) / √2π.
  @inline(__always)
  func geluDerivative() -> Vector {
    let (function, power) = normalDistribution()
    return Self.multiplyAdd(self * power, Vector(repeating: 0.398942280401432678), function)
  }

  /// Φ(x) and e^(−x² / 2).
  ///
  /// With t = 1 / (1 + 0.4 z), the ratio of erfc(z) to e^(−z²) is a polynomial of t with a relative error below 3e-8 for z from
  /// 0 to 9.4, fitted by least squares; beyond, e^(−z²) is no ordinary number. Here z = |x| / √2, and Φ(−|x|) = erfc(z) / 2.
  @inline(__always)
  private func normalDistribution() -> (function: Vector, power: Vector) {
    let power = (self * self * 0.5).decay()
    let magnitude = replacing(with: 0 - self, where: self .< 0)
    let t = 1 / Self.multiplyAdd(magnitude, Vector(repeating: 0.282842712474619), Vector(repeating: 1))
    var ratio = Vector(repeating: 0.0265696989)
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: -0.0633573615))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: -0.0900943886))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: 0.310483245))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: -0.0969790361))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: 0.283648551))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: 0.17230891))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: 0.23243273))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: 0.224954786))
    ratio = Self.multiplyAdd(ratio, t, Vector(repeating: 3.28917166e-05))
    let tail = ratio * power * 0.5
    return ((1 - tail).replacing(with: tail, where: self .< 0), power)
  }

  /// The sum of all numbers. `SIMD.sum()` adds one after the other; here halves are added until two numbers are left.
  @inline(__always)
  func total() -> Float {
    #if AVX512
      let eight = lowHalf + highHalf
      let four = eight.lowHalf + eight.highHalf
    #elseif AVX2
      let four = lowHalf + highHalf
    #else
      let four = self
    #endif
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// tanh x = 2 σ(2x) − 1, and near 0, where that difference would lose digits, the odd polynomial of its series.
  @inline(__always)
  func hyperbolicTangent() -> Vector {
    let square = self * self
    var series = Vector(repeating: 62.0 / 2835)
    series = Self.multiplyAdd(series, square, Vector(repeating: -17.0 / 315))
    series = Self.multiplyAdd(series, square, Vector(repeating: 2.0 / 15))
    series = Self.multiplyAdd(series, square, Vector(repeating: -1.0 / 3))
    series = self + self * square * series
    let general = 2 * (2 * self).sigmoid() - 1
    return general.replacing(with: series, where: square .< 0.0625)
  }

  /// e⁻ˣ = 2ⁿ · e⁻ᶠ with n the nearest whole number to −x / ln 2. For e⁻ᶠ there is the polynomial 1 − f + f² · q(f) of least
  /// relative error on ±½ ln 2, which is 3e-9.
  @inline(__always)
  private func decay() -> Vector {
    // At the limits 2ⁿ is 0 and infinite. NaN stays.
    let (low, high) = (Vector(repeating: -88.5), Vector(repeating: 88))
    var x = replacing(with: low, where: self .< low)
    x = x.replacing(with: high, where: x .> high)
    // A sum with 1.5 · 2²³ is rounded to a whole number, which stands in the low bits of its pattern. With 127 more these
    // bits, moved to where the exponent is, are 2ⁿ: n = −127 makes 0 of them and n = 128 infinity.
    let bias = Vector(repeating: 12_582_912 + 127)
    let shifted = Self.multiplyAdd(x, Vector(repeating: -1.44269504088896341), bias)
    let n = shifted - bias
    let power = unsafeBitCast(unsafeBitCast(shifted, to: MaskStorage.self) &<< 23, to: Vector.self)
    // f = x + n · ln 2, with ln 2 in two parts, the first so short that its multiples are exact (Cody and Waite 1980).
    var f = Self.multiplyAdd(n, Vector(repeating: 0.693359375), x)
    f = Self.multiplyAdd(n, Vector(repeating: -2.12194440e-4), f)
    var y = Vector(repeating: 1.3814560e-3)
    y = Self.multiplyAdd(y, f, Vector(repeating: -8.3687352e-3))
    y = Self.multiplyAdd(y, f, Vector(repeating: 4.1668389e-2))
    y = Self.multiplyAdd(y, f, Vector(repeating: -1.66665211e-1))
    y = Self.multiplyAdd(y, f, Vector(repeating: 4.9999994e-1))
    y = Self.multiplyAdd(y, f, Vector(repeating: -1))
    return Self.multiplyAdd(y, f, Vector(repeating: 1)) * power
  }
}
