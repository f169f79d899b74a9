import Foundation

/// Makes PNG files of every kind byte by byte, so that the reader is tested against the format and not against a writer.
struct PNGBuilder {
  var width: Int
  var height: Int
  var bitDepth: UInt8 = 8
  /// 0 gray, 2 RGB, 3 palette, 4 gray with alpha, 6 RGB with alpha.
  var colorType: UInt8
  var palette: [UInt8] = []
  /// Chunks between the header and the pixels.
  var extraChunks: [[UInt8]] = []
  var isInterlaced = false
  /// Rows are filtered in turn by these; see the PNG specification, chapter 9.
  var filters: [UInt8] = [0]

  /// A file whose pixels have the given samples, row by row.
  func file(samples: [Int]) -> [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += header
    file += extraChunks.joined()
    if !palette.isEmpty { file += PNGBuilder.chunk("PLTE", palette) }
    file += PNGBuilder.chunk("IDAT", PNGBuilder.stored(scanlines(samples)))
    return file + PNGBuilder.chunk("IEND", [])
  }

  var header: [UInt8] {
    PNGBuilder.chunk(
      "IHDR",
      bigEndian(width) + bigEndian(height) + [bitDepth, colorType, 0, 0, isInterlaced ? 1 : 0])
  }

  private func scanlines(_ samples: [Int]) -> [UInt8] {
    let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colorType] ?? 0
    // The seven passes of Adam7: first column, first row, and the steps between columns and rows.
    let adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    let passes = isInterlaced ? adam7 : [(0, 0, 1, 1)]
    var bytes: [UInt8] = []
    for (left, top, across, down) in passes where left < width {
      var above: [UInt8]?
      for (number, row) in stride(from: top, to: height, by: down).enumerated() {
        var bits: [Int] = []
        for column in stride(from: left, to: width, by: across) {
          for channel in 0..<channels {
            let sample = samples[(row * width + column) * channels + channel]
            bits += (0..<Int(bitDepth)).reversed().map { sample >> $0 & 1 }
          }
        }
        while bits.count % 8 != 0 { bits.append(0) }
        let line = stride(from: 0, to: bits.count, by: 8).map { start in
          UInt8(bits[start..<start + 8].reduce(0) { $0 << 1 | $1 })
        }
        let filter = filters[number % filters.count]
        bytes.append(filter)
        bytes += filtered(line, above: above, by: filter, pixelSize: max(1, channels * Int(bitDepth) / 8))
        above = line
      }
    }
    return bytes
  }

  private func filtered(_ line: [UInt8], above: [UInt8]?, by filter: UInt8, pixelSize: Int) -> [UInt8] {
    line.indices.map { index in
      let a = index < pixelSize ? 0 : Int(line[index - pixelSize])
      let b = above.map { Int($0[index]) } ?? 0
      let c = index < pixelSize ? 0 : above.map { Int($0[index - pixelSize]) } ?? 0
      let nearest = [a, b, c].min { abs(a + b - c - $0) < abs(a + b - c - $1) } ?? 0
      return line[index] &- UInt8([0, a, b, (a + b) / 2, nearest][min(Int(filter), 4)])
    }
  }

  /// A chunk: length, type, payload, checksum.
  static func chunk(_ type: String, _ payload: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + payload
    return bigEndian(payload.count) + body + bigEndian(Int(crc32(body)))
  }

  /// A zlib stream that stores the bytes without compression.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count < 65536)
    let (low, high) = (UInt8(bytes.count & 255), UInt8(bytes.count >> 8))
    let (a, b) = bytes.reduce((1, 0)) { sums, byte in
      let a = (sums.0 + Int(byte)) % 65521
      return (a, (sums.1 + a) % 65521)
    }
    return [0x78, 0x01, 0x01, low, high, ~low, ~high] + bytes + bigEndian(b << 16 | a)
  }

  /// CRC-32 bit by bit, as the PNG specification defines it.
  static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var register = UInt32.max
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
    return ~register
  }
}

private func bigEndian(_ number: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(number >> $0 & 255) }
}

/// A folder for the files of one test, which is removed afterwards.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "images-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}
