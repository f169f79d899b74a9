import Tensors

/// An endless supply of handwritten-looking digits, made on the spot: no download, and the same on every machine.
///
/// Each digit is written as a pen would, along one of several forms that people use for it, with a wobbling hand, a
/// slant, a width and a pressure of its own, and then sized and centered like the digits of MNIST: about 20 × 20 pixels,
/// with the center of mass in the middle of 28 × 28. Models and code for the one work for the other.
public struct SyntheticDigits: LabeledImages {
  /// Chooses the sequence of digits; sources with different seeds have nothing in common.
  public let seed: UInt64

  /// The digits of one `seed`.
  public init(seed: UInt64 = 0) { self.seed = seed }

  /// Nil: every integer is the index of a digit.
  public var count: Int? { nil }

  /// 28 × 28 pixels of one channel.
  public var imageShape: Shape { [28, 28, 1] }

  /// The ten digits.
  public var classNames: [String] { (0...9).map(String.init) }

  public func images(at indices: [Int]) -> (images: Tensor, labels: Labels) {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(indices.count * imageShape.elementCount)
    var labels: [Int] = []
    for index in indices {
      let digit = digit(at: index)
      pixels += digit.pixels
      labels.append(digit.label)
    }
    return (tensor(of: pixels, count: indices.count), .classes(labels))
  }

  public func labels(at indices: [Int]) -> Labels {
    .classes(
      indices.map { index in
        var generator = generator(at: index)
        return label(using: &generator)
      })
  }

  /// The stream of an index, from which everything random about its digit comes.
  private func generator(at index: Int) -> SplitMix64 {
    SplitMix64(seed: seed, index: UInt64(bitPattern: Int64(index)))
  }

  /// What is written, which is the first thing that a digit's stream decides.
  private func label(using generator: inout SplitMix64) -> Int { generator.integer(below: 10) }

  private func digit(at index: Int) -> (pixels: [UInt8], label: Int) {
    var generator = generator(at: index)
    let label = label(using: &generator)
    var writer = Writer(generator: generator)
    var (path, radii) = writer.write(label)
    let side = imageShape[0]
    let trial = path.rasterized(radii: radii, side: side)
    // MNIST puts the center of mass on the center of pixel 14, half a pixel below and right of the middle.
    let shift = Point(14, 14) - centerOfMass(of: trial, side: side)
    for vertex in path.vertices.indices { path.vertices[vertex] += shift }
    return (path.rasterized(radii: radii, side: side), label)
  }

  private func centerOfMass(of pixels: [UInt8], side: Int) -> Point {
    var mass = 0
    var moments = SIMD2<Int>.zero
    for row in 0..<side {
      for column in 0..<side {
        let ink = Int(pixels[row * side + column])
        mass += ink
        moments &+= SIMD2(column, row) &* ink
      }
    }
    return Point(Float(moments.x), Float(moments.y)) / Float(mass)
  }
}
