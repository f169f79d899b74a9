import Tensors

/// Which numbers of a tensor are dark and bright.
public enum ValueRange: Hashable, Sendable {
  /// −1 is dark and 1 is bright: the range in which diffusion models work.
  case signed

  /// 0 is dark and 1 is bright.
  case unit

  /// The byte nearest to a value. Values outside the range are clamped to it, and NaN becomes 0.
  ///
  /// For the unit range, this is torchvision's `save_image`: 255 x + 0.5, clamped to 0...255, without its fraction.
  public func byte(for value: Float) -> UInt8 {
    let scaled = 255 * (self == .signed ? (value + 1) / 2 : value) + 0.5
    return scaled >= 0 ? UInt8(min(scaled, 255)) : 0
  }

  /// The value of a byte: `byte / 255`, stretched to −1...1 for the signed range.
  public func value(for byte: UInt8) -> Float {
    let unit = Float(byte) / 255
    return self == .signed ? 2 * unit - 1 : unit
  }
}

extension Tensor {
  /// A batch `[count, height, width, channels]` of pictures that are all of one size and kind; faulty where they are not,
  /// or where there are none.
  ///
  /// - Parameters:
  ///   - pictures: The pictures.
  ///   - values: The range onto which 0...255 is mapped.
  public init(_ pictures: [Picture], values: ValueRange = .signed) {
    guard let first = pictures.first else {
      self.init(fault: Fault("a batch needs at least one picture"))
      return
    }
    if let other = pictures.first(where: { $0.kind != first.kind }) {
      self.init(fault: Fault("a batch needs pictures of one kind, but one is \(first.kind) and one \(other.kind)"))
      return
    }
    let table = (0...255).map { values.value(for: $0) }
    let scalars = pictures.flatMap { picture in picture.bytes.lazy.map { table[Int($0)] } }
    self.init(scalars, shape: [pictures.count, first.height, first.width, first.channels])
  }
}

extension Picture {
  /// The picture of a tensor `[height, width, channels]`, or `[1, height, width, channels]`, with 1 or 3 channels.
  ///
  /// - Parameters:
  ///   - tensor: The values; those outside the range are clamped, and NaN becomes 0. See ``ValueRange/byte(for:)``.
  ///   - values: The range that is mapped onto 0...255.
  /// - Throws: The `Fault` of a faulty tensor; an ``ImageError`` where the shape is none of a picture.
  public init(_ tensor: Tensor, values: ValueRange = .signed) throws {
    let shape = try tensor.checked().shape
    guard shape.rank == 3 || (shape.rank == 4 && shape[0] == 1) else {
      throw ImageError("a picture has the shape [height, width, channels], not \(shape)")
    }
    let size = Array(shape.dimensions.suffix(3))
    try self.init(
      width: size[1], height: size[0], channels: size[2], bytes: tensor.scalars.map { values.byte(for: $0) })
  }

  /// The pictures of a batch `[count, height, width, channels]` with 1 or 3 channels.
  ///
  /// - Parameters:
  ///   - batch: The values; those outside the range are clamped, and NaN becomes 0. See ``ValueRange/byte(for:)``.
  ///   - values: The range that is mapped onto 0...255.
  /// - Throws: The `Fault` of a faulty tensor; an ``ImageError`` where the shape is none of a batch of pictures.
  public static func pictures(of batch: Tensor, values: ValueRange = .signed) throws -> [Picture] {
    let shape = try batch.checked().shape
    guard shape.rank == 4 else {
      throw ImageError("a batch of pictures has the shape [count, height, width, channels], not \(shape)")
    }
    let bytes = batch.scalars.map { values.byte(for: $0) }
    let size = shape[1] * shape[2] * shape[3]
    return try (0..<shape[0]).map { index in
      try Picture(
        width: shape[2], height: shape[1], channels: shape[3], bytes: Array(bytes[index * size..<(index + 1) * size]))
    }
  }

  /// The size and the channels, in words.
  var kind: String { "\(width)×\(height) \(channels == 1 ? "gray" : "RGB")" }
}
