import CZlib

/// The pixels of a PNG file of 16 bits a sample with Adam7 interlacing, decoded without libpng.
///
/// libpng's simplified interface reduces such rows to 8 bits wrongly since the repair of CVE-2025-65018 (pnggroup/libpng
/// issue 853), and wrote out of bounds before it. Its 16-bit output multiplies the colors by alpha, so that neither way
/// gives the numbers of the file.
///
/// Source: PNG specification, second edition, chapters 8 (interlacing) and 9 (filters).
struct InterlacedRows {
  private let width: Int
  private let height: Int
  /// The IDAT chunks' payloads put together: one zlib stream.
  private let compressed: [UInt8]
  /// 1 for gray, 2 with alpha, 3 for RGB, 4 with alpha.
  let samplesPerPixel: Int

  /// Nil where the file has other than 16 bits a sample or no interlacing. Its header must have been checked.
  init?(_ chunks: PNGChunks) {
    // The header's payload begins at 16: width, height, then a byte each of depth, color type, two methods, interlacing.
    let file = chunks.critical
    guard file.count > 28, file[24] == 16, file[28] == 1 else { return nil }
    guard let samples = [0: 1, 2: 3, 4: 2, 6: 4][file[25]] else { return nil }
    (width, height, samplesPerPixel) = (chunks.width, chunks.height, samples)
    compressed = chunks.payloads(of: "IDAT")
  }

  private struct Pass {
    let left: Int
    let top: Int
    let across: Int
    let down: Int
  }

  private static let adam7 = [
    Pass(left: 0, top: 0, across: 8, down: 8), Pass(left: 4, top: 0, across: 8, down: 8),
    Pass(left: 0, top: 4, across: 4, down: 8), Pass(left: 2, top: 0, across: 4, down: 4),
    Pass(left: 0, top: 2, across: 2, down: 4), Pass(left: 1, top: 0, across: 2, down: 2),
    Pass(left: 0, top: 1, across: 1, down: 2),
  ]

  /// The samples, row by row, in 8 bits: `value / 257` rounded, as libpng's `png_set_scale_16` does.
  ///
  /// - Throws: An ``ImageError`` where the stream is broken or of another length than the size asks for.
  func decoded() throws -> [UInt8] {
    let pixelSize = 2 * samplesPerPixel
    // A pass without columns has no rows either, not even the bytes that name their filters.
    let passes = Self.adam7.filter { $0.left < width && $0.top < height }
    let sizes = passes.map { pass in
      (rows: (height - pass.top - 1) / pass.down + 1, columns: (width - pass.left - 1) / pass.across + 1)
    }
    var stream = try inflated(count: sizes.reduce(0) { $0 + $1.rows * ($1.columns * pixelSize + 1) })
    var pixels = [UInt8](repeating: 0, count: width * height * samplesPerPixel)
    var start = 0
    for (pass, size) in zip(passes, sizes) {
      let rowLength = size.columns * pixelSize
      for row in 0..<size.rows {
        try Self.unfilter(&stream, at: start, length: rowLength, pixelSize: pixelSize, isFirst: row == 0)
        for column in 0..<size.columns {
          let source = start + 1 + column * pixelSize
          let target = ((pass.top + row * pass.down) * width + pass.left + column * pass.across) * samplesPerPixel
          for sample in 0..<samplesPerPixel {
            let value = UInt32(stream[source + 2 * sample]) << 8 | UInt32(stream[source + 2 * sample + 1])
            pixels[target + sample] = UInt8((value * 255 + 32895) >> 16)
          }
        }
        start += rowLength + 1
      }
    }
    return pixels
  }

  private func inflated(count: Int) throws -> [UInt8] {
    var length = uLongf(count)
    var status = Z_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      status = uncompress(buffer.baseAddress, &length, compressed, uLong(compressed.count))
      filled = min(Int(length), count)
    }
    guard status == Z_OK else { throw ImageError("the PNG file is damaged: the pixels cannot be unpacked") }
    guard bytes.count == count else { throw ImageError("the PNG file is damaged: not enough pixels") }
    return bytes
  }

  /// Undoes the filter of the row whose filter byte is at `start`; the row before it lies right in front of it.
  private static func unfilter(
    _ bytes: inout [UInt8], at start: Int, length: Int, pixelSize: Int, isFirst: Bool
  ) throws {
    let filter = bytes[start]
    guard filter <= 4 else { throw ImageError("the PNG file is damaged: there is no filter \(filter)") }
    guard filter > 0 else { return }
    for index in 0..<length {
      let place = start + 1 + index
      let hasLeft = index >= pixelSize
      let left = hasLeft ? Int(bytes[place - pixelSize]) : 0
      let above = isFirst ? 0 : Int(bytes[place - length - 1])
      let corner = isFirst || !hasLeft ? 0 : Int(bytes[place - length - 1 - pixelSize])
      let predicted =
        switch filter {
        case 1: left
        case 2: above
        case 3: (left + above) / 2
        default: paeth(left, above, corner)
        }
      bytes[place] &+= UInt8(predicted)
    }
  }

  /// Whichever of the three is nearest to `left + above - corner`; where two are, the one named first.
  private static func paeth(_ left: Int, _ above: Int, _ corner: Int) -> Int {
    let (toLeft, toAbove, toCorner) = (abs(above - corner), abs(left - corner), abs(left + above - 2 * corner))
    if toLeft <= toAbove && toLeft <= toCorner { return left }
    return toAbove <= toCorner ? above : corner
  }
}
