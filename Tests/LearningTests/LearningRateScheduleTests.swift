import Learning
import Tensors
import Testing

@Suite("Learning-rate schedules")
struct LearningRateScheduleTests {
  private func isNear(_ value: Double?, _ expected: Double) -> Bool {
    // The rounding of a dozen operations in double precision.
    value.map { abs($0 - expected) <= 1e-14 } ?? false
  }

  /// The values of PyTorch's `OneCycleLR` with a maximum of 10⁻³.
  @Test(arguments: [
    (14070, 0.25, 0, 4e-5, 0.95), (14070, 0.25, 1000, 0.0002191469993380685, 0.9313388542356178),
    (14070, 0.25, 3516, 0.0009999999521116641, 0.8500000049883683),
    (14070, 0.25, 3517, 0.0009999999944605416, 0.8500000005539481),
    (14070, 0.25, 7000, 0.0007543711266861914, 0.8745629855833231), (14070, 0.25, 14069, 4e-9, 0.95),
    (10, 0.3, 1, 5.2e-4, 0.9), (10, 0.3, 2, 1e-3, 0.85), (10, 0.3, 5, 0.0006112620219362892, 0.8888739533021842),
    (2, 0.25, 0, 0.000750001, 0.875), (2, 0.25, 1, 4e-9, 0.95), (1, 0.25, 0, 4e-9, 0.95),
  ])
  func oneCycle(totalSteps: Int, fraction: Double, step: Int, rate: Double, momentum: Double) {
    let schedule = OneCycle(maximum: 1e-3, totalSteps: totalSteps, fractionRising: fraction)
    #expect(isNear(schedule.rate(at: step), rate), "the maximum is at the fractional step fraction · N − 1")
    #expect(isNear(schedule.momentum(at: step), momentum))
  }

  @Test func oneCycleHasAnswersEverywhere() {
    for totalSteps in [-1, 0, 1, 4, 8] {
      for fraction in [0, 0.25, 1] {
        let schedule = OneCycle(maximum: 1, totalSteps: totalSteps, fractionRising: fraction)
        for step in 0..<10 { #expect((4e-7...1).contains(schedule.rate(at: step)), "step \(step) of \(totalSteps)") }
      }
    }
  }

  @Test func warmupCosine() {
    let schedule = WarmupCosine(peak: 8, warmupSteps: 4, totalSteps: 12, floor: 2)
    #expect((0..<4).map(schedule.rate) == [2, 4, 6, 8], "the rise begins above 0 and ends at the peak")
    #expect(isNear(schedule.rate(at: 4), 8) && isNear(schedule.rate(at: 8), 5), "half way down is half way between")
    #expect(schedule.rate(at: 12) == 2 && schedule.rate(at: 100) == 2)
    #expect(schedule.momentum(at: 3) == nil)
    #expect(WarmupCosine(peak: 1, warmupSteps: 0, totalSteps: 0).rate(at: 0) == 0)
  }

  @Test func optimizersFollow() {
    let optimizer = Adam([("p", Parameter(Tensor([1])))], learningRate: 1)
    optimizer.follow(OneCycle(maximum: 1e-3, totalSteps: 10, fractionRising: 0.3), at: 2)
    #expect(isNear(optimizer.learningRate, 1e-3) && isNear(optimizer.beta1, 0.85), "momentum means β₁ here")
    optimizer.follow(ConstantRate(2e-4), at: 3)
    #expect(optimizer.learningRate == 2e-4 && isNear(optimizer.beta1, 0.85), "a constant rate leaves the momentum")
  }
}
