import Tensors

// Schedules that no student has seen, and what follows from their β: worked out here, so that no exercise is asked.

/// Independent β, evenly spread over a range.
public func randomBetas(_ timestepCount: Int, in range: Range<Double>, seed: UInt64) -> [Double] {
  var generator = RandomGenerator(seed: seed, stream: 40)
  return (0..<timestepCount).map { _ in
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(generator.uniform())
  }
}

/// ᾱ_t, multiplied up; 1 before the first timestep.
public func alphaBar(_ betas: [Double], _ t: Int) -> Double { betas.prefix(t + 1).reduce(1) { $0 * (1 - $1) } }

/// β̃_t.
public func betaTilde(_ betas: [Double], _ t: Int) -> Double {
  betas[t] * (1 - alphaBar(betas, t - 1)) / (1 - alphaBar(betas, t))
}
