/// Group normalization of channels-last images, by itself or with a function of its result in the same pass.
enum NormalizationKernels {
  static func normalization(
    of x: Buffer, images: Int, pixels: Int, channels: Int, groups: Int, scale: Buffer, shift: Buffer, epsilon: Float
  ) -> GroupNormalization {
    let result = GroupNormalization(images: images, pixels: pixels, channels: channels, groups: groups)
    result.forEachPart { part in
      let (source, statistic) = (x.base + part.firstElement, part.firstStatistic)
      let (mean, inverseDeviation) = (result.mean.base + statistic, result.inverseDeviation.base + statistic)
      let (factor, offset) = (result.factor.base + statistic, result.offset.base + statistic)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * channels) { scratch in
        guard let sums = scratch.baseAddress else { return }
        let squares = sums + channels
        scratch.update(repeating: 0)
        SampleSums(x: source, sums: sums).run(over: part)
        part.forEachGroup { group, _ in
          let count = Double(max(SampleSums.pixels(of: part) * group.count, 1))
          let rough = Float(group.reduce(0) { $0 + Double(sums[$1]) } / count)
          for channel in group { (mean[channel], sums[channel]) = (rough, 0) }
        }
        // Differences from a rough mean are squared: E[x²] − E[x]² would lose digits. Their own sum says how far from the
        // true mean it is (Chan, Golub and LeVeque 1983). From every sixteenth pixel it is at most four deviations.
        Differences(x: source, mean: mean, sums: sums, squares: squares).run(over: part)
        part.forEachGroup { group, count in
          let correction = group.reduce(0) { $0 + Double(sums[$1]) } / count
          let exactMean = Double(mean[group.lowerBound]) + correction
          let variance = group.reduce(0) { $0 + Double(squares[$1]) } / count - correction * correction
          // Rounding may leave a constant group a little less than nothing.
          let inverse = 1 / (max(variance, 0) + Double(epsilon)).squareRoot()
          for channel in group {
            (mean[channel], inverseDeviation[channel]) = (Float(exactMean), Float(inverse))
            factor[channel] = Float(inverse * Double(scale.base[channel]))
            // From the factor as it was rounded: where x is the mean, both cancel.
            offset[channel] = Float(Double(shift.base[channel]) - exactMean * Double(factor[channel]))
          }
        }
      }
    }
    return result
  }

  /// y = f(x · factor + offset).
  static func apply(_ n: GroupNormalization, to x: Buffer, _ activation: GroupNormalization.Activation, into y: Buffer)
  {
    n.forEachPart { part in
      let (x, y) = (x.base + part.firstElement, y.base + part.firstElement)
      let (factor, offset) = (n.factor.base + part.firstStatistic, n.offset.base + part.firstStatistic)
      switch activation {
      case .identity: Normalized(x: x, factor: factor, offset: offset, y: y).run(over: part)
      case .silu: SiLU(x: x, factor: factor, offset: offset, y: y).run(over: part)
      }
    }
  }

  /// With x̂ = (x − μ) / √(σ² + ε) and h = dy · f′(x · factor + offset): dscale = Σ h · x̂ and dshift = Σ h over images and
  /// pixels, and dx = (h · scale − mean(h · scale) − x̂ · mean(h · scale · x̂)) / √(σ² + ε), the means over a group.
  static func gradient(
    _ n: GroupNormalization, _ x: Buffer, _ dy: Buffer, _ activation: GroupNormalization.Activation, dx: Buffer,
    dscale: Buffer, dshift: Buffer
  ) {
    // Of each channel of each image, Σ h and Σ h · (x − μ).
    let allSums = Buffer(repeating: 0, count: n.images * n.channels)
    let allProducts = Buffer(repeating: 0, count: n.images * n.channels)
    n.forEachPart { part in
      let (element, statistic) = (part.firstElement, part.firstStatistic)
      let (x, dx) = (x.base + element, dx.base + element)
      let (mean, factor) = (n.mean.base + statistic, n.factor.base + statistic)
      let (sums, products) = (allSums.base + statistic, allProducts.base + statistic)
      var h = dy.base + element
      if activation == .silu {
        SiLUGradient(x: x, dy: h, factor: factor, offset: n.offset.base + statistic, h: dx).run(over: part)
        // It stands where dx will: an image stays in the cache from one pass to the next.
        h = dx
      }
      Products(x: x, h: h, mean: mean, sums: sums, products: products).run(over: part)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * n.channels) { scratch in
        guard let slope = scratch.baseAddress else { return }
        let level = slope + n.channels
        part.forEachGroup { group, count in
          let inverse = Double(n.inverseDeviation.base[statistic + group.lowerBound])
          let sum = group.reduce(0) { $0 + Double(sums[$1] * factor[$1]) }
          let product = group.reduce(0) { $0 + Double(products[$1] * factor[$1]) }
          for channel in group {
            slope[channel] = Float(-product / count * inverse * inverse)
            level[channel] = Float(-sum / count)
          }
        }
        InputGradient(x: x, h: h, mean: mean, factor: factor, slope: slope, level: level, dx: dx).run(over: part)
      }
    }
    addUpImages(n, sums: allSums, products: allProducts, dscale: dscale, dshift: dshift)
  }

  /// The gradients of scale and shift from the sums of each image.
  private static func addUpImages(
    _ n: GroupNormalization, sums: Buffer, products: Buffer, dscale: Buffer, dshift: Buffer
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * n.channels) { totals in
      guard let scaleTotals = totals.baseAddress else { return }
      let shiftTotals = scaleTotals + n.channels
      totals.update(repeating: 0)
      for image in 0..<n.images {
        let first = image * n.channels
        for channel in 0..<n.channels {
          scaleTotals[channel] += Double(products.base[first + channel] * n.inverseDeviation.base[first + channel])
          shiftTotals[channel] += Double(sums.base[first + channel])
        }
      }
      for channel in 0..<n.channels {
        dscale.base[channel] = Float(scaleTotals[channel])
        dshift.base[channel] = Float(shiftTotals[channel])
      }
    }
  }
}
