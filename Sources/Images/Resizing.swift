import Tensors

extension Picture {
  /// The picture in another size, by bilinear interpolation with antialiasing: Pillow's
  /// `resize((width, height), BILINEAR)`.
  ///
  /// Where the picture becomes smaller the triangle of weights becomes wider in proportion, so that every pixel counts.
  /// Rows come first and columns second, each in fixed-point numbers of 22 bits after the point and rounded to bytes, as
  /// in Pillow's `Resample.c`.
  ///
  /// - Throws: An ``ImageError`` where the size is not positive or too large.
  public func resized(width newWidth: Int, height newHeight: Int) throws -> Picture {
    try Picture.checkSize(width: newWidth, height: newHeight)
    // Between the two passes the picture has the new width and the old height.
    try Picture.checkSize(width: newWidth, height: height)
    let narrowed = newWidth == width ? self : resized(along: .rows, to: newWidth)
    return newHeight == height ? narrowed : narrowed.resized(along: .columns, to: newHeight)
  }

  private enum Direction {
    case rows
    case columns
  }

  private func resized(along direction: Direction, to newLength: Int) -> Picture {
    let alongRows = direction == .rows
    let windows = ResamplingWindow.windows(from: alongRows ? width : height, to: newLength)
    let (newWidth, newHeight) = alongRows ? (newLength, height) : (width, newLength)
    let step = alongRows ? channels : width * channels
    let resized = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * channels) { buffer, filled in
      for row in 0..<newHeight {
        for column in 0..<newWidth {
          let window = windows[alongRows ? column : row]
          let start = alongRows ? row * width * channels + window.first * step : window.first * step + column * channels
          for channel in 0..<channels {
            var sum = 1 << (ResamplingWindow.fractionBits - 1)
            for (index, weight) in window.weights.enumerated() {
              sum += weight * Int(bytes[start + index * step + channel])
            }
            buffer[filled] = UInt8(clamping: sum >> ResamplingWindow.fractionBits)
            filled += 1
          }
        }
      }
    }
    return Picture(uncheckedWidth: newWidth, height: newHeight, channels: channels, bytes: resized)
  }
}

extension Tensor {
  /// Images `[count, height, width, channels]` in another size: ``Picture/resized(width:height:)`` without rounding to bytes.
  public func resized(width newWidth: Int, height newHeight: Int) -> Tensor {
    guard shape.rank == 4, newWidth > 0, newHeight > 0 else {
      return fault == nil ? Tensor(fault: Fault("resized: \(shape) to \(newWidth) × \(newHeight)")) : self
    }
    // The axis that changes comes last, where a product of matrices reaches it.
    let narrowed = transposed([0, 3, 1, 2]).matmul(ResamplingWindow.matrix(from: shape[2], to: newWidth))
    return narrowed.transposed([0, 1, 3, 2]).matmul(ResamplingWindow.matrix(from: shape[1], to: newHeight))
      .transposed([0, 3, 2, 1])
  }
}

/// The pixels of a line that one pixel of the resized line is made of.
private struct ResamplingWindow {
  static let fractionBits = 22

  /// The first pixel.
  let first: Int
  /// The weights of the first pixel and those after it, in units of 2⁻²²; together they are 1, but for rounding.
  let weights: [Int]

  /// The weights as a matrix with a row for each old pixel and a column for each new one.
  static func matrix(from length: Int, to newLength: Int) -> Tensor {
    var weights = [Float](repeating: 0, count: length * newLength)
    for (column, window) in windows(from: length, to: newLength).enumerated() {
      for (index, weight) in window.weights.enumerated() {
        weights[(window.first + index) * newLength + column] = Float(weight) / Float(1 << fractionBits)
      }
    }
    return Tensor(weights, shape: [length, newLength])
  }

  static func windows(from length: Int, to newLength: Int) -> [ResamplingWindow] {
    let scale = Double(length) / Double(newLength)
    // Enlarging interpolates between two neighbors; the triangle never becomes narrower than that.
    let support = max(scale, 1)
    return (0..<newLength).map { index in
      let center = (Double(index) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), length)
      let triangle = (first..<end).map { max(1 - abs((Double($0) - center + 0.5) / support), 0) }
      let total = triangle.reduce(0, +)
      return ResamplingWindow(
        first: first, weights: triangle.map { Int(0.5 + $0 / total * Double(1 << fractionBits)) })
    }
  }
}
