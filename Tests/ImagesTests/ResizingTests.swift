import Foundation
import Images
import Tensors
import Testing

/// A picture whose byte i is (7 i² + 31 i) / 3 mod 256, in another size by Pillow's `resize(size, Image.BILINEAR)`.
struct PillowCase: CustomTestStringConvertible, Sendable {
  let from: (width: Int, height: Int, channels: Int)
  let to: (width: Int, height: Int)
  /// `zlib.crc32` of the resized picture's bytes.
  let checksum: UInt32
  /// The first of them, to tell a small difference from a large one.
  let beginning: [UInt8]

  var testDescription: String { "\(from.width)×\(from.height)×\(from.channels) to \(to.width)×\(to.height)" }
}

struct ResizingTests {
  private func picture(width: Int, height: Int, channels: Int) throws -> Picture {
    let bytes = (0..<width * height * channels).map { (i: Int) -> UInt8 in
      let value: Int = (7 * i * i + 31 * i) / 3
      return UInt8(value % 256)
    }
    return try Picture(width: width, height: height, channels: channels, bytes: bytes)
  }

  @Test(
    arguments: [
      PillowCase(
        from: (320, 240, 3), to: (64, 64), checksum: 3_657_551_416,
        beginning: [117, 121, 132, 136, 117, 123, 124, 132, 130, 126, 127, 127]),
      PillowCase(
        from: (40, 30, 1), to: (4, 3), checksum: 3_097_670_906,
        beginning: [129, 130, 129, 124, 129, 130, 123, 123, 127, 132, 132, 128]),
      PillowCase(
        from: (5, 4, 1), to: (7, 6), checksum: 3_074_510_207,
        beginning: [0, 7, 17, 30, 46, 63, 78, 55, 69, 87, 108, 133]),
      PillowCase(
        from: (17, 13, 3), to: (5, 6), checksum: 878_830_694,
        beginning: [140, 125, 144, 127, 126, 141, 118, 104, 134, 116, 106, 155]),
      PillowCase(
        from: (8, 6, 1), to: (8, 3), checksum: 1_173_736_875,
        beginning: [135, 28, 72, 84, 137, 86, 112, 179, 164, 110, 125, 112]),
      PillowCase(
        from: (100, 1, 3), to: (1, 1), checksum: 3_351_480_941, beginning: [137, 122, 130]),
    ])
  func givesPillowsBytes(example: PillowCase) throws {
    let (width, height, channels) = example.from
    let resized = try picture(width: width, height: height, channels: channels)
      .resized(width: example.to.width, height: example.to.height)
    #expect((resized.width, resized.height, resized.channels) == (example.to.width, example.to.height, channels))
    #expect(Array(resized.bytes.prefix(example.beginning.count)) == example.beginning, "the weights are not Pillow's")
    #expect(PNGBuilder.crc32(resized.bytes) == example.checksum, "not Pillow's bytes further on")
  }

  /// Pillow's bytes are rounded after each pass, by half a level at most, and a pass adds up weights that are together 1.
  @Test(arguments: [(28, 28, 1, 16, 16), (13, 17, 3, 6, 5), (5, 4, 1, 7, 6)])
  func imagesAreResizedAsPicturesAre(width: Int, height: Int, channels: Int, newWidth: Int, newHeight: Int) throws {
    let picture = try picture(width: width, height: height, channels: channels)
    let found = Tensor([picture], values: .unit).resized(width: newWidth, height: newHeight)
    let expected = Tensor([try picture.resized(width: newWidth, height: newHeight)], values: .unit)
    #expect(found.shape == [1, newHeight, newWidth, channels])
    #expect(zip(found.scalars, expected.scalars).allSatisfy { abs($0 - $1) < 1.01 / 255 })
  }

  @Test func keepsTheSame() throws {
    let picture = try picture(width: 5, height: 3, channels: 3)
    #expect(try picture.resized(width: 5, height: 3) == picture)
  }

  /// The weights of a window are rounded and add up to 1 within 2⁻²² each: an even picture stays as it is.
  @Test(arguments: [1, 3, 7, 64]) func keepsEvenColor(side: Int) throws {
    let even = try Picture(width: 31, height: 17, channels: 1, bytes: Array(repeating: 255, count: 31 * 17))
    #expect(try even.resized(width: side, height: side).bytes.allSatisfy { $0 == 255 })
  }

  @Test(arguments: [(0, 1), (1, -1), (1 << 40, 1 << 40)]) func refuses(width: Int, height: Int) throws {
    let picture = try picture(width: 2, height: 2, channels: 1)
    #expect(throws: ImageError.self) { try picture.resized(width: width, height: height) }
  }
}
