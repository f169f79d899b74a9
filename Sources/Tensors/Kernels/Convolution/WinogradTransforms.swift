/// The linear maps of Winograd's convolution F(4×4, 3×3), for a vector of channels at a time.
///
/// A 3×3 convolution of a patch of 6×6 pixels d with a kernel g gives 4×4 outputs, by 144 multiplications for each pair of
/// channels. Winograd's identity gives the same by 36:
///
///     y = Aᵀ ((G g Gᵀ) ⊙ (Bᵀ d B)) A
///
/// It is the product of two polynomials, computed by evaluating both at 0, ±1, ±2 and ∞, multiplying the values, and
/// interpolating. Reading the identity backwards gives the gradient of the kernel, Gᵀ ((Bᵀ d B) ⊙ (A dy Aᵀ)) G. The
/// matrices stand in `NaiveWinograd.swift`; here each is written out as sums, along one axis of a patch and then along the
/// other. Source: Lavin and Gray, "Fast algorithms for convolutional neural networks" (2016).
struct WinogradTransforms {
  /// The side of a patch of inputs.
  static let patch = 6
  /// The side of a tile of outputs.
  static let tile = 4
  /// The products that replace the 144.
  static let elements = patch * patch

  /// What comes between one axis and the other.
  private let scratch = Buffer(uninitialized: elements * lanes)

  // MARK: The five maps, in two dimensions

  // Pixels are vectors of `channels` numbers beside each other, rows of pixels `rowStride` apart.

  /// Bᵀ d B: the 36 elements of a patch, `elementStride` apart.
  func input(
    _ pixels: UnsafePointer<Float>, rowStride: Int, channels: Int, into v: UnsafeMutablePointer<Float>,
    elementStride: Int
  ) {
    for channel in stride(from: 0, to: channels, by: lanes) {
      let (source, target) = (pixels + channel, v + channel)
      apply(
        { Self.inputTransform($0) }, from: 6, to: 6, read: { load(source, $0 &* rowStride &+ $1 &* channels) },
        write: { store($2, target, ($0 &* 6 &+ $1) &* elementStride) })
    }
  }

  /// Aᵀ m A + bias: the 4×4 outputs of a tile.
  func output(
    _ m: UnsafePointer<Float>, elementStride: Int, channels: Int, bias: UnsafePointer<Float>,
    into pixels: UnsafeMutablePointer<Float>, rowStride: Int
  ) {
    for channel in stride(from: 0, to: channels, by: lanes) {
      let (source, target) = (m + channel, pixels + channel)
      let start = load(bias, channel)
      apply(
        { Self.outputTransform($0) }, from: 6, to: 4, read: { load(source, ($0 &* 6 &+ $1) &* elementStride) },
        write: { store($2 + start, target, $0 &* rowStride &+ $1 &* channels) })
    }
  }

  /// A dy Aᵀ: 36 elements of the gradient that comes back to a tile.
  func upstream(
    _ pixels: UnsafePointer<Float>, rowStride: Int, channels: Int, into u: UnsafeMutablePointer<Float>,
    elementStride: Int
  ) {
    for channel in stride(from: 0, to: channels, by: lanes) {
      let (source, target) = (pixels + channel, u + channel)
      apply(
        { Self.upstreamTransform($0) }, from: 4, to: 6, read: { load(source, $0 &* rowStride &+ $1 &* channels) },
        write: { store($2, target, ($0 &* 6 &+ $1) &* elementStride) })
    }
  }

  /// G g Gᵀ of kernels whose taps are `tapStride` apart, turned around by half a turn where `flipped`.
  func weight(
    _ w: UnsafePointer<Float>, tapStride: Int, flipped: Bool, into u: UnsafeMutablePointer<Float>, elementStride: Int
  ) {
    apply(
      { Self.weightTransform($0) }, from: 3, to: 6,
      read: { load(w, (flipped ? 8 - ($0 * 3 + $1) : $0 * 3 + $1) * tapStride) },
      write: { store($2, u, ($0 &* 6 &+ $1) &* elementStride) })
  }

  /// Gᵀ du G: the gradient of the nine taps from that of the 36 elements.
  func weightGradient(
    _ du: UnsafePointer<Float>, elementStride: Int, into dw: UnsafeMutablePointer<Float>, tapStride: Int
  ) {
    apply(
      { Self.weightGradientTransform($0) }, from: 6, to: 3, read: { load(du, ($0 &* 6 &+ $1) &* elementStride) },
      write: { store($2, dw, ($0 &* 3 &+ $1) &* tapStride) })
  }

  // MARK: The five maps, along one axis

  /// Up to six vectors along an axis.
  private typealias Six = (Vector, Vector, Vector, Vector, Vector, Vector)

  /// Bᵀ.
  @inline(__always)
  private static func inputTransform(_ d: Six) -> Six {
    let (outer, inner) = (d.4 - d.2, (d.3 - d.1) + (d.3 - d.1))
    return (
      sum(sum(d.4, -5, d.2), 4, d.0), sum(d.3 + d.4, -4, d.1 + d.2), sum(d.4 - d.3, 4, d.1 - d.2), outer + inner,
      outer - inner, sum(sum(d.5, -5, d.3), 4, d.1)
    )
  }

  /// Aᵀ.
  @inline(__always)
  private static func outputTransform(_ m: Six) -> Six {
    let (sum1, difference1, sum2, difference2) = (m.1 + m.2, m.1 - m.2, m.3 + m.4, m.3 - m.4)
    return (
      m.0 + sum1 + sum2, sum(difference1, 2, difference2), sum(sum1, 4, sum2), sum(difference1 + m.5, 8, difference2),
      .zero, .zero
    )
  }

  /// A.
  @inline(__always)
  private static func upstreamTransform(_ y: Six) -> Six {
    let (even1, odd1) = (y.0 + y.2, y.1 + y.3)
    let (even2, half) = (sum(y.0, 4, y.2), sum(y.1, 4, y.3))
    let odd2 = half + half
    return (y.0, even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, y.3)
  }

  /// G.
  @inline(__always)
  private static func weightTransform(_ g: Six) -> Six {
    let zero = Vector.zero
    let (even1, odd1) = (sum(zero, -1 / 6, g.0 + g.2), sum(zero, -1 / 6, g.1))
    let (even2, odd2) = (sum(sum(zero, 1 / 24, g.0), 1 / 6, g.2), sum(zero, 1 / 12, g.1))
    return (sum(zero, 1 / 4, g.0), even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, g.2)
  }

  /// Gᵀ.
  @inline(__always)
  private static func weightGradientTransform(_ u: Six) -> Six {
    let zero = Vector.zero
    let (sum1, difference1, sum2, difference2) = (u.1 + u.2, u.1 - u.2, u.3 + u.4, u.3 - u.4)
    return (
      sum(sum(sum(zero, 1 / 4, u.0), -1 / 6, sum1), 1 / 24, sum2),
      sum(sum(zero, -1 / 6, difference1), 1 / 12, difference2), sum(u.5, 1 / 6, sum2 - sum1), zero, zero, zero
    )
  }

  /// start + factor · vector, in one instruction where the processor has it.
  @inline(__always)
  private static func sum(_ start: Vector, _ factor: Float, _ vector: Vector) -> Vector {
    #if AVX512 || AVX2 || arch(arm64)
      start.addingProduct(Vector(repeating: factor), vector)
    #else
      start + Vector(repeating: factor) * vector
    #endif
  }

  // MARK: From one axis to two

  /// Applies a map down the columns of a square of side `from`, and then along the rows of the result, of side `to`.
  @inline(__always)
  private func apply(
    _ map: (Six) -> Six, from: Int, to: Int, read: (_ row: Int, _ column: Int) -> Vector,
    write: (_ row: Int, _ column: Int, Vector) -> Void
  ) {
    for column in 0..<from {
      let result = map(
        (
          read(0, column), read(1, column), read(2, column), from > 3 ? read(3, column) : .zero,
          from > 4 ? read(4, column) : .zero, from > 4 ? read(5, column) : .zero
        ))
      let target = scratch.base + column * lanes
      store(result.0, target, 0)
      store(result.1, target, 6 * lanes)
      store(result.2, target, 12 * lanes)
      if to > 3 { store(result.3, target, 18 * lanes) }
      if to > 4 {
        store(result.4, target, 24 * lanes)
        store(result.5, target, 30 * lanes)
      }
    }
    for row in 0..<to {
      let source = scratch.base + row * 6 * lanes
      let result = map(
        (
          load(source, 0), load(source, lanes), load(source, 2 * lanes), from > 3 ? load(source, 3 * lanes) : .zero,
          from > 4 ? load(source, 4 * lanes) : .zero, from > 4 ? load(source, 5 * lanes) : .zero
        ))
      write(row, 0, result.0)
      write(row, 1, result.1)
      write(row, 2, result.2)
      if to > 3 { write(row, 3, result.3) }
      if to > 4 {
        write(row, 4, result.4)
        write(row, 5, result.5)
      }
    }
  }

  @inline(__always)
  private func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(fromByteOffset: index &* 4, as: Vector.self)
  }

  @inline(__always)
  private func store(_ value: Vector, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, toByteOffset: index &* 4, as: Vector.self)
  }
}
