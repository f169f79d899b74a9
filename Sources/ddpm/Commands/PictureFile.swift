import ArgumentParser
import Foundation
import Images

/// The file for a picture of many images, looked at before any work is done.
struct PictureFile {
  let url: URL

  /// - Throws: `ValidationError` where the name is not that of a PNG file.
  init(_ name: String) throws {
    if name == "" { throw ValidationError("--out: the name is empty") }
    url = URL(fileURLWithPath: name)
    guard url.pathExtension.lowercased() == "png" || name.hasPrefix("/dev/") else {
      throw ValidationError("--out \(name): pictures are written as PNG; end the name in .png")
    }
  }

  /// Makes sure that a grid can be made and written.
  ///
  /// - Parameters:
  ///   - count: How many images it has.
  ///   - side: Height and width of an image in it.
  func check(count: Int, columns: Int, side: Int) throws {
    let (cell, rows) = (side + 2, (count + columns - 1) / columns)
    guard columns * cell * rows * cell <= Picture.maximumPixelCount else {
      throw CommandError(
        "\(url.path): a picture of \(columns * cell)×\(rows * cell) is too large; a lower --count or --scale helps")
    }
    guard !url.hasDirectoryPath else { throw CommandError("\(url.path): this is a folder, but a file is needed") }
    let folder = url.deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw CommandError("\(url.path): the folder \(folder) is not there, or cannot be written to")
    }
  }
}

/// Requires 1 ≤ scale ≤ 1000.
func validateScale(_ scale: Int) throws {
  guard (1...1000).contains(scale) else { throw ValidationError("--scale \(scale): must be from 1 to 1000") }
}
