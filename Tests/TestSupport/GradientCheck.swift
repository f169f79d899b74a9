import Tensors
import Testing

/// An operation on tensors beside its definition in `Double`: what is needed to check both its result and its gradients.
public struct GradientCase: Sendable, CustomTestStringConvertible {
  /// Where an input's elements are drawn from. Central differences make no sense across a kink, so inputs keep away from
  /// those that the operation has.
  public enum Domain: Sendable {
    /// The standard normal distribution.
    case normal
    /// A range, evenly.
    case within(ClosedRange<Float>)
    /// Between 0.1 and 2 with either sign, away from the kinks of |x| and max(x, 0).
    case awayFromZero
    /// Numbers between −2 and 2 no two of which are close, so that the largest of some stays the largest.
    case distinct
  }

  /// The operation's name and the shapes of its inputs, as test reports show it.
  public let testDescription: String
  let inputs: [(shape: Shape, domain: Domain)]
  let operation: @Sendable ([Tensor]) -> Tensor
  let reference: @Sendable ([DoubleArray]) -> DoubleArray

  /// A case whose inputs are all drawn from one domain.
  public init(
    _ name: String, _ shapes: [Shape], from domain: Domain = .normal,
    _ operation: @escaping @Sendable ([Tensor]) -> Tensor,
    reference: @escaping @Sendable ([DoubleArray]) -> DoubleArray
  ) {
    testDescription = name + " on " + shapes.map(\.description).joined(separator: ", ")
    inputs = shapes.map { ($0, domain) }
    self.operation = operation
    self.reference = reference
  }
}

extension GradientCase {
  /// How far a result or gradient may be off, as a fraction of the largest among its elements.
  ///
  /// `Float` rounds by u = 2⁻²⁴ ≈ 6e-8. The longest sums here have about 2000 terms; rounding errors wander, so such a sum
  /// is off by about √2000 · u ≈ 3e-6 of its terms' size. A few such steps follow one another, and functions such as exp
  /// add some 3e-7 each: 2e-5 leaves a factor of about four. The central differences in `Double` with step h = 1e-5 are
  /// themselves good to h² + 1e-16 / h ≈ 1e-10. A wrong formula is off by 1e-2 and more.
  static var tolerance: Double { 2e-5 }

  private static var step: Double { 1e-5 }

  /// Expects the operation to give what its definition gives, and its gradients to agree with the definition's central
  /// differences: of Σ upstream · result with a random upstream gradient, along each element of each input, or a random
  /// dozen of them.
  public func check(sourceLocation: SourceLocation = #_sourceLocation) {
    var generator = RandomGenerator(
      seed: testDescription.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
    let variables = inputs.map { $0.domain.draw($0.shape, using: &generator).variable }
    let exact = variables.map { DoubleArray($0) }

    let result = operation(variables)
    let expected = reference(exact)
    if let fault = result.fault {
      Issue.record("the operation gives the fault: \(fault)", sourceLocation: sourceLocation)
      return
    }
    guard result.shape == expected.shape else {
      Issue.record("the result has the shape \(result.shape), not \(expected.shape)", sourceLocation: sourceLocation)
      return
    }
    let places = Array(expected.elements.indices)
    expectClose(
      result.scalars.map(Double.init), expected.elements, at: places, of: expected.shape, what: "the result",
      sourceLocation: sourceLocation)

    let upstream = Tensor.normal(result.shape, using: &generator)
    let weights = upstream.scalars.map(Double.init)
    let gradients = result.gradients(from: upstream)
    for (number, variable) in variables.enumerated() {
      let what = "the gradient with respect to input \(number)"
      guard let gradient = gradients[variable] else {
        Issue.record(
          "\(what) is missing: the way from there is cut off, by `detached`, `withoutGradients` or a new tensor made of `scalars`",
          sourceLocation: sourceLocation)
        continue
      }
      guard gradient.fault == nil, gradient.shape == variable.shape else {
        Issue.record("\(what) is \(gradient) instead of shape \(variable.shape)", sourceLocation: sourceLocation)
        continue
      }
      let places = Self.places(below: gradient.scalars.count, using: &generator)
      let slopes = places.map { place -> Double in
        var (above, below) = (exact, exact)
        above[number].elements[place] += Self.step
        below[number].elements[place] -= Self.step
        let differences = zip(reference(above).elements, reference(below).elements).map { $0 - $1 }
        return zip(weights, differences).reduce(0) { $0 + $1.0 * $1.1 } / (2 * Self.step)
      }
      let actual = gradient.scalars
      expectClose(
        places.map { Double(actual[$0]) }, slopes, at: places, of: gradient.shape, what: what,
        // The result was right, so each step of it is, and the engine knows its derivative.
        advice: "is a part of the way cut off, by `detached`, `withoutGradients` or a new tensor made of `scalars`?",
        sourceLocation: sourceLocation)
    }
  }

  /// All places, or the first, the last and a dozen between: mistakes like edges.
  private static func places(below count: Int, using generator: inout RandomGenerator) -> [Int] {
    guard count > 16 else { return Array(0..<count) }
    return [0, count - 1] + (0..<12).map { _ in generator.integer(below: count) }
  }

  private func expectClose(
    _ actual: [Double], _ expected: [Double], at places: [Int], of shape: Shape, what: String,
    advice: String? = nil, sourceLocation: SourceLocation
  ) {
    // Where all cancels, what is left is the rounding of numbers of about 1.
    let scale = expected.reduce(0.01) { max($0, abs($1)) }
    let errors = zip(actual, expected).map { abs($0 - $1) / scale }
    guard let worst = errors.indices.max(by: { errors[$0] < errors[$1] || errors[$1].isNaN }),
      !(errors[worst] <= Self.tolerance)
    else { return }
    let position = Shape(zip(shape, shape.strides).map { places[worst] / $1 % $0 })
    let found =
      actual[worst].isNaN
      ? "NaN instead of \(expected[worst])"
      : """
      \(actual[worst]) instead of \(expected[worst]), off by \(errors[worst]) of the largest where \(Self.tolerance) is allowed
      """
    Issue.record(
      """
      \(what) at \(position) is \(found); \(errors.count { !($0 <= Self.tolerance) }) of \(errors.count) elements looked \
      at are off\(advice.map { "; the result is right, so \($0)" } ?? "")
      """, sourceLocation: sourceLocation)
  }
}

extension GradientCase.Domain {
  func draw(_ shape: Shape, using generator: inout RandomGenerator) -> Tensor {
    switch self {
    case .normal: return .normal(shape, using: &generator)
    case .within(let range): return .uniform(shape, in: range.lowerBound..<range.upperBound, using: &generator)
    case .awayFromZero:
      let sizes = Tensor.uniform(shape, in: 0.1..<2, using: &generator).scalars
      return Tensor(sizes.map { generator.uniform() < 0.5 ? -$0 : $0 }, shape: shape)
    case .distinct:
      let count = shape.elementCount
      return Tensor(
        generator.permutation(of: count).map { 4 * (Float($0) + 0.5) / Float(count) - 2 }, shape: shape)
    }
  }
}
