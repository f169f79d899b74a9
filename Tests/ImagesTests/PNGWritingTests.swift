import Foundation
import Images
import Testing

struct PNGWritingTests {
  @Test(arguments: [1, 3]) func whatIsWrittenIsRead(channels: Int) throws {
    for (width, height) in [(1, 1), (7, 5), (64, 33)] {
      // Squares modulo a prime: no line filter finds them smooth, so all of them are tried.
      let bytes = (0..<width * height * channels).map { UInt8($0 * $0 % 251) }
      let picture = try Picture(width: width, height: height, channels: channels, bytes: bytes)
      try withTemporaryFolder { folder in
        let file = folder.appending(path: "picture.png")
        try picture.writePNG(to: file)
        #expect(try Picture(contentsOf: file) == picture, "\(width)×\(height) changed on the way through a file")
      }
    }
  }

  /// The buffer for the file must hold what cannot be compressed at all.
  @Test(arguments: [(1, 3), (3, 1), (97, 61), (500, 400)]) func writesNoise(width: Int, height: Int) throws {
    var generator = SplitMix(state: 7)
    let bytes = (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let picture = try Picture(width: width, height: height, channels: 3, bytes: bytes)
    let file = try picture.png()
    #expect(file.count > bytes.count, "noise cannot be compressed, so this test tests nothing")
    #expect(try Picture(png: file) == picture)
  }

  @Test func grayStaysGray() throws {
    let file = [UInt8](try Picture(width: 2, height: 1, channels: 1, bytes: [0, 255]).png())
    #expect(file[24] == 8 && file[25] == 0, "bit depth \(file[24]) and color type \(file[25]) instead of 8 and 0")
  }

  @Test func replacesAFileAsAWhole() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "picture.png")
      try Data(repeating: 1, count: 100_000).write(to: file)
      let picture = try Picture(width: 2, height: 1, channels: 1, bytes: [0, 255])
      try picture.writePNG(to: file)
      #expect(try Picture(contentsOf: file) == picture)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["picture.png"], "a temporary file was left behind")
    }
  }

  @Test func namesTheFileThatCannotBeWritten() throws {
    let picture = try Picture(width: 1, height: 1, channels: 1, bytes: [0])
    let chart = LineChart(title: "", xLabel: "", yLabel: "", series: [])
    try withTemporaryFolder { folder in
      let nowhere = folder.appending(path: "nowhere/picture.png")
      #expect(message { try picture.writePNG(to: nowhere) } == "\(nowhere.path): no such file or directory")
      #expect(message { try chart.writeSVG(to: nowhere) } == "\(nowhere.path): no such file or directory")

      let taken = folder.appending(path: "taken.png")
      try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: false)
      #expect(message { try picture.writePNG(to: taken) } == "\(taken.path): is a directory")
    }
  }

  /// Permissions do not bind the superuser, under whom tests run in containers.
  @Test(.enabled(if: getuid() != 0)) func namesAFolderThatIsReadOnly() throws {
    let picture = try Picture(width: 1, height: 1, channels: 1, bytes: [0])
    try withTemporaryFolder { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
      defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
      let file = folder.appending(path: "picture.png")
      #expect(message { try picture.writePNG(to: file) } == "\(file.path): permission denied")
    }
  }
}

/// A small random generator, so that every run of a test is the same.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
