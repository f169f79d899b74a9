import Datasets
import Foundation
import Images
import TestSupport
import Testing

@Suite struct ImageFolderTests {
  private func png(_ row: [UInt8]) throws -> Data {
    try Picture(width: row.count, height: 2, channels: 1, bytes: row + row).png()
  }

  @Test("subfolders are classes, and the middle square is kept") func reads() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "a"] {
      try FileManager.default.createDirectory(atPath: folder.path + "/" + name, withIntermediateDirectories: false)
    }
    try folder.write(png([0, 255, 51, 0]), as: "a/x.png")
    try folder.write(png([102, 102]), as: "b/y.PNG")
    try folder.write([1], as: "b/.hidden.png")
    try folder.write([1], as: "b/notes.txt")
    let source = try ImageFolder(folder.path, imageSide: 2, channels: 3)
    #expect(source.classNames == ["a", "b"] && source.count == 2)
    let (images, labels) = source.images(at: [1, 0])
    #expect(labels == .classes([1, 0]))
    #expect(images.shape == [2, 2, 2, 3])
    #expect(images[0, 0, 0, 0] == 102.0 / 255 && images[1, 0, 0, 2] == 1 && images[1, 1, 1, 0] == 51.0 / 255)
  }

  @Test("without subfolders nothing is labeled, and errors name the file") func plainFolder() throws {
    let folder = try TemporaryFolder()
    let empty = try #require(throws: DatasetError.self) { try ImageFolder(folder.path, imageSide: 2, channels: 1) }
    #expect(empty == DatasetError(path: folder.path, reason: "holds no PNG files"))
    try folder.write(png([7, 7]), as: "x.png")
    #expect(try ImageFolder(folder.path, imageSide: 1, channels: 1).images(at: [0]).labels == .none)
    try folder.write([1], as: "y.png")
    let broken = try #require(throws: DatasetError.self) { try ImageFolder(folder.path, imageSide: 2, channels: 1) }
    #expect(broken.path.hasSuffix("/y.png"))
  }
}
