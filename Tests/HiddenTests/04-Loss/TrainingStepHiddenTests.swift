import ForwardDiffusion
import Learning
import Loss
import Tensors
import TestSupport
import Testing

@Suite("4.8 A step of training", .exercise("4.8"))
struct Hidden4_8 {
  @Test("Other inputs")
  func twoParameters() throws {
    let (a, b) = (Parameter(Tensor([2, -1])), Parameter(Tensor(3)))
    let optimizer = SGD([("a", a), ("b", b)], learningRate: 0.5)
    let loss = try trainingStep(optimizer) { (a.value * Tensor([1, 3])).sum() + b.value.squared() }.checked()
    #expect(loss == Tensor(8) && !loss.requiresGradient)
    #expect(a.value == Tensor([1.5, -2.5]) && b.value == Tensor(0))
  }

  @Test("Other sizes")
  func steps() throws {
    // The same steps as by hand.
    let (mine, theirs) = (Parameter(Tensor([1, 2, 3])), Parameter(Tensor([1, 2, 3])))
    let (first, second) = (
      Adam([("w", mine)], learningRate: 0.1), Adam([("w", theirs)], learningRate: 0.1)
    )
    for step in 0..<20 {
      let target = Tensor(repeating: Float(step), shape: [3])
      let found = trainingStep(first) { meanSquaredError(mine.value, target) }
      let loss = meanSquaredError(theirs.value, target)
      second.step(loss.gradients())
      #expect(try found.checked() == loss)
    }
    #expect(mine.value == theirs.value)
  }

  @Test("Edge cases")
  func recovers() throws {
    let weight = Parameter(Tensor(4))
    let optimizer = SGD([("w", weight)], learningRate: 0.25, momentum: 0.9)
    for factor in [Float.nan, 1, .infinity, 1] {
      let loss = trainingStep(optimizer) { weight.value * factor }
      #expect(loss.fault == nil && loss.item.isFinite == factor.isFinite)
    }
    // 4 − ¼ − ¼ · 1.9: the steps that were left out leave no momentum.
    #expect(weight.value == Tensor(4 - 0.25 - 0.475))
  }

  @Test("Together with other exercises")
  func denoising() throws {
    let schedule = NoiseSchedule(betas: [0.5, 0.5])
    let weight = Parameter(Tensor(0))
    let optimizer = Adam([("w", weight)], learningRate: 0.05)
    var generator = RandomGenerator(seed: 1)
    let losses = try (0..<200).map { _ in
      try trainingStep(optimizer) {
        noisePredictionLoss(.zeros([16, 4, 4, 1]), schedule: schedule, using: &generator) { xt, _ in
          xt * weight.value
        }
      }.checked().item
    }
    // With w = 0 the loss is the mean of 256 squares of normal numbers, 1 with the deviation √(2 / 256) = 0.088, so that more
    // than six deviations below it, 0.47, lies one of 500 million.
    #expect(losses[0] > 0.47)
    // The best w is (√½ + √¾) / (½ + ¾) = 1.2586. A step of Adam changes w by about its rate of 0.05, so 200 steps of which
    // 26 lead there leave it within 0.05. There the noise that is left is at most (1 − 1.2086 · √½)² = 0.0212 of it (with
    // 1.3086 · √¾ it is 0.0178), of a mean square below 1 + 6 · 0.088 but for one of 500 million: 0.033.
    #expect(abs(weight.value.item - 1.2586) < 0.05)
    #expect(losses[199] < 0.033)
  }

  @Test("Bad input")
  func faulty() {
    let weight = Parameter(Tensor(1))
    let optimizer = Adam([("w", weight)], learningRate: 0.1)
    let fault = Fault("shapes")
    let loss = trainingStep(optimizer) { weight.value + Tensor(fault: fault) }
    #expect(loss.fault == fault && weight.value == Tensor(1) && optimizer.state["steps"]?.scalars == [0, 0])
  }
}
