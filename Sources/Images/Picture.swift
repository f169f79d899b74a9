/// A picture of 8-bit gray or RGB pixels, as files hold it.
///
/// The bytes lie row by row from the top, each row from the left, the channels of a pixel side by side: the layout
/// `[height, width, channels]` of a tensor.
public struct Picture: Hashable, Sendable {
  /// The number of pixels in a row, at least 1.
  public let width: Int

  /// The number of rows, at least 1.
  public let height: Int

  /// 1 for gray, 3 for red, green and blue.
  public let channels: Int

  /// The `height * width * channels` values, from 0 (dark) to 255.
  public let bytes: [UInt8]

  /// The most pixels that a picture may have: 64 Mi. A damaged file can claim any size, and memory is taken before the
  /// pixels are read.
  public static let maximumPixelCount = 64 << 20

  /// Makes a picture of its bytes.
  ///
  /// - Throws: An ``ImageError`` where the size is not positive or too large, the channels are neither 1 nor 3, or the
  ///   number of bytes does not fit.
  public init(width: Int, height: Int, channels: Int, bytes: [UInt8]) throws {
    try Picture.checkSize(width: width, height: height)
    guard channels == 1 || channels == 3 else {
      throw ImageError("a picture has 1 channel (gray) or 3 (RGB), not \(channels)")
    }
    guard bytes.count == width * height * channels else {
      throw ImageError("\(bytes.count) bytes do not fill a picture of \(width)×\(height) with \(channels) channel(s)")
    }
    self.init(uncheckedWidth: width, height: height, channels: channels, bytes: bytes)
  }

  init(uncheckedWidth width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  static func checkSize(width: Int, height: Int) throws {
    guard width > 0, height > 0 else { throw ImageError("a picture of \(width)×\(height) has no pixels") }
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= maximumPixelCount else {
      throw ImageError("a picture of \(width)×\(height) is too large: at most \(maximumPixelCount >> 20) Mi pixels")
    }
  }
}

// MARK: - Conversions

extension Picture {
  /// The picture with three channels; gray is repeated in each.
  public var inColor: Picture {
    guard channels == 1 else { return self }
    let colored = [UInt8](unsafeUninitializedCapacity: bytes.count * 3) { buffer, count in
      for (pixel, gray) in bytes.enumerated() {
        for channel in 0..<3 { buffer[3 * pixel + channel] = gray }
      }
      count = bytes.count * 3
    }
    return Picture(uncheckedWidth: width, height: height, channels: 3, bytes: colored)
  }

  /// The picture with one channel: the luma 0.299 R + 0.587 G + 0.114 B of ITU-R BT.601, rounded.
  ///
  /// The weights are in 65536ths, so that the result is that of Pillow's `convert("L")`.
  public var inGray: Picture {
    guard channels == 3 else { return self }
    let gray = (0..<width * height).map { pixel in
      let red = UInt32(bytes[3 * pixel])
      let green = UInt32(bytes[3 * pixel + 1])
      let blue = UInt32(bytes[3 * pixel + 2])
      return UInt8((red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16)
    }
    return Picture(uncheckedWidth: width, height: height, channels: 1, bytes: gray)
  }

  /// The picture with every pixel repeated `factor` times in both directions.
  ///
  /// - Throws: An ``ImageError`` where the factor is not positive or the result too large.
  public func enlarged(by factor: Int) throws -> Picture {
    guard factor > 0 else { throw ImageError("a picture is enlarged by 1 or more, not by \(factor)") }
    // A factor beyond this is too large for any picture; the bound keeps the products from overflowing.
    let factor = min(factor, Picture.maximumPixelCount + 1)
    try Picture.checkSize(width: width * factor, height: height * factor)
    guard factor > 1 else { return self }
    var enlarged: [UInt8] = []
    enlarged.reserveCapacity(bytes.count * factor * factor)
    for row in 0..<height {
      var line: [UInt8] = []
      line.reserveCapacity(width * factor * channels)
      for column in 0..<width {
        let start = (row * width + column) * channels
        for _ in 0..<factor { line += bytes[start..<start + channels] }
      }
      for _ in 0..<factor { enlarged += line }
    }
    return Picture(uncheckedWidth: width * factor, height: height * factor, channels: channels, bytes: enlarged)
  }
}
