/// A batch normalization that is worked out: the normalized x is x · factor + offset, with one of each for each channel.
///
/// It makes the passes of a group normalization, on blocks of pixels instead of images; what they add up is added in Double
/// in the order of the blocks, whose size depends on the channels alone.
struct BatchNormalization: Sendable {
  // Of each channel.
  let mean: Buffer
  /// Of the population, without ε.
  let variance: Buffer
  private let inverseDeviation: Buffer
  private let factor: Buffer
  private let offset: Buffer

  private var channels: Int { mean.count }

  /// Works it out for channels-last numbers.
  init(of x: Buffer, channels: Int, scale: Buffer, shift: Buffer, epsilon: Float) {
    mean = Buffer(uninitialized: channels)
    variance = Buffer(uninitialized: channels)
    inverseDeviation = Buffer(uninitialized: channels)
    factor = Buffer(uninitialized: channels)
    offset = Buffer(uninitialized: channels)
    let blocks = Blocks(count: x.count, channels: channels)
    let (first, second) = (blocks.zeros(), blocks.zeros())
    blocks.visit { block, part, place in
      NormalizationKernels.SampleSums(x: x.base + place, sums: first.base + block * channels).run(over: part)
    }
    let sampled = Double(blocks.sum { NormalizationKernels.SampleSums.pixels(of: $0) })
    for channel in 0..<channels { mean.base[channel] = Float(blocks.total(first, channel) / sampled) }

    // Squares are of differences from this rough mean, whose own error their sum tells, as in group normalization.
    first.base.update(repeating: 0, count: first.count)
    blocks.visit { [mean] block, part, place in
      NormalizationKernels.Differences(
        x: x.base + place, mean: mean.base, sums: first.base + block * channels, squares: second.base + block * channels
      ).run(over: part)
    }
    let count = Double(blocks.pixels)
    for channel in 0..<channels {
      let correction = blocks.total(first, channel) / count
      let exactMean = Double(mean.base[channel]) + correction
      let exactVariance = Swift.max(blocks.total(second, channel) / count - correction * correction, 0)
      let inverse = 1 / (exactVariance + Double(epsilon)).squareRoot()
      (mean.base[channel], variance.base[channel]) = (Float(exactMean), Float(exactVariance))
      inverseDeviation.base[channel] = Float(inverse)
      factor.base[channel] = Float(inverse * Double(scale.base[channel]))
      // From the factor as it was rounded: where x is the mean, both cancel.
      offset.base[channel] = Float(Double(shift.base[channel]) - exactMean * Double(factor.base[channel]))
    }
  }

  /// The normalized numbers.
  func applied(to x: Buffer) -> Buffer {
    let y = Buffer(uninitialized: x.count)
    Self.scale(x, factor: factor, offset: offset, into: y)
    return y
  }

  /// y = x · factor + offset, with one of each for each channel.
  static func scale(_ x: Buffer, factor: Buffer, offset: Buffer, into y: Buffer) {
    Blocks(count: x.count, channels: factor.count).visit { _, part, place in
      NormalizationKernels.Normalized(x: x.base + place, factor: factor.base, offset: offset.base, y: y.base + place)
        .run(over: part)
    }
  }

  /// With x̂ = (x − μ) / √(σ² + ε): dscale = Σ dy · x̂ and dshift = Σ dy, and
  /// dx = (dy − mean(dy) − x̂ · mean(dy · x̂)) · scale / √(σ² + ε).
  func gradients(_ x: Buffer, _ dy: Buffer) -> (x: Buffer, scale: Buffer, shift: Buffer) {
    let blocks = Blocks(count: x.count, channels: channels)
    let (sums, products) = (blocks.zeros(), blocks.zeros())
    blocks.visit { block, part, place in
      NormalizationKernels.Products(
        x: x.base + place, h: dy.base + place, mean: mean.base, sums: sums.base + block * channels,
        products: products.base + block * channels
      ).run(over: part)
    }
    let (dscale, dshift) = (Buffer(uninitialized: channels), Buffer(uninitialized: channels))
    let (slope, level) = (Buffer(uninitialized: channels), Buffer(uninitialized: channels))
    let count = Double(blocks.pixels)
    for channel in 0..<channels {
      let (sum, product) = (blocks.total(sums, channel), blocks.total(products, channel))
      let (inverse, factor) = (Double(inverseDeviation.base[channel]), Double(factor.base[channel]))
      (dscale.base[channel], dshift.base[channel]) = (Float(product * inverse), Float(sum))
      slope.base[channel] = Float(-product * factor / count * inverse * inverse)
      level.base[channel] = Float(-sum * factor / count)
    }
    let dx = Buffer(uninitialized: x.count)
    blocks.visit { _, part, place in
      NormalizationKernels.InputGradient(
        x: x.base + place, h: dy.base + place, mean: mean.base, factor: factor.base, slope: slope.base,
        level: level.base, dx: dx.base + place
      ).run(over: part)
    }
    return (dx, dscale, dshift)
  }
}

/// The pixels of a batch in blocks that fit the second-level cache.
private struct Blocks {
  let pixels: Int
  private let channels: Int
  private let size: Int

  init(count: Int, channels: Int) {
    self.channels = channels
    pixels = count / channels
    size = Swift.max(16, (1 << 15) / channels)
  }

  private var count: Int { (pixels + size - 1) / size }

  private func part(_ block: Int) -> GroupNormalization.Part {
    GroupNormalization.Part(
      image: 0, channels: 0..<channels, pixels: Swift.min(size, pixels - block * size), step: channels, width: 1)
  }

  /// Calls `body` on all threads with each block, as a part that begins at a place among all numbers.
  func visit(_ body: @escaping @Sendable (_ block: Int, _ part: GroupNormalization.Part, _ place: Int) -> Void) {
    parallel(count) { body($0, part($0), $0 * size * channels) }
  }

  /// A zero for each channel of each block.
  func zeros() -> Buffer { Buffer(repeating: 0, count: count * channels) }

  func sum(_ number: (GroupNormalization.Part) -> Int) -> Int { (0..<count).reduce(0) { $0 + number(part($1)) } }

  /// The sum over the blocks of what they have for a channel.
  func total(_ sums: Buffer, _ channel: Int) -> Double {
    (0..<count).reduce(0) { $0 + Double(sums.base[$1 * channels + channel]) }
  }
}
