/// Group normalisation of channels-last images.
///
/// Channels lie side by side, so sums run down the pixels with a vector of channels at a time and are gathered into groups
/// at the end; the result is then x · a + b with one a and one b for each channel of each image.
enum NormalizationKernels {
  /// Per image and group, what the backward pass needs: the mean and 1 / √(variance + ε).
  struct Statistics: Sendable {
    let mean: Buffer
    let inverseDeviation: Buffer
  }

  static func groupNormalize(
    _ x: Buffer, images: Int, pixels: Int, channels: Int, groups: Int, scale: Buffer, shift: Buffer, epsilon: Float,
    into y: Buffer
  ) -> Statistics {
    let statistics = Statistics(
      mean: Buffer(uninitialized: images * groups), inverseDeviation: Buffer(uninitialized: images * groups))
    let width = channels / groups
    parallel(images) { image in
      let source = x.base + image * pixels * channels
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * channels) { scratch in
        guard let sums = scratch.baseAddress else { return }
        let (factor, offset) = (sums + channels, sums + 2 * channels)
        // Two passes, the second over differences from the mean: E[x²] − E[x]² would lose digits.
        channelSums(source, pixels, channels, into: sums)
        for group in 0..<groups {
          var total = 0.0
          for channel in 0..<width { total += Double(sums[group * width + channel]) }
          let mean = Float(total / Double(pixels * width))
          statistics.mean.base[image * groups + group] = mean
          for channel in 0..<width { offset[group * width + channel] = mean }
        }
        channelSquares(source, offset, pixels, channels, into: sums)
        for group in 0..<groups {
          var total = 0.0
          for channel in 0..<width { total += Double(sums[group * width + channel]) }
          let inverse = Float(1 / (total / Double(pixels * width) + Double(epsilon)).squareRoot())
          statistics.inverseDeviation.base[image * groups + group] = inverse
          let mean = statistics.mean.base[image * groups + group]
          for channel in (group * width)..<((group + 1) * width) {
            factor[channel] = inverse * scale.base[channel]
            offset[channel] = shift.base[channel] - mean * factor[channel]
          }
        }
        scaleAndShift(source, factor, offset, pixels, channels, into: y.base + image * pixels * channels)
      }
    }
    return statistics
  }

  /// With x̂ the normalised input and h = dy · scale: dx = (h − mean h − x̂ · mean(h · x̂)) / σ, the means over a group;
  /// dscale = Σ dy · x̂ and dshift = Σ dy over images and pixels.
  static func groupNormalizeGradient(
    _ x: Buffer, _ dy: Buffer, _ statistics: Statistics, images: Int, pixels: Int, channels: Int, groups: Int,
    scale: Buffer, dx: Buffer, dscale: Buffer, dshift: Buffer
  ) {
    let width = channels / groups
    let perImage = Buffer(uninitialized: images * 2 * channels)
    parallel(images) { image in
      let source = x.base + image * pixels * channels
      let upstream = dy.base + image * pixels * channels
      let (sums, products) = (perImage.base + image * 2 * channels, perImage.base + (image * 2 + 1) * channels)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * channels) { scratch in
        guard let fromUpstream = scratch.baseAddress else { return }
        let (fromInput, constant) = (fromUpstream + channels, fromUpstream + 2 * channels)
        channelSums(upstream, pixels, channels, into: sums)
        for channel in 0..<channels { constant[channel] = statistics.mean.base[image * groups + channel / width] }
        channelProducts(upstream, source, constant, pixels, channels, into: products)
        for group in 0..<groups {
          let inverse = statistics.inverseDeviation.base[image * groups + group]
          let mean = statistics.mean.base[image * groups + group]
          var (total, weighted) = (0.0, 0.0)
          for channel in (group * width)..<((group + 1) * width) {
            // products held Σ dy · (x − mean); now Σ dy · x̂.
            products[channel] *= inverse
            total += Double(sums[channel] * scale.base[channel])
            weighted += Double(products[channel] * scale.base[channel])
          }
          let count = Double(pixels * width)
          let slope = Float(-weighted / count) * inverse * inverse
          let level = Float(-total / count) * inverse - slope * mean
          for channel in (group * width)..<((group + 1) * width) {
            fromUpstream[channel] = scale.base[channel] * inverse
            fromInput[channel] = slope
            constant[channel] = level
          }
        }
        combine(
          upstream, fromUpstream, source, fromInput, constant, pixels, channels,
          into: dx.base + image * pixels * channels)
      }
    }
    for channel in 0..<channels {
      var (scaleSum, shiftSum) = (0.0, 0.0)
      for image in 0..<images {
        shiftSum += Double(perImage.base[image * 2 * channels + channel])
        scaleSum += Double(perImage.base[(image * 2 + 1) * channels + channel])
      }
      dscale.base[channel] = Float(scaleSum)
      dshift.base[channel] = Float(shiftSum)
    }
  }

  // MARK: Passes over the pixels of one image

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: index * 4, as: Vector.self)
  }

  @inline(__always)
  private static func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, toByteOffset: index * 4, as: Vector.self)
  }

  /// Sums `value(index)` down the pixels for every channel, in four chains so that additions overlap.
  @inline(__always)
  private static func sumDown(
    _ pixels: Int, _ channels: Int, into sums: UnsafeMutablePointer<Float>,
    vector: (_ index: Int, _ channel: Int) -> Vector, scalar: (_ index: Int, _ channel: Int) -> Float
  ) {
    var channel = 0
    while channel + lanes <= channels {
      var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      var index = channel
      for _ in 0..<(pixels / 4) {
        a += vector(index, channel)
        b += vector(index + channels, channel)
        c += vector(index + 2 * channels, channel)
        d += vector(index + 3 * channels, channel)
        index += 4 * channels
      }
      for _ in 0..<(pixels % 4) {
        a += vector(index, channel)
        index += channels
      }
      store((a + b) + (c + d), sums, channel)
      channel += lanes
    }
    while channel < channels {
      var sum: Float = 0
      for pixel in 0..<pixels { sum += scalar(pixel * channels + channel, channel) }
      sums[channel] = sum
      channel += 1
    }
  }

  @inline(__always)
  private static func channelSums(
    _ x: UnsafePointer<Float>, _ pixels: Int, _ channels: Int, into sums: UnsafeMutablePointer<Float>
  ) {
    sumDown(pixels, channels, into: sums, vector: { index, _ in load(x, index) }, scalar: { index, _ in x[index] })
  }

  @inline(__always)
  private static func channelSquares(
    _ x: UnsafePointer<Float>, _ mean: UnsafePointer<Float>, _ pixels: Int, _ channels: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    sumDown(
      pixels, channels, into: sums,
      vector: { index, channel in
        let difference = load(x, index) - load(mean, channel)
        return difference * difference
      },
      scalar: { index, channel in
        let difference = x[index] - mean[channel]
        return difference * difference
      })
  }

  @inline(__always)
  private static func channelProducts(
    _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ mean: UnsafePointer<Float>, _ pixels: Int, _ channels: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    sumDown(
      pixels, channels, into: sums,
      vector: { index, channel in load(g, index) * (load(x, index) - load(mean, channel)) },
      scalar: { index, channel in g[index] * (x[index] - mean[channel]) })
  }

  /// y = x · factor + offset, channel by channel.
  @inline(__always)
  private static func scaleAndShift(
    _ x: UnsafePointer<Float>, _ factor: UnsafePointer<Float>, _ offset: UnsafePointer<Float>, _ pixels: Int,
    _ channels: Int, into y: UnsafeMutablePointer<Float>
  ) {
    let whole = channels / lanes * lanes
    for pixel in 0..<pixels {
      let start = pixel * channels
      for channel in stride(from: 0, to: whole, by: lanes) {
        store(load(x, start + channel) * load(factor, channel) + load(offset, channel), y, start + channel)
      }
      for channel in whole..<channels { y[start + channel] = x[start + channel] * factor[channel] + offset[channel] }
    }
  }

  /// y = g · a + x · b + c, channel by channel.
  @inline(__always)
  private static func combine(
    _ g: UnsafePointer<Float>, _ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ c: UnsafePointer<Float>, _ pixels: Int, _ channels: Int, into y: UnsafeMutablePointer<Float>
  ) {
    let whole = channels / lanes * lanes
    for pixel in 0..<pixels {
      let start = pixel * channels
      for channel in stride(from: 0, to: whole, by: lanes) {
        let value =
          load(g, start + channel) * load(a, channel) + load(x, start + channel) * load(b, channel) + load(c, channel)
        store(value, y, start + channel)
      }
      for channel in whole..<channels {
        y[start + channel] = g[start + channel] * a[channel] + x[start + channel] * b[channel] + c[channel]
      }
    }
  }
}
