import Foundation
import Tensors
import TestSupport
import Testing

/// Losses against the formulas that a textbook writes down.
@Suite("Gradients of losses")
struct LossGradientTests {
  @Test(
    "Losses",
    arguments: [
      GradientCase("meanSquaredError", [[2, 3, 4, 5], [2, 3, 4, 5]]) {
        meanSquaredError($0[0], $0[1])
      } reference: {
        $0[0].combined(with: $0[1]) { ($0 - $1) * ($0 - $1) }.mean
      },
      GradientCase("binaryCrossEntropy", [[3, 7], [3, 7]], from: .within(0.05...0.95)) {
        binaryCrossEntropy(logits: $0[0], targets: $0[1])
      } reference: {
        $0[0].combined(with: $0[1]) { x, target in
          let p = 1 / (1 + exp(-x))
          return -(target * log(p) + (1 - target) * log(1 - p))
        }.mean
      },
      GradientCase("crossEntropy", [[4, 5]]) {
        crossEntropy(logits: $0[0], labels: [3, 0, 4, 0])
      } reference: { inputs in
        let p = NaiveKernels.softmax(inputs[0].elements, width: 5)
        return DoubleArray(-[3, 0, 4, 0].enumerated().reduce(0) { $0 + log(p[$1.0 * 5 + $1.1]) } / 4)
      },
    ])
  func losses(_ example: GradientCase) { example.check() }

  @Test("Confident logits do not overflow")
  func largeLogits() {
    let logits = Tensor([1000, -1000, 1000, -1000])
    let targets = Tensor([1, 0, 0, 1])
    // Two are right and cost nothing, two are wrong and cost 1000 each.
    #expect(binaryCrossEntropy(logits: logits, targets: targets).item == 500)
    #expect(crossEntropy(logits: Tensor([1000, -1000], shape: [1, 2]), labels: [1]).item == 2000)
  }
}
