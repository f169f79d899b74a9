/// Pooling and upsampling of channels-last images.
enum ResamplingKernels {
  /// The sizes of a pass over windows of an image, or over blocks of a larger one.
  struct Sizes: Sendable {
    let count: Int
    let height: Int
    let width: Int
    let channels: Int
  }

  // MARK: Pooling

  /// Averages windows; a window's pixels all lie inside the image.
  static func averagePool(_ x: Buffer, _ s: Sizes, window: Int, stride: Int, into y: Buffer) {
    let (rows, columns) = ((s.height - window) / stride + 1, (s.width - window) / stride + 1)
    let factor = 1 / Float(window * window)
    parallel(s.count * rows) { item in
      let (image, row) = (item / rows, item % rows)
      for column in 0..<columns {
        let target = y.base + (item * columns + column) * s.channels
        for channel in 0..<s.channels {
          var sum: Float = 0
          for dy in 0..<window {
            for dx in 0..<window {
              let pixel = (image * s.height + row * stride + dy) * s.width + column * stride + dx
              sum += x.base[pixel * s.channels + channel]
            }
          }
          target[channel] = sum * factor
        }
      }
    }
  }

  static func averagePoolGradient(_ g: Buffer, _ s: Sizes, window: Int, stride: Int, into dx: Buffer) {
    let (rows, columns) = ((s.height - window) / stride + 1, (s.width - window) / stride + 1)
    let factor = 1 / Float(window * window)
    dx.base.update(repeating: 0, count: dx.count)
    parallel(s.count) { image in
      for row in 0..<rows {
        for column in 0..<columns {
          let source = g.base + ((image * rows + row) * columns + column) * s.channels
          for dy in 0..<window {
            for dxx in 0..<window {
              let pixel = (image * s.height + row * stride + dy) * s.width + column * stride + dxx
              let target = dx.base + pixel * s.channels
              for channel in 0..<s.channels { target[channel] += source[channel] * factor }
            }
          }
        }
      }
    }
  }

  // MARK: Nearest neighbor

  /// Each pixel becomes a block of `factor` × `factor`.
  static func upsampleNearest(_ x: Buffer, _ s: Sizes, factor: Int, into y: Buffer) {
    let bytes = s.channels
    parallel(s.count * s.height) { row in
      let target = y.base + row * factor * s.width * factor * bytes
      for column in 0..<s.width {
        let source = x.base + (row * s.width + column) * bytes
        for copy in 0..<factor { (target + (column * factor + copy) * bytes).update(from: source, count: bytes) }
      }
      let length = s.width * factor * bytes
      for copy in 1..<Swift.max(factor, 1) { (target + copy * length).update(from: target, count: length) }
    }
  }

  /// Each block's gradients added up.
  static func upsampleNearestGradient(_ g: Buffer, _ s: Sizes, factor: Int, into dx: Buffer) {
    let wide = s.width * factor * s.channels
    let whole = s.channels / lanes * lanes
    parallel(s.count * s.height) { row in
      for column in 0..<s.width {
        let target = dx.base + (row * s.width + column) * s.channels
        let source = g.base + row * factor * wide + column * factor * s.channels
        for channel in stride(from: 0, to: whole, by: lanes) {
          var sum = Vector.zero
          for dy in 0..<factor {
            for dxx in 0..<factor {
              let pixel = source + (dy * wide + dxx * s.channels + channel)
              sum += UnsafeRawPointer(pixel).loadUnaligned(as: Vector.self)
            }
          }
          UnsafeMutableRawPointer(target + channel).storeBytes(of: sum, as: Vector.self)
        }
        for channel in whole..<s.channels {
          var sum: Float = 0
          for dy in 0..<factor {
            for dxx in 0..<factor { sum += source[dy * wide + dxx * s.channels + channel] }
          }
          target[channel] = sum
        }
      }
    }
  }

  // MARK: Bilinear

  /// For each output position along an axis, the two input positions it lies between and the weight of the second.
  struct LinearTaps: Sendable {
    let low: [Int]
    let high: [Int]
    let weight: [Float]

    /// PyTorch's rule: with aligned corners the outermost pixels' centers coincide; without, pixels are squares and their
    /// outer edges coincide, and positions beyond the outermost centers take the edge's value.
    init(size: Int, factor: Int, alignCorners: Bool) {
      let length = size * factor
      let positions = (0..<length).map { index -> Double in
        alignCorners
          ? (length > 1 ? Double(index) * Double(size - 1) / Double(length - 1) : 0)
          : Swift.max(0, (Double(index) + 0.5) / Double(factor) - 0.5)
      }
      low = positions.map { Swift.min(Int($0), size - 1) }
      high = low.map { Swift.min($0 + 1, size - 1) }
      weight = zip(positions, low).map { Float($0 - Double($1)) }
    }
  }

  static func upsampleBilinear(_ x: Buffer, _ s: Sizes, factor: Int, alignCorners: Bool, into y: Buffer) {
    let rows = LinearTaps(size: s.height, factor: factor, alignCorners: alignCorners)
    let columns = LinearTaps(size: s.width, factor: factor, alignCorners: alignCorners)
    let (height, width) = (s.height * factor, s.width * factor)
    parallel(s.count * height) { item in
      let (image, row) = (item / height, item % height)
      let upper = x.base + (image * s.height + rows.low[row]) * s.width * s.channels
      let lower = x.base + (image * s.height + rows.high[row]) * s.width * s.channels
      let down = rows.weight[row]
      for column in 0..<width {
        let (left, right) = (columns.low[column] * s.channels, columns.high[column] * s.channels)
        let across = columns.weight[column]
        let target = y.base + (item * width + column) * s.channels
        for channel in 0..<s.channels {
          let above = upper[left + channel] * (1 - across) + upper[right + channel] * across
          let below = lower[left + channel] * (1 - across) + lower[right + channel] * across
          target[channel] = above * (1 - down) + below * down
        }
      }
    }
  }

  /// The adjoint: every output pixel's gradient goes to the four pixels it was mixed from, by the same weights.
  static func upsampleBilinearGradient(_ g: Buffer, _ s: Sizes, factor: Int, alignCorners: Bool, into dx: Buffer) {
    let rows = LinearTaps(size: s.height, factor: factor, alignCorners: alignCorners)
    let columns = LinearTaps(size: s.width, factor: factor, alignCorners: alignCorners)
    let (height, width) = (s.height * factor, s.width * factor)
    dx.base.update(repeating: 0, count: dx.count)
    parallel(s.count) { image in
      for row in 0..<height {
        let upper = dx.base + (image * s.height + rows.low[row]) * s.width * s.channels
        let lower = dx.base + (image * s.height + rows.high[row]) * s.width * s.channels
        let down = rows.weight[row]
        for column in 0..<width {
          let (left, right) = (columns.low[column] * s.channels, columns.high[column] * s.channels)
          let across = columns.weight[column]
          let source = g.base + ((image * height + row) * width + column) * s.channels
          for channel in 0..<s.channels {
            let gradient = source[channel]
            upper[left + channel] += gradient * (1 - down) * (1 - across)
            upper[right + channel] += gradient * (1 - down) * across
            lower[left + channel] += gradient * down * (1 - across)
            lower[right + channel] += gradient * down * across
          }
        }
      }
    }
  }
}
