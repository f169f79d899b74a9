import Learning
import Tensors
import Testing

/// Decays are sums of few powers of two here, so that the closed forms are exact.
@Suite("Exponential moving average")
struct ExponentialMovingAverageTests {
  private final class Model: Layer {
    let norm = BatchNorm2d(channels: 1)

    func set(_ value: Float) {
      norm.scale.value = Tensor([value])
      norm.runningMean.value = Tensor([-value])
    }
  }

  @Test func averagesParametersAndRunningStatistics() {
    let model = Model()
    model.set(16)
    let average = ExponentialMovingAverage(decay: 0.75, of: model)
    model.set(0)
    for step in 0..<2 { average.update(from: model, step: step) }
    #expect(average.state["norm.scale"] == Tensor([9]), "16 · 0.75²: it starts from the first weights")
    #expect(average.state["norm.runningMean"] == Tensor([-9]), "running statistics are averaged as well")
    model.set(5)
    average.update(from: model, step: 2)
    #expect(average.state["norm.scale"] == Tensor([8]), "0.75 · 9 + 0.25 · 5")
  }

  @Test func theFirstUpdateMayCopy() {
    let model = Model()
    model.set(16)
    let average = ExponentialMovingAverage(decay: 0.75, of: model, every: 10, firstUpdateCopies: true)
    model.set(4)
    average.update(from: model, step: 0)
    #expect(average.state["norm.scale"] == Tensor([4]), "the first update is at step 0 and forgets the first weights")
    model.set(8)
    for step in 1..<10 { average.update(from: model, step: step) }
    #expect(average.state["norm.scale"] == Tensor([4]), "the steps between are not averaged in")
    average.update(from: model, step: 10)
    #expect(average.state["norm.scale"] == Tensor([5]))
  }

  @Test func itCanBeGivenToAModelAndResumed() throws {
    let (model, other) = (Model(), Model())
    model.set(3)
    let average = ExponentialMovingAverage(decay: 0.5, of: model)
    try average.copy(to: other)
    #expect(other.state == model.state)
    other.set(1)
    #expect(average.state["norm.scale"] == Tensor([3]), "the average must not be the model's own tensors")

    let resumed = ExponentialMovingAverage(decay: 0.5, of: other)
    try resumed.load(average.state)
    #expect(resumed.state == average.state)
    #expect(throws: StateMismatch.self) { try resumed.load([:]) }
    #expect(throws: StateMismatch.self) { try average.copy(to: LayerNorm(width: 1)) }
  }
}
