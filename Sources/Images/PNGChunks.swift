/// A PNG file reduced to what its pixels need, and checked to be whole.
///
/// A PNG file is a signature followed by chunks: length, type, payload and a CRC-32 of type and payload, the numbers in
/// big-endian order (RFC 2083, chapter 3). Two reasons to go through them before the decoder does:
/// - The decoder stops at the last pixel, so that a file cut off after it would pass.
/// - The decoder obeys the chunks about color (`gAMA`, `iCCP`, `sRGB`) and changes the values. The numbers of a training
///   image should be those that the file stores, so only the critical chunks are kept: those whose type begins with a
///   capital letter. Transparency (`tRNS`) goes with the rest, as alpha is dropped anyway.
struct PNGChunks {
  /// The size that the header claims.
  let width: Int
  let height: Int

  /// A PNG file of the critical chunks alone.
  let critical: [UInt8]

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Goes through the chunks of a file up to its end chunk; what follows that is ignored.
  ///
  /// - Throws: An ``ImageError`` where the file is no PNG, cut short or damaged.
  init(_ file: [UInt8]) throws {
    let signature = PNGChunks.signature
    guard !file.isEmpty else { throw ImageError("the file is empty") }
    guard file.starts(with: signature) else {
      throw ImageError(signature.starts(with: file) ? "the PNG file is cut short" : "not a PNG file")
    }
    var critical = signature
    var position = signature.count
    var size: (width: Int, height: Int)?
    var type: ArraySlice<UInt8> = []
    while !type.elementsEqual("IEND".utf8) {
      guard position + 12 <= file.count else { throw ImageError("the PNG file is cut short") }
      let length = file.bigEndian(at: position)
      guard position + 12 + length <= file.count else { throw ImageError("the PNG file is cut short") }
      type = file[position + 4..<position + 8]
      let payload = file[position + 8..<position + 8 + length]
      guard CRC32.checksum(of: file[position + 4..<position + 8 + length]) == file.bigEndian(at: payload.endIndex)
      else {
        throw ImageError("the PNG file is damaged: a checksum does not fit")
      }
      if size == nil {
        guard type.elementsEqual("IHDR".utf8), length >= 8 else {
          throw ImageError("the PNG file is damaged: it does not begin with a header")
        }
        size = (file.bigEndian(at: payload.startIndex), file.bigEndian(at: payload.startIndex + 4))
      }
      let isCritical = type[type.startIndex] & 0x20 == 0
      if isCritical { critical += file[position..<payload.endIndex + 4] }
      position = payload.endIndex + 4
    }
    (width, height) = size ?? (0, 0)
    self.critical = critical
  }

  /// The payloads of all chunks of a critical type, put together.
  func payloads(of wanted: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var position = PNGChunks.signature.count
    while position < critical.count {
      let length = critical.bigEndian(at: position)
      let payload = critical[position + 8..<position + 8 + length]
      if critical[position + 4..<position + 8].elementsEqual(wanted.utf8) { bytes += payload }
      position = payload.endIndex + 4
    }
    return bytes
  }
}

extension [UInt8] {
  /// The unsigned 32-bit number whose four bytes begin at `position`.
  fileprivate func bigEndian(at position: Int) -> Int {
    self[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The checksum of PNG chunks: CRC-32 with the polynomial 0xEDB88320, bits reversed.
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  static func checksum(of bytes: ArraySlice<UInt8>) -> Int {
    let table = table
    var register = UInt32.max
    for byte in bytes { register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ register >> 8 }
    return Int(~register)
  }
}
