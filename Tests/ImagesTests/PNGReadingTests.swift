import Foundation
import Images
import Testing

struct PNGReadingTests {
  private func read(_ builder: PNGBuilder, _ samples: [Int]) throws -> Picture {
    try Picture(png: Data(builder.file(samples: samples)))
  }

  @Test func readsGrayOfEightBits() throws {
    let picture = try read(PNGBuilder(width: 3, height: 2, colorType: 0), [0, 1, 127, 128, 254, 255])
    #expect((picture.width, picture.height, picture.channels) == (3, 2, 1), "width and height swapped?")
    #expect(picture.bytes == [0, 1, 127, 128, 254, 255], "8-bit gray must come through unchanged: gamma applied?")
  }

  @Test func readsRGB() throws {
    let samples = [255, 0, 0, 0, 255, 0, 1, 2, 3, 200, 100, 50]
    let picture = try read(PNGBuilder(width: 2, height: 2, colorType: 2), samples)
    #expect(picture.channels == 3)
    #expect(picture.bytes == samples.map { UInt8($0) }, "RGB must come through unchanged: channels in another order?")
  }

  /// A sample of `bits` bits is stretched so that its greatest value becomes 255.
  @Test(arguments: [(1, [0, 255]), (2, [0, 85, 170, 255]), (4, (0..<16).map { UInt8($0 * 17) })])
  func stretchesNarrowGray(bits: Int, expected: [UInt8]) throws {
    let builder = PNGBuilder(width: expected.count, height: 1, bitDepth: UInt8(bits), colorType: 0)
    let picture = try read(builder, Array(0..<expected.count))
    #expect(picture.bytes == expected, "\(bits)-bit gray not stretched to 0...255")
  }

  @Test(arguments: [1, 2, 4, 8]) func looksUpPalettes(bits: Int) throws {
    let palette: [UInt8] = [10, 20, 30, 250, 240, 230]
    let builder = PNGBuilder(width: 3, height: 1, bitDepth: UInt8(bits), colorType: 3, palette: palette)
    let picture = try read(builder, [1, 0, 1])
    #expect(picture.channels == 3)
    #expect(picture.bytes == [250, 240, 230, 10, 20, 30, 250, 240, 230], "palette indices not looked up")
  }

  /// Dropping the low byte and rounding the 257th part differ by at most 1. The pictures must not be brightened, as
  /// they are by a reader that takes 16-bit values for linear light: 0x8000 would become 188.
  @Test(arguments: [UInt8(0), 2, 4, 6]) func readsSixteenBits(colorType: UInt8) throws {
    let values = [0, 0x0100, 0x3412, 0x7FFF, 0x8000, 0xC0FF, 0xFE80, 0xFFFF]
    let alpha = 0x4321
    let samples = values.flatMap { value in
      switch colorType {
      case 0: [value]
      case 2: [value, value / 2, 65535 - value]
      case 4: [value, alpha]
      default: [value, value / 2, 65535 - value, alpha]
      }
    }
    let picture = try read(PNGBuilder(width: 8, height: 1, bitDepth: 16, colorType: colorType), samples)
    let expected = values.flatMap { colorType & 2 == 0 ? [$0] : [$0, $0 / 2, 65535 - $0] }
    try #require(picture.bytes.count == expected.count)
    for (byte, value) in zip(picture.bytes, expected) {
      #expect(abs(Double(byte) - Double(value) / 257) <= 0.5, "\(value) of 65535 became \(byte): gamma applied?")
    }
  }

  /// The colors under alpha stay as they are stored, also where alpha is 0: not multiplied, not laid on a background.
  @Test(arguments: [UInt8(4), 6]) func dropsAlpha(colorType: UInt8) throws {
    let alphas = [0, 1, 128, 255]
    let samples = alphas.flatMap { colorType == 4 ? [200, $0] : [200, 100, 50, $0] }
    let picture = try read(PNGBuilder(width: 4, height: 1, colorType: colorType), samples)
    let pixel: [UInt8] = colorType == 4 ? [200] : [200, 100, 50]
    #expect(picture.channels == pixel.count)
    #expect(picture.bytes == Array(repeating: pixel, count: 4).flatMap { $0 }, "alpha mixed into the colors")
  }

  /// `tRNS` makes a palette entry transparent; `gAMA` declares linear light. Neither may change the stored numbers.
  @Test func ignoresTransparencyAndGamma() throws {
    var builder = PNGBuilder(width: 2, height: 1, colorType: 3, palette: [10, 20, 30, 250, 240, 230])
    builder.extraChunks = [PNGBuilder.chunk("gAMA", [0x00, 0x01, 0x86, 0xA0])]
    var file = builder.file(samples: [1, 0])
    let pixels = try #require(Data(file).range(of: Data("IDAT".utf8)))
    file.insert(contentsOf: PNGBuilder.chunk("tRNS", [0, 128]), at: pixels.lowerBound - 4)
    let picture = try Picture(png: Data(file))
    #expect(picture.bytes == [250, 240, 230, 10, 20, 30], "gAMA or tRNS changed the stored numbers")

    var gray = PNGBuilder(width: 2, height: 1, colorType: 0)
    gray.extraChunks = builder.extraChunks
    #expect(try read(gray, [100, 200]).bytes == [100, 200], "gAMA changed the stored numbers")
  }

  @Test(arguments: [(1, 1), (5, 7), (9, 10)]) func readsInterlacedFiles(width: Int, height: Int) throws {
    let samples = (0..<width * height * 3).map { $0 * 7 % 256 }
    let picture = try read(PNGBuilder(width: width, height: height, colorType: 2, isInterlaced: true), samples)
    #expect(picture.bytes == samples.map { UInt8($0) }, "Adam7 passes not put together")
  }

  /// A file of another writer (Pillow 11), with compression and line filters: pixel i is (37 i, 91 i + 5, 7 i²) mod 256.
  @Test func readsFileOfAnotherWriter() throws {
    let file = """
      iVBORw0KGgoAAAANSUhEUgAAAAUAAAAECAIAAADJUWIXAAAAS0lEQVR42gFAAL//AQAFACVbByVbFSVbIyVbMQC5zK/eJ/wDglco3cBNODcE\
      uccN3sdTuVuhJSKvJcclA/IRye8Rxe+Rb+8RGW8RQ7fSGK2DVkQRAAAAAElFTkSuQmCC
      """
    let picture = try Picture(png: #require(Data(base64Encoded: file)))
    let expected = (0..<20).flatMap { (i: Int) -> [Int] in [37 * i, 91 * i + 5, 7 * i * i] }.map { UInt8($0 % 256) }
    #expect((picture.width, picture.height) == (5, 4))
    #expect(picture.bytes == expected, "line filters not undone")
  }
}

// MARK: - Files that cannot be read

struct PNGErrorTests {
  private let small = PNGBuilder(width: 4, height: 3, colorType: 2).file(samples: Array(0..<36))

  private func reason(_ file: [UInt8]) -> String? {
    do {
      _ = try Picture(png: Data(file))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func refusesEveryTruncation() {
    #expect(reason(small) == nil, "the whole file must be readable")
    #expect(reason([]) == "the file is empty")
    for length in 1..<small.count {
      #expect(
        reason(Array(small.prefix(length))) == "the PNG file is cut short",
        "the first \(length) of \(small.count) bytes were taken for a whole file")
    }
  }

  @Test func refusesEveryFlippedBit() {
    for position in small.indices {
      for bit in 0..<8 {
        var file = small
        file[position] ^= 1 << bit
        // A flipped bit may turn an ancillary chunk type into another, but this file has none.
        #expect(reason(file) != nil, "bit \(bit) of byte \(position) flipped unnoticed")
      }
    }
  }

  @Test func namesDamage() {
    #expect(reason(Array("GIF89a".utf8)) == "not a PNG file")
    #expect(reason([0xFF, 0xD8, 0xFF, 0xE0]) == "not a PNG file")
    var file = small
    file[small.count - 20] ^= 1
    #expect(reason(file) == "the PNG file is damaged: a checksum does not fit")
  }

  /// The file is well-formed but for the size, so nothing but the limit keeps the reader from taking the memory.
  @Test(arguments: [(100_000, 100_000), (0xFFFF_FFFF, 1), (0x7FFF_FFFF, 0x7FFF_FFFF), (8193, 8192)])
  func refusesAbsurdSizes(width: Int, height: Int) throws {
    let builder = PNGBuilder(width: width, height: height, colorType: 2)
    let pixels = PNGBuilder.chunk("IDAT", PNGBuilder.stored([0]))
    let file = Array(small[..<8]) + builder.header + pixels + PNGBuilder.chunk("IEND", [])
    let text = try #require(reason(file))
    #expect(text == "a picture of \(width)×\(height) is too large: at most 64 Mi pixels")
  }

  @Test func refusesPixelsThatAreMissing() {
    var file = PNGBuilder(width: 4, height: 4, colorType: 2).file(samples: Array(0..<48))
    let taller = PNGBuilder(width: 4, height: 5, colorType: 2).header
    file.replaceSubrange(8..<8 + taller.count, with: taller)
    #expect(reason(file)?.contains("damaged") == true, "a file with four of five rows was taken for a whole one")
    #expect(reason(PNGBuilder(width: 0, height: 4, colorType: 0).file(samples: [])) != nil, "no pixels to read")
  }

  /// Damage behind correct checksums reaches libpng itself, which must report it and not crash.
  @Test func survivesDamageBehindCorrectChecksums() {
    let builder = PNGBuilder(width: 4, height: 4, bitDepth: 4, colorType: 3, palette: [1, 2, 3, 4, 5, 6])
    let file = builder.file(samples: Array(0..<16))
    for position in 16..<file.count - 16 {
      for value: UInt8 in [0, 1, 0x7F, 0xFF] {
        var damaged = file
        damaged[position] = value
        // Either outcome is right, as some damage makes another valid file; what counts is to get this far.
        if let picture = try? Picture(png: Data(withChecksums(damaged))) {
          #expect(picture.bytes.count == picture.width * picture.height * picture.channels)
        }
      }
    }
  }

  /// The file with the checksums that its chunks should have.
  private func withChecksums(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var position = 8
    while position + 12 <= file.count {
      let length = file[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = position + 8 + length
      guard end + 4 <= file.count else { return file }
      let checksum = PNGBuilder.crc32(file[position + 4..<end])
      file.replaceSubrange(end..<end + 4, with: [24, 16, 8, 0].map { UInt8(checksum >> $0 & 255) })
      position = end + 4
    }
    return file
  }

  @Test func namesTheFile() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appending(path: "missing.png")
      #expect(message { _ = try Picture(contentsOf: missing) } == "\(missing.path): no such file or directory")

      let text = folder.appending(path: "text.png")
      try Data("no picture".utf8).write(to: text)
      #expect(message { _ = try Picture(contentsOf: text) } == "\(text.path): not a PNG file")

      #expect(message { _ = try Picture(contentsOf: folder) } == "\(folder.path): is a directory")
    }
  }
}

/// The description of the error that `body` throws; nil where it throws none.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}
