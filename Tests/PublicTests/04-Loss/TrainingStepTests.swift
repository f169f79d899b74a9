import Learning
import Loss
import Tensors
import TestSupport
import Testing

/// An optimizer that only counts, and keeps what it is given.
private final class Witness: Optimizer {
  var learningRate = 0.0
  var momentum = 0.0
  var state: [String: Tensor] { [:] }
  var received: [Gradients] = []
  func load(_ state: [String: Tensor]) {}
  func step(_ gradients: Gradients) { received.append(gradients) }
}

/// Loss, gradients, step.
@Suite("4.8 A step of training", .exercise("4.8"))
struct Exercise4_8 {
  private let weight = Parameter(Tensor([1, 4]))

  /// ½ Σ w², whose gradient is w.
  private func loss() -> Tensor { weight.value.squared().sum() / 2 }

  @Test("The optimizer gets the gradients of the loss, once")
  func gradients() throws {
    let witness = Witness()
    _ = trainingStep(witness, loss: loss)
    try #require(
      witness.received.count == 1, "the optimizer takes one step: yours takes \(witness.received.count) instead of 1")
    let gradient = try #require(
      witness.received[0][weight],
      "the optimizer is handed gradients of which none is the parameter's, as if the loss had been detached before it was asked for them"
    )
    // The gradient of exact numbers is exact.
    expectClose(
      gradient, Tensor([1, 4]), "the gradient of ½ Σ w², which is w", tolerance: 1e-6,
      mistakes: [
        "its sign is wrong; the optimizer goes against the gradient by itself": Tensor([-1, -4])
      ])
  }

  @Test("The parameters go downhill")
  func downhill() throws {
    let optimizer = SGD([("weight", weight)], learningRate: 0.25)
    let witness = Witness()
    _ = trainingStep(witness, loss: loss)
    let still =
      witness.received.isEmpty
      ? "nothing has changed: the optimizer must be asked for a step"
      : witness.received[0][weight] == nil
        ? "nothing has changed: the optimizer was asked for a step, but among the gradients there was none of w"
        : "nothing has changed: the optimizer was asked for a step, but the gradient of w did not reach it"
    // Exact but for a product and a difference.
    let found = try trainingStep(optimizer, loss: loss).checked()
    expectClose(
      weight.value, Tensor([0.75, 3]), "w − ¼ · w, after a step with the rate ¼", tolerance: 1e-6,
      mistakes: [
        still: Tensor([1, 4]),
        "the step leads uphill": Tensor([1.25, 5]),
        "two steps were taken": Tensor([0.5625, 2.25]),
      ])
    try #require(found.shape == [], "the loss is a scalar: yours has the shape \(found.shape) instead of []")
    #expect(
      found == Tensor(8.5),
      likelyMistake(
        Double(found.item), insteadOf: 8.5,
        ["this is the loss after the step; that before it is asked for": 0.5 * (0.5625 + 9)],
        otherwise: "the loss of w = [1, 4], before the step, is ½ (1 + 16)"))
    for _ in 0..<50 { _ = trainingStep(optimizer, loss: loss) }
    let largest = weight.value.scalars.map(abs).reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    // 4 · 0.75⁵¹ = 1.7e-6.
    #expect(
      largest < 1e-5,
      likelyMistake(
        Double(largest), insteadOf: 1.7e-6, [:],
        otherwise: "50 steps later the larger part of w is 0.75⁵¹ of what it was"))
  }

  @Test("The loss is computed once: a second time would draw other noise")
  func once() {
    var calls = 0
    _ = trainingStep(Witness()) {
      calls += 1
      return loss()
    }
    #expect(calls == 1, "the loss is computed once: yours is computed \(calls) times instead")
  }

  @Test("What is returned does not hold on to how it was computed")
  func record() throws {
    let found = try trainingStep(Witness(), loss: loss).checked()
    #expect(
      !found.requiresGradient,
      "the loss still has its record, with everything that the network computed: a list of losses would fill the memory"
    )
  }

  @Test("A loss that is no finite number changes nothing", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(factor: Float) {
    let optimizer = Adam([("weight", weight)], learningRate: 0.1)
    let before = optimizer.state
    let found = trainingStep(optimizer) { loss() * factor }
    #expect(
      !found.item.isFinite,
      "a loss of \(factor) is returned as it is, so that the caller can see it: yours is \(found.item) instead")
    #expect(
      !found.requiresGradient,
      "a loss of \(factor) too is returned without its record: `detached`, on every way out")
    #expect(
      weight.value == Tensor([1, 4]),
      "after a loss of \(factor) the parameters must be as before: yours are \(weight.value.scalars) instead of [1, 4]")
    #expect(
      before.allSatisfy { optimizer.state[$0.key] == $0.value },
      "after a loss of \(factor) Adam's memory has changed: the optimizer must not be asked")
    let witness = Witness()
    _ = trainingStep(witness) { loss() * factor }
    #expect(witness.received.isEmpty, "a loss of \(factor) is not finite, but the optimizer was asked")
  }

  @Test("A faulty loss is returned with its fault, and changes nothing")
  func faulty() {
    let (fault, witness) = (Fault("the network is unfinished"), Witness())
    let found = trainingStep(witness) { loss() + Tensor(fault: fault) }
    #expect(
      found.fault == fault,
      "a faulty loss is returned with its fault: yours has \(found.fault?.reason ?? "none") instead of \(fault.reason)")
    #expect(witness.received.isEmpty, "the loss is faulty, not finite, but the optimizer was asked")
  }
}
