import Foundation

/// How the learning rate, and for some schedules the momentum, changes from step to step.
public protocol LearningRateSchedule: Sendable {
  /// The learning rate of a step, counted from 0.
  func rate(at step: Int) -> Double

  /// The momentum of a step; nil if the schedule leaves it as it is.
  func momentum(at step: Int) -> Double?
}

extension LearningRateSchedule {
  public func momentum(at step: Int) -> Double? { nil }
}

/// The same learning rate at every step.
public struct ConstantRate: LearningRateSchedule {
  private let rate: Double

  /// Makes a schedule of one learning rate.
  public init(_ rate: Double) { self.rate = rate }

  public func rate(at step: Int) -> Double { rate }
}

/// A linear rise to the peak, then half a cosine down.
///
/// Step s of the rise has the rate peak · (s + 1) / warmupSteps: no step is wasted on a rate of 0, and the last one of the
/// rise has the peak.
public struct WarmupCosine: LearningRateSchedule {
  private let peak: Double
  private let warmupSteps: Int
  private let totalSteps: Int
  private let floor: Double

  /// Makes a schedule that rises for `warmupSteps` and reaches `floor` at `totalSteps`, where it stays.
  public init(peak: Double, warmupSteps: Int, totalSteps: Int, floor: Double = 0) {
    self.peak = peak
    self.warmupSteps = warmupSteps
    self.totalSteps = totalSteps
    self.floor = floor
  }

  public func rate(at step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    guard step < totalSteps else { return floor }
    return cosine(from: peak, to: floor, Double(step - warmupSteps) / Double(totalSteps - warmupSteps))
  }
}

/// One cycle (Smith and Topin 2018): the learning rate goes up and then far down, and the momentum the other way, each by
/// half a cosine. The numbers are those of PyTorch's `OneCycleLR`.
public struct OneCycle: LearningRateSchedule {
  private let start: Double
  private let maximum: Double
  private let end: Double
  private let momentumRange: ClosedRange<Double>
  /// The step of the maximum, for PyTorch a fraction.
  private let summit: Double
  private let lastStep: Double

  /// Makes a schedule from maximum/divider up to the maximum and down to maximum/(divider · finalDivider).
  ///
  /// - Parameters:
  ///   - maximum: The highest learning rate.
  ///   - totalSteps: How many steps the cycle has; later ones are like its last.
  ///   - fractionRising: The part of the steps in which the rate rises, from 0 to 1.
  ///   - divider: How many times smaller than the maximum the first rate is.
  ///   - finalDivider: How many times smaller than the first rate the last one is.
  ///   - momentumRange: The momentum falls from its upper bound to the lower while the rate rises, and returns.
  public init(
    maximum: Double, totalSteps: Int, fractionRising: Double = 0.25, divider: Double = 25,
    finalDivider: Double = 1e4, momentumRange: ClosedRange<Double> = 0.85...0.95
  ) {
    start = maximum / divider
    self.maximum = maximum
    end = start / finalDivider
    self.momentumRange = momentumRange
    summit = fractionRising * Double(totalSteps) - 1
    lastStep = Double(totalSteps - 1)
  }

  public func rate(at step: Int) -> Double { value(at: step, start, maximum, end) }

  public func momentum(at step: Int) -> Double? {
    value(at: step, momentumRange.upperBound, momentumRange.lowerBound, momentumRange.upperBound)
  }

  private func value(at step: Int, _ start: Double, _ middle: Double, _ end: Double) -> Double {
    let step = Double(step)
    if step >= lastStep { return end }
    if step < summit { return cosine(from: start, to: middle, step / summit) }
    return cosine(from: middle, to: end, (step - summit) / (lastStep - summit))
  }
}

/// Half a cosine from `start`, at the progress 0, to `end`, at 1.
private func cosine(from start: Double, to end: Double, _ progress: Double) -> Double {
  end + (start - end) * (1 + cos(.pi * progress)) / 2
}
