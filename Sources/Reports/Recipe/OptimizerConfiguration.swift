import Learning

/// An optimizer and its settings.
public struct OptimizerConfiguration: Codable, Equatable, Sendable {
  /// The kinds of optimizers.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    case adam, adamW
  }

  /// Adam or AdamW.
  public var kind: Kind
  /// The learning rate, the highest one where it changes.
  public var learningRate: Double
  /// How much of the running mean of the gradient is kept.
  public var beta1: Double
  /// How much of the running mean of the squared gradient is kept.
  public var beta2: Double
  /// λ of AdamW, which shrinks every weight by the factor 1 − learning rate · λ before each step.
  public var weightDecay: Double

  /// Puts the parts together; without other numbers, those of PyTorch.
  public init(
    _ kind: Kind, learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, weightDecay: Double = 0.01
  ) {
    self.kind = kind
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = kind == .adamW ? weightDecay : 0
  }

  /// Makes the optimizer of parameters, usually a network's.
  public func makeOptimizer(of parameters: [(path: String, parameter: Parameter)]) -> Adam {
    switch kind {
    case .adam: Adam(parameters, learningRate: learningRate, beta1: beta1, beta2: beta2)
    case .adamW:
      AdamW(parameters, learningRate: learningRate, beta1: beta1, beta2: beta2, weightDecay: weightDecay)
    }
  }
}

/// How the learning rate changes from step to step.
public enum LearningRateConfiguration: Codable, Equatable, Sendable {
  /// Not at all.
  case constant
  /// A linear rise, then half a cosine down to 0.
  case warmupCosine(warmupSteps: Int)
  /// Up to the maximum in a quarter of the steps and far down, with the momentum the other way (PyTorch's `OneCycleLR` with
  /// `pct_start` 0.25).
  case oneCycle

  /// Makes the schedule for a training of that many steps, with `peak` as its highest rate.
  public func makeSchedule(peak: Double, steps: Int) -> any LearningRateSchedule {
    switch self {
    case .constant: ConstantRate(peak)
    case .warmupCosine(let warmupSteps): WarmupCosine(peak: peak, warmupSteps: warmupSteps, totalSteps: steps)
    case .oneCycle: OneCycle(maximum: peak, totalSteps: steps)
    }
  }
}

/// An exponential moving average of the weights.
public struct AverageConfiguration: Codable, Equatable, Sendable {
  /// How much of the average an update keeps, from 0 to 1.
  public var decay: Double
  /// The average is updated at every `interval`-th step, the first included.
  public var interval: Int
  /// Whether the first update replaces the average, so that it forgets the weights from which the network started.
  public var firstUpdateCopies: Bool

  /// Puts the parts together.
  public init(decay: Double, every interval: Int = 1, firstUpdateCopies: Bool = false) {
    self.decay = decay
    self.interval = interval
    self.firstUpdateCopies = firstUpdateCopies
  }
}
