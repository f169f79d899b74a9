import CPNG
import Foundation

// Only libpng's simplified interface is used: the classic one reports errors by `longjmp`, which would skip Swift's
// clean-up; the simplified one catches its own jumps and returns 0.

// MARK: - Reading

extension Picture {
  /// Reads a PNG file.
  ///
  /// The picture is gray where the file is, and RGB otherwise: palettes are looked up. The numbers are those of the
  /// file: 1, 2 and 4 bits are stretched to 0...255, 16 bits are divided by 257 and rounded, alpha is dropped without
  /// mixing in a background (as Pillow's `convert("RGB")` does), and gamma and color profiles are ignored.
  ///
  /// - Throws: An ``ImageError`` that names the file where it is missing, unreadable, no PNG, cut short, damaged, or
  ///   larger than ``maximumPixelCount``.
  public init(contentsOf url: URL) throws {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw ImageError(error, file: url)
    }
    do {
      try self.init(png: data)
    } catch let error as ImageError {
      throw error.naming(url)
    }
  }

  /// Reads the content of a PNG file; see ``init(contentsOf:)``.
  ///
  /// - Throws: An ``ImageError`` where the data is no PNG, cut short, damaged, or larger than ``maximumPixelCount``.
  public init(png data: Data) throws {
    let chunks = try PNGChunks([UInt8](data))
    try Picture.checkSize(width: chunks.width, height: chunks.height)
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let (decoded, samples) = try chunks.critical.withUnsafeBytes { file in
      guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
        throw ImageError("the PNG file is damaged: \(image.text)")
      }
      if let rows = InterlacedRows(chunks) {
        return (try rows.decoded(), rows.samplesPerPixel)
      }
      // Alpha is asked for where the file has it: without, libpng would mix in a background.
      image.format &= UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
      // Without this, 16-bit values would be taken for linear light and brightened.
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      let samples = image.sampleCount
      let count = chunks.width * chunks.height * samples
      let decoded = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        guard png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil) != 0 else {
          throw ImageError("the PNG file is damaged: \(image.text)")
        }
        filled = count
      }
      return (decoded, samples)
    }
    let channels = samples < 3 ? 1 : 3
    var bytes = decoded
    if samples > channels {
      bytes = stride(from: 0, to: decoded.count, by: samples).flatMap { decoded[$0..<$0 + channels] }
    }
    self.init(uncheckedWidth: chunks.width, height: chunks.height, channels: channels, bytes: bytes)
  }
}

// MARK: - Writing

extension Picture {
  /// The content of a PNG file with this picture, of 8 bits a channel.
  ///
  /// - Throws: An ``ImageError`` where libpng cannot encode it.
  public func png() throws -> Data {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
    defer { png_image_free(&image) }
    // Deflate cannot grow its input by more than a few bytes in a thousand; the rest is for the chunks around it.
    let rawCount = height * (width * channels + 1)
    var count = png_alloc_size_t(rawCount + rawCount / 64 + 4096)
    var file = Data(count: Int(count))
    let isWritten = file.withUnsafeMutableBytes {
      png_image_write_to_memory(&image, $0.baseAddress, &count, 0, bytes, 0, nil)
    }
    guard isWritten != 0 else { throw ImageError("the picture cannot be encoded: \(image.text)") }
    return file.prefix(Int(count))
  }

  /// Writes a PNG file of 8 bits a channel, as a whole or not at all.
  ///
  /// - Throws: An ``ImageError`` that names the file where it cannot be written.
  public func writePNG(to url: URL) throws {
    let file: Data
    do {
      file = try png()
    } catch let error as ImageError {
      throw error.naming(url)
    }
    try file.writeWhole(to: url)
  }
}

extension png_image {
  /// The number of samples in a pixel: 1 for gray, 3 for RGB, and one more for alpha.
  fileprivate var sampleCount: Int {
    1 + (format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0 ? 2 : 0) + (format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0 ? 1 : 0)
  }

  /// What libpng says about its last error.
  fileprivate var text: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
