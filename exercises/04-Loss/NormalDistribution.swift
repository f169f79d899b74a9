import RealModule

/// Φ(x), the probability that a standard normal number is at most x.
///
/// Written with erfc rather than erf, it keeps all its digits where it is small: Φ(−10) is 7.6e-24, and not 0.
public func standardNormalCDF(_ x: Double) -> Double { .erfc(-x / 2.0.squareRoot()) / 2 }

/// The probability that a standard normal number lies between two bounds, Φ(upper) − Φ(lower); either may be infinite.
///
/// In the upper tail both Φ round to 1 and their difference to nothing. So bounds above 0 are mirrored into the lower tail.
public func standardNormalMass(from lower: Double, to upper: Double) -> Double {
  lower > 0
    ? standardNormalCDF(-lower) - standardNormalCDF(-upper)
    : standardNormalCDF(upper) - standardNormalCDF(lower)
}
