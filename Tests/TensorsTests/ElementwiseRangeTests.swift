import Tensors
import Testing

/// Elementwise functions over all of `Float`: zeros of either sign, infinities, NaN, denormals and everything between.
@Suite("Elementwise functions at the ends of the range")
struct ElementwiseRangeTests {
  static let specials: [Float] = [
    0, -0.0, .infinity, -.infinity, .nan, 1e4, -1e4, 0x1p-133, -0x1p-133, .leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 0.5, 88, -88, 88.7, -87.3, 89, -104, 16, -16,
  ]

  /// Evenly from −110 to 110, in steps of about a half from 2⁻¹⁴⁰ to 2¹²⁸ on either side of 0, and the specials.
  static let sweep: [Float] = {
    let even = (-11_000...11_000).map { Float($0) / 100 + 0.001 }
    let powers = (-140...127).flatMap { exponent in
      [1, 1.3, 1.7].flatMap { (digits: Float) in
        [FloatingPointSign.plus, .minus].map { Float(sign: $0, exponent: exponent, significand: digits) }
      }
    }
    return even + powers + specials
  }()

  @Test("A function of every element", arguments: UnaryOperation.allCases)
  func unary(_ operation: UnaryOperation) {
    let actual = operation.tensor(Tensor(Self.sweep)).scalars
    let expected = Self.sweep.map { operation.reference(Double($0)) }
    let scale = operation == .gelu ? Self.sweep.map { abs(Double($0)) } : nil
    expectAccurate(actual, expected, operation.accuracy, relativeTo: scale) { "\(operation)(\(Self.sweep[$0]))" }
  }

  /// Every special number with every other, in a tensor of one run and in short rows, where the last few numbers of a row
  /// do not fill a vector.
  @Test("A function of two elements", arguments: BinaryOperation.allCases)
  func binary(_ operation: BinaryOperation) {
    // Derivatives have their bounds where numbers are finite, NaN aside.
    let numbers = operation.function == nil ? Self.specials.filter { !(abs($0) > 1e30) } : Self.specials
    let pairs = numbers.flatMap { a in numbers.map { (a, $0) } }
    let (a, x) = (Tensor(pairs.map(\.0)), Tensor(pairs.map(\.1)))
    let (result, b) = operation.applied(to: a, at: x)
    let expected = zip(pairs, b.scalars).map { operation.reference(Double($0.0), Double($1)) }
    let scale = operation.function == nil ? pairs.map { abs(Double($0.0)) } : nil
    expectAccurate(result.scalars, expected, operation.accuracy, relativeTo: scale) {
      "\(operation) of \(pairs[$0].0) and \(b.scalars[$0])"
    }

    guard let function = operation.function else { return }
    let rows = function(
      Tensor(Self.specials, shape: [Self.specials.count, 1]), Tensor(Array(Self.specials.prefix(11))))
    let products = Self.specials.flatMap { a in
      Self.specials.prefix(11).map { operation.reference(Double(a), Double($0)) }
    }
    expectAccurate(rows.scalars, products, operation.accuracy) {
      "\(operation) of \(Self.specials[$0 / 11]) and, in a row, \(Self.specials[$0 % 11])"
    }
  }

  @Test("clamped keeps NaN and brings infinities to the ends")
  func clamped() {
    let y = Tensor([.nan, .infinity, -.infinity, 0.5]).clamped(to: -1...1)
    #expect(y[0].isNaN && Array(y.scalars.dropFirst()) == [1, -1, 0.5])
  }

  @Test("NaN comes through every function, or training would not see that it has failed", arguments: [1, 5, 16, 37])
  func nan(count: Int) {
    let x = Tensor(repeating: .nan, shape: [count])
    for operation in UnaryOperation.allCases {
      #expect(operation.tensor(x).scalars.allSatisfy { $0.isNaN }, "\(operation) turned NaN into a number")
    }
    for operation in BinaryOperation.allCases {
      guard let function = operation.function else { continue }
      #expect(function(x, .ones([count])).scalars.allSatisfy { $0.isNaN }, "\(operation) let a NaN on the left go")
      #expect(function(.ones([count]), x).scalars.allSatisfy { $0.isNaN }, "\(operation) let a NaN on the right go")
    }
    for y in [x.leakyReLU(), x.softmax(), x.logSoftmax(), x.sum(), x.mean(), x.max(axis: 0), x.variance(axes: [0])] {
      #expect(y.scalars.allSatisfy { $0.isNaN })
    }
  }

  private func expectAccurate(
    _ actual: [Float], _ expected: [Double], _ accuracy: Accuracy, relativeTo scale: [Double]? = nil,
    _ what: (Int) -> String
  ) {
    let wrong = actual.indices.filter { index in
      let (y, r) = (Double(actual[index]), expected[index])
      if y == r { return false }
      if r.isNaN || y.isNaN { return r.isNaN != y.isNaN }
      if y.isInfinite { return !(abs(r) > accuracy.overflow && (r > 0) == (y > 0)) }
      if r.isInfinite { return true }
      return !(abs(y - r) <= accuracy.relative * abs(scale?[index] ?? r) + accuracy.floor)
    }
    guard let first = wrong.first else { return }
    let relative = abs(Double(actual[first]) - expected[first]) / abs(expected[first])
    Issue.record(
      """
      \(what(first)) is \(actual[first]) instead of \(expected[first]), relatively \(relative) off; \
      \(wrong.count) of \(actual.count) are off by more than \(accuracy.relative)
      """)
  }
}

/// How good a result is: its largest error relative to the exact one, what the result may be off beside it, and the number
/// above which it may be infinite already.
struct Accuracy {
  var relative: Double
  var floor = Double(Float.leastNormalMagnitude)
  var overflow = Double(Float.greatestFiniteMagnitude)

  static let exact = Accuracy(relative: 0, floor: 0)
  /// One rounding, u.
  static let rounded = Accuracy(relative: 0x1.0001p-24)
}

extension UnaryOperation {
  var accuracy: Accuracy {
    switch self {
    case .negate, .abs, .relu: .exact
    case .sqrt, .square, .reciprocal: .rounded
    case .exp: Accuracy(relative: 2e-7, overflow: 2.3e38)
    // A unit in the last place is up to 2u.
    case .log, .sin, .cos: Accuracy(relative: 0x1p-23)
    // exp, a sum and a quotient: 2e-7 + 2u.
    case .sigmoid: Accuracy(relative: 3.2e-7)
    // 2σ(2x) − 1 from |x| = ¼ on, where 2σ is 1.245 and off by 1.245 · 3.2e-7, and the result 0.245.
    case .tanh: Accuracy(relative: 1.7e-6)
    // One more product than σ. Where σ(x) is 0 already, at −88.37, x · σ(x) is −3.7e-37.
    case .silu: Accuracy(relative: 3.8e-7, floor: 4e-37)
    // 1 + erf cancels for negative x: u for erf, 2u for the sum, u for erf's argument, half of it times x, and u for that.
    case .gelu: Accuracy(relative: 2e-7)
    // exp, log1p and a sum: 2u + 2u + u.
    case .softplus: Accuracy(relative: 3e-7)
    }
  }
}

extension BinaryOperation {
  /// Derivatives' errors are fractions of the gradient that comes back.
  var accuracy: Accuracy {
    switch self {
    case .add, .subtract, .multiply, .divide: .rounded
    case .maximum, .minimum, .reluGradient: .exact
    // a · y · (1 − y): three roundings of at most ¼ a, and one of the product.
    case .sigmoidGradient: Accuracy(relative: 1.2e-7)
    // a · (1 − y²): three roundings.
    case .tanhGradient: Accuracy(relative: 2e-7)
    // s · (1 + x · (1 − s)): from x ≈ 17 on, 1 − s is 0; before, its error 2e-7 + 2u is multiplied by up to 17.
    case .siluGradient: Accuracy(relative: 1e-5)
    case .geluGradient: Accuracy(relative: 2e-7)
    }
  }
}
