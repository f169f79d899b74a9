import Foundation
import Tensors
import TestSupport
import Testing

/// Functions of one and two elements: results and gradients against their definitions, differentiated numerically.
@Suite("Gradients of elementwise operations")
struct ElementwiseGradientTests {
  @Test(
    "A function of every element",
    arguments: UnaryOperation.allCases.map { operation in
      GradientCase("\(operation)", [[3, 7]], from: operation.smoothDomain) {
        operation.tensor($0[0])
      } reference: {
        DoubleArray(NaiveKernels.map(operation, $0[0].elements), shape: $0[0].shape)
      }
    })
  func unary(_ example: GradientCase) { example.check() }

  @Test(
    "A function with a setting",
    arguments: [
      GradientCase("leakyReLU", [[3, 7]], from: .awayFromZero) {
        $0[0].leakyReLU()
      } reference: {
        $0[0].map { $0 > 0 ? $0 : 0.01 * $0 }
      },
      GradientCase("leakyReLU of slope 0.2", [[3, 7]], from: .awayFromZero) {
        $0[0].leakyReLU(slope: 0.2)
      } reference: {
        $0[0].map { $0 > 0 ? $0 : 0.2 * $0 }
      },
      // No element of `.distinct` with 21 of them is near −0.9 or 1.1.
      GradientCase("clamped", [[3, 7]], from: .distinct) {
        $0[0].clamped(to: -0.9...1.1)
      } reference: {
        $0[0].map { min(max($0, -0.9), 1.1) }
      },
    ])
  func settings(_ example: GradientCase) { example.check() }

  /// The ways in which two shapes fit together: equal; a channel's number for every pixel; an image's for every pixel; a
  /// scalar on either side; both stretched; an axis missing and one stretched; runs of a length that is no multiple of a
  /// vector's.
  static let shapePairs: [[Shape]] = [
    [[2, 3], [2, 3]], [[2, 3, 4, 5], [5]], [[2, 3, 4, 21], [21]], [[2, 3, 4, 5], [2, 1, 1, 5]],
    [[2, 3, 4, 5], [2, 1, 1, 1]], [[2, 3, 4, 5], []], [[], [3, 5]], [[], []], [[1, 9], [7, 1]], [[3, 1, 5], [4, 1]],
    [[2, 1, 17], [2, 3, 1]], [[19], [1]], [[1], [4, 1, 3]],
  ]

  /// Where operands of maximum and minimum meet there is a kink, but two random numbers are nearer than a step of 1e-5 in
  /// one of 1e5 pairs, and the numbers are the same in every run.
  @Test(
    "Two operands of all shapes that fit together",
    arguments: BinaryOperation.allCases.flatMap { operation -> [GradientCase] in
      guard let function = operation.function else { return [] }
      return shapePairs.map { shapes in
        GradientCase("\(operation)", shapes, from: .awayFromZero) {
          function($0[0], $0[1])
        } reference: {
          $0[0].combined(with: $0[1], operation.reference)
        }
      }
    })
  func binary(_ example: GradientCase) { example.check() }

  @Test(
    "A number as operand",
    arguments: [
      GradientCase("x + 3", [[2, 5]]) {
        $0[0] + 3
      } reference: {
        $0[0].map { $0 + 3 }
      },
      GradientCase("3 + x", [[2, 5]]) {
        3 + $0[0]
      } reference: {
        $0[0].map { 3 + $0 }
      },
      GradientCase("x - 3", [[2, 5]]) {
        $0[0] - 3
      } reference: {
        $0[0].map { $0 - 3 }
      },
      GradientCase("3 - x", [[2, 5]]) {
        3 - $0[0]
      } reference: {
        $0[0].map { 3 - $0 }
      },
      GradientCase("x * 3", [[2, 5]]) {
        $0[0] * 3
      } reference: {
        $0[0].map { $0 * 3 }
      },
      GradientCase("3 * x", [[2, 5]]) {
        3 * $0[0]
      } reference: {
        $0[0].map { 3 * $0 }
      },
      GradientCase("x / 3", [[2, 5]]) {
        $0[0] / 3
      } reference: {
        $0[0].map { $0 / 3 }
      },
      GradientCase("3 / x", [[2, 5]], from: .awayFromZero) {
        3 / $0[0]
      } reference: {
        $0[0].map { 3 / $0 }
      },
    ])
  func numbers(_ example: GradientCase) { example.check() }

  @Test(
    "Assignment with an operator",
    arguments: [
      GradientCase("+=", [[2, 5], [5]]) {
        assigning($0) { $0 += $1 }
      } reference: {
        $0[0] + $0[1]
      },
      GradientCase("-=", [[2, 5], [5]]) {
        assigning($0) { $0 -= $1 }
      } reference: {
        $0[0] - $0[1]
      },
      GradientCase("*=", [[2, 5], [5]]) {
        assigning($0) { $0 *= $1 }
      } reference: {
        $0[0] * $0[1]
      },
      GradientCase("/=", [[2, 5], [5]], from: .awayFromZero) {
        assigning($0) { $0 /= $1 }
      } reference: {
        $0[0] / $0[1]
      },
      GradientCase("*= 3", [[2, 5]]) {
        assigning($0 + $0) { left, _ in left *= 3 }
      } reference: {
        $0[0].map { 3 * $0 }
      },
    ])
  func assignments(_ example: GradientCase) { example.check() }

  private static func assigning(_ inputs: [Tensor], _ operation: (inout Tensor, Tensor) -> Void) -> Tensor {
    var left = inputs[0]
    operation(&left, inputs[1])
    return left
  }
}
