import Tensors

/// A convolution that the public tests do not try.
struct HiddenCase: Sendable, CustomStringConvertible {
  let image, weight: Shape
  let stride, padding: Int

  /// One pixel, single rows and columns, strides above the kernel, margins as wide as the kernel, and outputs around
  /// multiples of eight.
  static let all = [
    Self(image: [1, 1, 1, 1], weight: [1, 1, 1, 1], stride: 1, padding: 0),
    Self(image: [2, 3, 9, 5], weight: [3, 1, 5, 2], stride: 1, padding: 1),
    Self(image: [4, 6, 6, 1], weight: [2, 2, 1, 6], stride: 2, padding: 0),
    Self(image: [1, 12, 3, 2], weight: [5, 3, 2, 9], stride: 4, padding: 1),
    Self(image: [2, 4, 4, 3], weight: [4, 4, 3, 17], stride: 1, padding: 3),
    Self(image: [1, 7, 8, 4], weight: [3, 2, 4, 8], stride: 5, padding: 2),
  ]

  var description: String { "images \(image), weight \(weight), stride \(stride), padding \(padding)" }

  /// Standard normal images and weight, and a generator to draw more with.
  func draw(seed: UInt64) -> (x: Tensor, weight: Tensor, generator: RandomGenerator) {
    var generator = RandomGenerator(seed: seed)
    let x = Tensor.normal(image, using: &generator)
    return (x, .normal(weight, using: &generator), generator)
  }
}

/// Two ways to add the same products in Float. The longest sums have 4 · 4 · 17 = 272 products of random sign, whose roundings
/// wander: √272 · 6e-8 = 1e-6 of their size, and that is up to ten times the size of the largest sum.
let hiddenTolerance: Float = 2e-5
