extension NaiveKernels {
  /// The sizes of a batch of images, `[count, height, width, channels]`.
  package struct Images: Sendable {
    package let count: Int
    package let height: Int
    package let width: Int
    package let channels: Int

    /// The sizes in `shape`, which has four axes.
    package init(_ shape: Shape) {
      (count, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
    }

    func index(_ image: Int, _ row: Int, _ column: Int, _ channel: Int) -> Int {
      ((image * height + row) * width + column) * channels + channel
    }
  }

  // MARK: Pooling

  /// y[n, i, j, c] = max x[n, i·stride + a, j·stride + b, c] over a, b < window.
  package static func maxPool<Scalar: BinaryFloatingPoint & Sendable>(
    _ x: [Scalar], _ s: Images, window: Int, stride: Int
  ) -> [Scalar] {
    pool(x, s, window: window, stride: stride) { $0.reduce(-.infinity, Swift.max) }
  }

  /// y[n, i, j, c] = Σ x[n, i·stride + a, j·stride + b, c] / window² over a, b < window.
  package static func averagePool<Scalar: BinaryFloatingPoint & Sendable>(
    _ x: [Scalar], _ s: Images, window: Int, stride: Int
  ) -> [Scalar] {
    pool(x, s, window: window, stride: stride) { $0.reduce(0, +) / Scalar($0.count) }
  }

  /// Windows lie inside the image: rows and columns at the end that fill none are left out.
  private static func pool<Scalar: BinaryFloatingPoint & Sendable>(
    _ x: [Scalar], _ s: Images, window: Int, stride: Int, _ summary: ([Scalar]) -> Scalar
  ) -> [Scalar] {
    var y: [Scalar] = []
    for image in 0..<s.count {
      for row in Swift.stride(from: 0, through: s.height - window, by: stride) {
        for column in Swift.stride(from: 0, through: s.width - window, by: stride) {
          for channel in 0..<s.channels {
            y.append(
              summary(
                (0..<(window * window)).map {
                  x[s.index(image, row + $0 / window, column + $0 % window, channel)]
                }))
          }
        }
      }
    }
    return y
  }

  // MARK: Upsampling

  /// y[n, i, j, c] = x[n, ⌊i / factor⌋, ⌊j / factor⌋, c].
  package static func upsampleNearest<Scalar: BinaryFloatingPoint & Sendable>(
    _ x: [Scalar], _ s: Images, factor: Int
  ) -> [Scalar] {
    upsample(s, factor: factor) { x[s.index($0, $1 / factor, $2 / factor, $3)] }
  }

  /// y[n, i, j, c] = Σ x[n, a, b, c] · tent(u(i) − a) · tent(v(j) − b) over all pixels (a, b), where tent(d) = max(0, 1 − |d|)
  /// and u and v say where an output pixel lies among the input pixels.
  ///
  /// With `alignCorners`, u(i) = i · (size − 1) / (size · factor − 1): the centers of the outermost pixels coincide.
  /// Without, u(i) = (i + ½) / factor − ½, held between 0 and size − 1: the outer edges of the outermost pixels do. These
  /// are the coordinates of PyTorch's `interpolate`.
  package static func upsampleBilinear<Scalar: BinaryFloatingPoint & Sendable>(
    _ x: [Scalar], _ s: Images, factor: Int, alignCorners: Bool
  ) -> [Scalar] {
    func position(_ index: Int, _ size: Int) -> Scalar {
      if alignCorners {
        return size * factor > 1 ? Scalar(index) * Scalar(size - 1) / Scalar(size * factor - 1) : 0
      }
      return Swift.min(Swift.max((Scalar(index) + 0.5) / Scalar(factor) - 0.5, 0), Scalar(size - 1))
    }
    func tent(_ distance: Scalar) -> Scalar { Swift.max(0, 1 - abs(distance)) }

    return upsample(s, factor: factor) { image, row, column, channel in
      var sum: Scalar = 0
      for a in 0..<s.height {
        for b in 0..<s.width {
          sum +=
            x[s.index(image, a, b, channel)] * tent(position(row, s.height) - Scalar(a))
            * tent(position(column, s.width) - Scalar(b))
        }
      }
      return sum
    }
  }

  private static func upsample<Scalar>(
    _ s: Images, factor: Int, _ value: (_ image: Int, _ row: Int, _ column: Int, _ channel: Int) -> Scalar
  ) -> [Scalar] {
    var y: [Scalar] = []
    for image in 0..<s.count {
      for row in 0..<(s.height * factor) {
        for column in 0..<(s.width * factor) {
          for channel in 0..<s.channels { y.append(value(image, row, column, channel)) }
        }
      }
    }
    return y
  }
}
