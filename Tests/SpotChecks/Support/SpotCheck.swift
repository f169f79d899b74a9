import Foundation
import Tensors
import Testing

/// What an answer gives for inputs that nobody knew before, as numbers to be compared elsewhere.
///
/// The process that runs a student's code prints these numbers and judges nothing. The grader compares them with those that the
/// reference prints, in a process of its own that never runs a student's code: a forged record of passed tests is not enough
/// without the right numbers. See INSTRUCTORS.md.
public struct SpotCheck {
  /// Where the inputs come from: drawn by the grader for each grading, and the same for the reference.
  public var generator: RandomGenerator
  private var numbers: [Double] = []

  fileprivate init(seed: UInt64) { generator = RandomGenerator(seed: seed) }

  /// A number that follows from the answer.
  public mutating func add(_ number: Double) { numbers.append(number) }

  /// Numbers that follow from the answer.
  public mutating func add(_ numbers: [Double]) { self.numbers += numbers }

  /// The elements of a tensor that follows from the answer; its shape counts too.
  public mutating func add(_ tensor: Tensor) throws {
    let tensor = try tensor.checked()
    numbers += tensor.shape.map(Double.init) + tensor.scalars.map(Double.init)
  }

  /// The elements of a tensor that follows from the answer, and its gradients with respect to some variables.
  public mutating func add(_ tensor: Tensor, withGradientsBy variables: [Tensor]) throws {
    try add(tensor)
    let gradients = tensor.gradients(from: normal(tensor.shape))
    for variable in variables { try add(gradients[variable] ?? .zeros([])) }
  }

  /// Standard normal numbers.
  public mutating func normal(_ shape: Shape) -> Tensor { .normal(shape, using: &generator) }

  /// A number between two others, evenly.
  public mutating func uniform(_ range: Range<Double>) -> Double {
    range.lowerBound + Double(generator.uniform()) * (range.upperBound - range.lowerBound)
  }

  /// A whole number in a range, evenly.
  public mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + generator.integer(below: range.count)
  }

  /// The β of a schedule: as many as the range allows, each between two numbers.
  public mutating func betas(_ count: ClosedRange<Int>, in range: Range<Double>) -> [Double] {
    (0..<integer(count)).map { _ in uniform(range) }
  }

  /// Computes the numbers of an exercise and prints them where a grader has asked for them.
  ///
  /// Elsewhere it tells whether they can serve: there are some, all finite, other inputs give others, and the same inputs the same.
  public static func run(
    _ exercise: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: (inout SpotCheck) throws -> Void
  ) throws {
    func numbers(seed: UInt64) throws -> [Double] {
      var check = SpotCheck(seed: seed)
      try body(&check)
      return check.numbers
    }
    if let seed = ProcessInfo.processInfo.environment["COURSE_SPOT_CHECK"].flatMap(UInt64.init) {
      let text = try numbers(seed: seed).map { "\($0)" }.joined(separator: " ")
      print("\nspot check \(exercise): \(text)")
      return
    }
    let first = try numbers(seed: 1)
    #expect(
      !first.isEmpty && first.allSatisfy(\.isFinite), "no numbers, or not finite ones", sourceLocation: sourceLocation)
    #expect(try first == numbers(seed: 1), "the same inputs give other numbers", sourceLocation: sourceLocation)
    #expect(
      try first != numbers(seed: 2), "other inputs give the same numbers, so that they could be known beforehand",
      sourceLocation: sourceLocation)
  }
}
