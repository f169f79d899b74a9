import Learning
import Tensors
import Testing

/// A parameter alone in the list of an optimizer.
private func named(_ parameter: Parameter) -> [(path: String, parameter: Parameter)] { [("p", parameter)] }

extension Parameter {
  /// Gradients in which this parameter has the given one: those of `gradient · self`.
  fileprivate func gradients(_ gradient: [Float]) -> Gradients { value.gradients(from: Tensor(gradient)) }
}

@Suite("Optimizers")
struct OptimizerTests {
  /// On half a square, where the gradient is the value itself, every number here is a float, so that nothing is rounded.
  @Test func sgdHalvesASquare() {
    let parameter = Parameter(Tensor([1, -8]))
    let optimizer = SGD(named(parameter), learningRate: 0.5)
    for step in 1...10 {
      optimizer.step(parameter.gradients(parameter.value.scalars))
      let factor = Float(sign: .plus, exponent: -step, significand: 1)
      #expect(parameter.value == Tensor([factor, -8 * factor]))
    }
  }

  /// With μ = η = ¼ the recurrence x″ = (1 + μ − η) x′ − μ x has the double root ½, and so the solution (1 + n/2) / 2ⁿ.
  @Test func momentumIsCriticallyDamped() {
    let parameter = Parameter(Tensor([1]))
    let optimizer = SGD(named(parameter), learningRate: 0.25, momentum: 0.25)
    for step in 1...10 {
      optimizer.step(parameter.gradients(parameter.value.scalars))
      let expected = (1 + Float(step) / 2) * Float(sign: .plus, exponent: -step, significand: 1)
      #expect(parameter.value == Tensor([expected]), "m ← μ m + g, without 1 − μ")
    }
  }

  /// Early Adam steps are as long as the learning rate, whatever the size of the gradient.
  @Test func adamsFirstStepIsTheLearningRate() {
    let parameter = Parameter(Tensor([0, 0, 0]))
    let optimizer = Adam(named(parameter), learningRate: 0.125)
    optimizer.step(parameter.gradients([1e-3, -4, 0]))
    // ε = 10⁻⁸ beside the gradient 10⁻³ makes 10⁻⁵ of the step.
    for (value, expected) in zip(parameter.value.scalars, [-0.125, 0.125, 0] as [Float]) {
      #expect(abs(value - expected) <= 0.125 * 1.5e-5, "the running means are corrected for their start at 0")
    }
  }

  @Test func decoupledDecayShrinks() {
    let parameter = Parameter(Tensor([8, -4]))
    AdamW(named(parameter), learningRate: 0.5, weightDecay: 0.25).step(parameter.gradients([0, 0]))
    #expect(parameter.value == Tensor([7, -3.5]), "θ (1 − ηλ), not through the running means")
    let plain = Parameter(Tensor([8, -4]))
    Adam(named(plain), learningRate: 0.5).step(plain.gradients([0, 0]))
    #expect(plain.value == Tensor([8, -4]))
  }

  /// Six steps with the gradient 3θ + k − 2, computed by PyTorch 2 from (1, −2, ½). A step rounds by about an ulp, and
  /// six by 10⁻⁶.
  @Test(arguments: [
    ("SGD", [-1.4800147, 0.4883801, -1.1519489] as [Float]),
    ("Adam", [0.41012394, -1.4355156, 0.25116324]),
    ("AdamW", [0.7334285, -1.7021652, 0.48628873]),
  ])
  func pytorch(kind: String, expected: [Float]) {
    let parameter = Parameter(Tensor([1, -2, 0.5]))
    let optimizer: any Optimizer =
      switch kind {
      case "SGD": SGD(named(parameter), learningRate: 0.1, momentum: 0.9, weightDecay: 0.05)
      case "Adam": Adam(named(parameter), learningRate: 0.1)
      default: AdamW(named(parameter), learningRate: 0.1, weightDecay: 0.2)
      }
    for step in 0..<6 {
      if kind == "AdamW" {
        optimizer.learningRate = 0.1 / Double(step + 1)
        optimizer.momentum = 0.95 - 0.02 * Double(step)
      }
      optimizer.step(parameter.gradients(parameter.value.scalars.map { 3 * $0 + Float(step - 2) }))
    }
    for (value, expected) in zip(parameter.value.scalars, expected) {
      #expect(abs(value - expected) <= 2e-6, "\(kind): \(value) instead of \(expected)")
    }
  }

  @Test func aParameterWithoutGradientWaits() {
    let (used, unused) = (Parameter(Tensor([1])), Parameter(Tensor([1])))
    let optimizer = AdamW([("used", used), ("unused", unused)], learningRate: 0.125)
    for _ in 0..<5 { optimizer.step(used.gradients([1])) }
    #expect(unused.value == Tensor([1]), "without a gradient there is no decay either")
    optimizer.step(unused.gradients([1]))
    // The first step is −η after the decay by 1 − 0.125 · 0.01; ε and roundings are below 10⁻⁷.
    #expect(abs(unused.value.item - (1 - 0.00125 - 0.125)) < 3e-7, "each parameter counts its own steps")
  }

  @Test func aFaultyGradientIsNotLost() {
    let parameter = Parameter(Tensor([1, 2]))
    let optimizer = Adam(named(parameter), learningRate: 0.1)
    optimizer.step(parameter.value.gradients(from: Tensor(fault: Fault("not written yet"))))
    #expect(parameter.value.fault?.reason == "not written yet")
    let other = Parameter(Tensor([1, 2]))
    SGD(named(other), learningRate: 0.1).step(other.gradients([1, 2, 3]))
    #expect(other.value.fault != nil, "a gradient of another shape is no gradient")
  }

  @Test(arguments: ["SGD", "Adam"])
  func resumingGivesTheSameBits(kind: String) throws {
    func optimizer(_ parameter: Parameter) -> any Optimizer {
      kind == "SGD"
        ? SGD(named(parameter), learningRate: 0.01, momentum: 0.9)
        : AdamW(named(parameter), learningRate: 0.01)
    }
    func advance(_ optimizer: some Optimizer, _ parameter: Parameter, _ steps: Range<Int>) {
      for step in steps {
        optimizer.step(parameter.gradients(parameter.value.scalars.map { $0 * 1.7 - Float(step) / 3 }))
      }
    }
    let unbroken = Parameter(Tensor([0.1, -0.7, 1.3]))
    advance(optimizer(unbroken), unbroken, 0..<10)

    let (first, second) = (Parameter(Tensor([0.1, -0.7, 1.3])), Parameter(.zeros([3])))
    let before = optimizer(first)
    advance(before, first, 0..<5)
    second.value = first.value
    let after = optimizer(second)
    try after.load(before.state)
    advance(after, second, 5..<10)
    #expect(second.value == unbroken.value, "the state must hold everything that a step depends on")
  }

  /// 2²⁴ + 1 is the first whole number that is no Float. The bias corrections are 1 long before, so that the count can only
  /// be read in the state.
  @Test(arguments: [0, 1, 1 << 24 - 1, 1 << 24, 1 << 24 + 1, 3 << 24 + 7_777_777])
  func largeStepCountsAreExact(count: Int) throws {
    let parameter = Parameter(Tensor([1]))
    let optimizer = Adam(named(parameter), learningRate: 0.1)
    var state = optimizer.state
    state["steps"] = Tensor([Float(count >> 24), Float(count & 0xFF_FFFF)], shape: [1, 2])
    try optimizer.load(state)
    for step in 1...3 {
      optimizer.step(parameter.gradients([1]))
      let steps = try #require(optimizer.state["steps"]).scalars.map { Int($0) }
      #expect(steps[0] << 24 + steps[1] == count + step, "the state holds \(steps) after step \(count) + \(step)")
    }
  }

  @Test func stepCountsOfOldCheckpointsAreRead() throws {
    let (first, second) = (Parameter(Tensor([1])), Parameter(Tensor([1])))
    let optimizer = Adam([("a", first), ("b", second)], learningRate: 0.1)
    var state = optimizer.state
    state["steps"] = Tensor([5, 16_777_216])
    try optimizer.load(state)
    #expect(optimizer.state["steps"] == Tensor([0, 5, 1, 0], shape: [2, 2]))
  }

  @Test(
    arguments: [
      [-1], [0.5], [.nan], [.infinity], [0, -1], [-1, 0], [0.5, 0], [0, 0.5], [0, .nan], [.infinity, 0],
      [0, 33_554_432],
    ] as [[Float]])
  func senselessStepCountsAreRefused(steps: [Float]) {
    let parameter = Parameter(Tensor([1]))
    let optimizer = Adam(named(parameter), learningRate: 0.1)
    var state = optimizer.state
    state["steps"] = Tensor(steps, shape: steps.count == 1 ? [1] : [1, 2])
    #expect(throws: StateMismatch.self) { try optimizer.load(state) }
  }
}
