import Learning
import Loss
import Tensors
import TestSupport
import Testing

/// An optimiser that only counts, and keeps what it is given.
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

  @Test("The optimiser gets the gradients of the loss, once")
  func gradients() throws {
    let witness = Witness()
    _ = trainingStep(witness, loss: loss)
    try #require(witness.received.count == 1, "the optimiser is to take one step, not \(witness.received.count)")
    let gradient = try #require(
      witness.received[0][weight],
      "the gradients are none of the parameter's: is the loss detached before it is asked for them?")
    #expect(gradient == Tensor([1, 4]), "the gradient of ½ Σ w² is w = [1, 4], not \(gradient)")
  }

  @Test("The parameters go downhill")
  func downhill() throws {
    let optimizer = SGD([("weight", weight)], learningRate: 0.25)
    let found = try trainingStep(optimizer, loss: loss).checked()
    expectClose(weight.value, Tensor([0.75, 3]), "w − ¼ · w", tolerance: 1e-6)
    #expect(
      found == Tensor(8.5),
      "the loss before the step is ½ (1 + 16) = 8.5, not \(found.item); after it, it is \(0.5 * (0.5625 + 9)): which one is returned?"
    )
    for _ in 0..<50 { _ = trainingStep(optimizer, loss: loss) }
    #expect(weight.value.scalars.allSatisfy { abs($0) < 1e-5 }, "50 steps later w is 0.75⁵¹ of what it was")
  }

  @Test("The loss is computed once: a second time would draw other noise")
  func once() {
    var calls = 0
    _ = trainingStep(Witness()) {
      calls += 1
      return loss()
    }
    #expect(calls == 1, "the loss was computed \(calls) times")
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
    #expect(!found.item.isFinite, "the loss is to be returned as it is, so that the caller can see it")
    #expect(
      weight.value == Tensor([1, 4]),
      "after a loss of \(factor) the parameters are \(weight.value): one NaN, and the training is lost")
    #expect(
      before.allSatisfy { optimizer.state[$0.key] == $0.value },
      "after a loss of \(factor) Adam remembers its gradient: the optimiser must not be asked")
    let witness = Witness()
    _ = trainingStep(witness) { loss() * factor }
    #expect(witness.received.isEmpty, "a loss of \(factor) is not finite, but the optimiser was asked")
  }

  @Test("A faulty loss is returned with its fault, and changes nothing")
  func faulty() {
    let (fault, witness) = (Fault("the network is unfinished"), Witness())
    let found = trainingStep(witness) { loss() + Tensor(fault: fault) }
    #expect(found.fault == fault, "the reason must reach the caller")
    #expect(witness.received.isEmpty, "the loss is faulty, not finite, but the optimiser was asked")
  }
}
