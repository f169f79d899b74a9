import Foundation

/// A source of random numbers that computes its n-th number from the seed and n alone: Philox 4×32-10.
///
/// Because no number depends on the one before, a tensor is filled by all threads at once with the same bits as by one,
/// and a generator is saved by saving four numbers. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
/// (2011).
public struct RandomGenerator: RandomNumberGenerator, Sendable, Codable, Equatable {
  private let seed: UInt64
  private let stream: UInt64
  /// Blocks of four numbers used so far.
  private var block: UInt64 = 0
  /// Whether the second half of the last block is still to be used.
  private var hasHalf = false

  /// A generator; generators of different seeds or streams are independent of each other.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    if hasHalf {
      hasHalf = false
      let words = Self.philox(counter: block &- 1, stream: stream, key: seed)
      return UInt64(words.2) | UInt64(words.3) << 32
    }
    let words = Self.philox(counter: block, stream: stream, key: seed)
    block &+= 1
    hasHalf = true
    return UInt64(words.0) | UInt64(words.1) << 32
  }

  /// A number from [0, 1), a multiple of 2⁻²⁴.
  public mutating func uniform() -> Float { Self.uniform(UInt32(truncatingIfNeeded: next())) }

  /// A number from the standard normal distribution.
  public mutating func normal() -> Float {
    let bits = next()
    return Self.normals(UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32)).0
  }

  /// A whole number from 0 up to, but not including, `bound`; 0 where the bound is not positive.
  ///
  /// Every number is equally likely: the upper half of `bound` times 64 random bits, which are drawn again where the lower
  /// half shows them to be among the 2⁶⁴ mod `bound` that would be too many (Lemire 2019). These are also the numbers of
  /// Swift 6's `Int.random(in:using:)`, whose algorithm another version may change.
  public mutating func integer(below bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let rejected = (0 &- bound) % bound
      while product.low < rejected { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// The numbers from 0 to `count` − 1 in random order: each place in turn gets one of those that are left (Fisher and
  /// Yates), as in Swift 6's `shuffled(using:)`.
  public mutating func permutation(of count: Int) -> [Int] {
    var numbers = Array(0..<Swift.max(count, 0))
    for place in numbers.indices.dropLast() {
      numbers.swapAt(place, place + integer(below: numbers.count - place))
    }
    return numbers
  }

  /// A new generator, independent of this one and of those split off before.
  public mutating func split() -> RandomGenerator { RandomGenerator(seed: next(), stream: next()) }

  // MARK: Filling tensors

  /// Takes `count` whole blocks and returns the first one's number.
  mutating func reserve(blocks count: Int) -> UInt64 {
    let first = block
    block &+= UInt64(count)
    hasHalf = false
    return first
  }

  /// Fills a buffer with functions of the generator's words, four numbers a block.
  mutating func fill(
    _ buffer: Buffer, with four: @escaping @Sendable (UInt32, UInt32, UInt32, UInt32) -> (Float, Float, Float, Float)
  ) {
    let blocks = (buffer.count + 3) / 4
    let first = reserve(blocks: blocks)
    let atOnce = 2048
    parallel((blocks + atOnce - 1) / atOnce) { [seed, stream] part in
      for index in (part * atOnce)..<Swift.min(blocks, (part + 1) * atOnce) {
        let words = Self.philox(counter: first &+ UInt64(index), stream: stream, key: seed)
        let values = four(words.0, words.1, words.2, words.3)
        // A buffer's block is a multiple of sixteen numbers long: the last four may run past the end.
        buffer.base[4 * index] = values.0
        buffer.base[4 * index + 1] = values.1
        buffer.base[4 * index + 2] = values.2
        buffer.base[4 * index + 3] = values.3
      }
    }
  }

  static func uniform(_ bits: UInt32) -> Float { Float(bits >> 8) * 0x1p-24 }

  /// Two independent normal numbers from two words: Box and Muller's transform of a uniform radius in (0, 1] and angle.
  static func normals(_ first: UInt32, _ second: UInt32) -> (Float, Float) {
    let radius = (-2 * log((Float(first >> 8) + 1) * 0x1p-24)).squareRoot()
    let angle = 2 * Float.pi * uniform(second)
    return (radius * cos(angle), radius * sin(angle))
  }

  /// The block of four words that belongs to a counter: ten rounds of two multiplications each.
  package static func philox(counter: UInt64, stream: UInt64, key: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c0, c1) = (UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32))
    var (c2, c3) = (UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      let first = UInt64(c0) * 0xD251_1F53
      let second = UInt64(c2) * 0xCD9E_8D57
      c0 = UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: second)
      c2 = UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: first)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (c0, c1, c2, c3)
  }
}

extension Tensor {
  /// A tensor of numbers drawn evenly from a range.
  public static func uniform(
    _ shape: Shape, in range: Range<Float> = 0..<1, using generator: inout RandomGenerator
  ) -> Tensor {
    let (low, width) = (range.lowerBound, range.upperBound - range.lowerBound)
    // The sum may round up to the upper bound, which does not belong to the range.
    let highest = Swift.max(low, range.upperBound.nextDown)
    let number = { @Sendable in Swift.min(low + width * RandomGenerator.uniform($0), highest) }
    return filled(shape, using: &generator) { (number($0), number($1), number($2), number($3)) }
  }

  /// A tensor of numbers drawn from the standard normal distribution.
  public static func normal(_ shape: Shape, using generator: inout RandomGenerator) -> Tensor {
    filled(shape, using: &generator) { a, b, c, d in
      let (first, second) = RandomGenerator.normals(a, b)
      let (third, fourth) = RandomGenerator.normals(c, d)
      return (first, second, third, fourth)
    }
  }

  private static func filled(
    _ shape: Shape, using generator: inout RandomGenerator,
    _ four: @escaping @Sendable (UInt32, UInt32, UInt32, UInt32) -> (Float, Float, Float, Float)
  ) -> Tensor {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      return Tensor(fault: Fault("a shape has no negative extents, but \(shape) does"))
    }
    let buffer = Buffer(uninitialized: shape.elementCount)
    generator.fill(buffer, with: four)
    return Tensor(shape, buffer)
  }
}
