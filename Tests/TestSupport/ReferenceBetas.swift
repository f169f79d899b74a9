import RealModule

// Schedules for tests that are not about schedules: written here, so that a chapter's tests do not depend on the answers of
// the chapter about them.

/// β from 1e-4 to 0.02 in even steps: the linear schedule of Ho et al. 2020.
public func referenceLinearBetas(_ timestepCount: Int) -> [Double] {
  (0..<timestepCount).map {
    let way = Double($0) / Double(max(timestepCount - 1, 1))
    return (1 - way) * 1e-4 + way * 0.02
  }
}

/// The squared cosine schedule of Nichol and Dhariwal 2021, no β above 0.999.
public func referenceCosineBetas(_ timestepCount: Int) -> [Double] {
  // The cosine of an angle is the sine of what is missing to a right one.
  let signal = (0...timestepCount).map { Double.sin(.pi / 2.016 * (1 - Double($0) / Double(timestepCount))) }.map {
    $0 * $0
  }
  return (0..<timestepCount).map { min(1 - signal[$0 + 1] / signal[$0], 0.999) }
}

/// ᾱ_t, multiplied up; 1 before the first timestep.
public func alphaBar(_ betas: [Double], _ t: Int) -> Double { betas.prefix(t + 1).reduce(1) { $0 * (1 - $1) } }

/// β̃_t.
public func betaTilde(_ betas: [Double], _ t: Int) -> Double {
  betas[t] * (1 - alphaBar(betas, t - 1)) / (1 - alphaBar(betas, t))
}
