/// The mean and the variance (divisor n − 1) of some numbers, in Double; NaN where there are fewer than two.
///
/// Normal numbers of variance σ² have a sample mean with a standard deviation of σ / √n, and a sample variance with one of
/// σ²·√(2 / (n − 1)). A normal number is more than 5 standard deviations off in one of 1.7 million cases, more than 6 in
/// one of 500 million.
public func meanAndVariance(_ numbers: [Float]) -> (mean: Double, variance: Double) {
  let count = Double(numbers.count)
  guard count > 1 else { return (.nan, .nan) }
  let mean = numbers.reduce(0) { $0 + Double($1) } / count
  let squares = numbers.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
  return (mean, squares / (count - 1))
}

/// Whether two numbers differ by at most `tolerance` times the larger magnitude; false for NaN, and for an infinity beside
/// anything but itself.
public func agree(_ a: Double, _ b: Double, relative tolerance: Double) -> Bool {
  // Of an infinity every number would be within any part.
  guard a.isFinite, b.isFinite else { return a == b }
  return abs(a - b) <= tolerance * max(abs(a), abs(b))
}
