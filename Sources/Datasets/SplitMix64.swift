/// A small, fast random generator with 64 bits of state.
///
/// Its output is a mixed counter, so that neighboring seeds give unrelated streams: that is what makes it fit for one
/// short stream per image. Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  /// The stream for one `index` (of an image, of an epoch) under a `seed`.
  init(seed: UInt64, index: UInt64) {
    // Both are mixed before they meet: seed 1, index 0 and seed 0, index 1 have nothing in common.
    state = Self.mix(Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ index)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A bijection of 64 bits in which every input bit changes about half of the output bits.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension RandomNumberGenerator {
  /// A number from `range`, every one as likely. Unlike the library's own this never changes with the library.
  mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * (Float(next() >> 40) * 0x1p-24)
  }

  /// An integer from 0 to one less than `bound`, which is at least 1.
  mutating func integer(below bound: Int) -> Int {
    // The high word of the product; the bias is below bound / 2⁶⁴.
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number with mean 0 and variance 1 whose distribution looks like a bell but ends at ±3.5.
  ///
  /// The sum of four uniform numbers, each of variance 1/12: no hand slips by ten standard deviations.
  mutating func bell() -> Float {
    let bits = next()
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48)
    return (Float(sum) * 0x1p-16 - 2) * 1.732_050_8
  }
}
