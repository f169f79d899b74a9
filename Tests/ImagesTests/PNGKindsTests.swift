import Foundation
import Images
import Testing

/// Every kind of file that the format allows: color type, bits a sample, interlaced or not.
struct PNGKind: CustomTestStringConvertible {
  let colorType: UInt8
  let bitDepth: UInt8
  let isInterlaced: Bool

  var testDescription: String { "color type \(colorType), \(bitDepth) bits\(isInterlaced ? ", interlaced" : "")" }

  static let all: [PNGKind] = [
    (0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]),
  ].flatMap { (type: UInt8, depths: [UInt8]) in
    depths.flatMap { depth in
      [false, true].map { PNGKind(colorType: type, bitDepth: depth, isInterlaced: $0) }
    }
  }
}

struct PNGKindsTests {
  /// What a picture should be, from the samples of its file: narrow samples are stretched, 16 bits divided by 257 and
  /// rounded, palettes looked up, alpha dropped.
  private func expected(_ kind: PNGKind, samples: [Int], palette: [UInt8]) -> [UInt8] {
    if kind.colorType == 3 { return samples.flatMap { palette[3 * $0..<3 * $0 + 3] } }
    let stretched = samples.map { sample -> UInt8 in
      let greatest = 1 << Int(kind.bitDepth) - 1
      return UInt8((2 * 255 * sample + greatest) / (2 * greatest))
    }
    let stored = [0: 1, 2: 3, 4: 2, 6: 4][kind.colorType] ?? 0
    let kept = kind.colorType & 2 == 0 ? 1 : 3
    return stretched.enumerated().filter { $0.offset % stored < kept }.map(\.element)
  }

  /// Sizes below 8 leave some of Adam7's passes empty.
  @Test(arguments: PNGKind.all, [(1, 1), (3, 2), (5, 9), (17, 13)])
  func reads(kind: PNGKind, size: (width: Int, height: Int)) throws {
    let colors = 1 << min(Int(kind.bitDepth), 8)
    let palette = kind.colorType == 3 ? (0..<colors * 3).map { UInt8(($0 * 83 + 7) % 256) } : []
    let stored = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][kind.colorType] ?? 0
    let samples = (0..<size.width * size.height * stored).map { ($0 * 40503 + 977) % (1 << Int(kind.bitDepth)) }
    var builder = PNGBuilder(
      width: size.width, height: size.height, bitDepth: kind.bitDepth, colorType: kind.colorType, palette: palette,
      isInterlaced: kind.isInterlaced)
    // What they say about color and transparency must not change the numbers.
    builder.extraChunks = [PNGBuilder.chunk("gAMA", [0x00, 0x00, 0xB1, 0x8F]), PNGBuilder.chunk("sRGB", [0])]
    for filters: [UInt8] in [[0], [1, 2, 3, 4], [4, 3, 2, 1, 0]] {
      builder.filters = filters
      let picture = try Picture(png: Data(builder.file(samples: samples)))
      #expect(
        picture.bytes == expected(kind, samples: samples, palette: palette),
        "\(size.width)×\(size.height), filters \(filters): wrong pixels")
    }
  }

  @Test func refusesBrokenInterlacedFiles() {
    var builder = PNGBuilder(width: 5, height: 5, bitDepth: 16, colorType: 0, isInterlaced: true)
    let samples = Array(0..<25)
    builder.filters = [5]
    #expect(throws: ImageError.self) { try Picture(png: Data(builder.file(samples: samples))) }
  }
}
