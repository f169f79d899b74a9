import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

@testable import Scoring

@Suite("Where images come from", .onWrittenChapters)
struct ImageSetTests {
  private let folder: TemporaryFolder
  private let classifier: Classifier

  init() throws {
    folder = try TemporaryFolder()
    classifier = try .ofFirstPixels()
  }

  /// Writes pictures that are black but for one of their first four pixels, in subfolders that are called so.
  private func writePictures(_ count: Int, side: Int = 4) throws {
    for index in 0..<count {
      var bytes = [UInt8](repeating: 0, count: side * side)
      bytes[index % 4] = 255
      let subfolder = folder.file(["a", "b", "c", "d"][index % 4])
      try FileManager.default.createDirectory(at: subfolder, withIntermediateDirectories: true)
      try Picture(width: side, height: side, channels: 1, bytes: bytes)
        .writePNG(to: subfolder.appendingPathComponent("\(side)-\(index).png"))
    }
  }

  @Test("Pictures in subfolders show what these are called")
  func subfolders() throws {
    try writePictures(40)
    let set = try ImageSet(folder: folder.path, for: classifier, count: 30)
    #expect(set.count == 30)
    let seen = try Observations(of: set, by: classifier)
    #expect(try seen.accuracy == 1)
    #expect(try seen.perClass?.count == 4, "of 40 pictures sorted by class the first 30 were taken")
    #expect(try ImageSet(folder: folder.path, for: classifier, count: 100).count == 40)
  }

  @Test func picturesOfSeveralSizes() throws {
    try writePictures(2)
    try writePictures(1, side: 5)
    #expect(
      errorMessage { try ImageSet(folder: folder.path, for: classifier, count: 9) }
        == "\(folder.path): pictures of 4 × 4 and 5 × 5; square ones, all of one size, are needed")
  }

  @Test func oblongPictures() throws {
    try Picture(width: 4, height: 6, channels: 1, bytes: [UInt8](repeating: 0, count: 24))
      .writePNG(to: folder.file("1.png"))
    #expect(
      errorMessage { try ImageSet(folder: folder.path, for: classifier, count: 9) }
        == "\(folder.path): pictures of 4 × 6; square ones, all of one size, are needed")
  }

  @Test func aFolderWithoutPictures() {
    #expect(
      errorMessage { try ImageSet(folder: folder.path, for: classifier, count: 9) }
        == "\(folder.path): holds no PNG files")
  }

  @Test("Of a gray image with a border the middle is cut out; larger ones are averaged")
  func fitted() throws {
    var scalars = [Float](repeating: 0, count: 64)
    scalars[2 * 8 + 2] = 1
    let cut = classifier.fitted(Tensor(scalars, shape: [1, 8, 8, 1]))
    #expect(cut.shape == [1, 4, 4, 1])
    #expect(cut[0, 0, 0, 0] == 1)
    #expect(cut.sum().item == -14, "one white pixel and 15 black ones")
    let averaged = classifier.fitted(.ones([1, 12, 12, 1]))
    #expect(averaged == .ones([1, 4, 4, 1]))
    let color = try Classifier.ofFirstPixels(channels: 3)
    var gray = [Float](repeating: 0, count: 36 * 3)
    gray[0] = 1
    #expect(color.fitted(Tensor(gray, shape: [1, 6, 6, 3])).sum().item > -48, "the corner of a photograph was cut off")
    #expect(classifier.realSide(for: 8) == 4)
    #expect(classifier.realSide(for: 12) == 12)
    #expect(classifier.realSide(for: 2) == 2)
  }

  // MARK: References

  @Test("Real digits go through the size of the images, and those held out are others")
  func digits() throws {
    let reference = try Reference(.synthetic, dataPath: nil, imageSide: 14, for: classifier, cache: nil)
    #expect(reference.images.imageSide == 14)
    #expect(reference.images.count == 20_000)
    #expect(reference.heldOut.count == 10_000)
    let (first, labels) = try reference.images.images(at: 0..<2)
    #expect(first.shape == [2, 14, 14, 1])
    #expect(labels != .none)
    #expect(try reference.heldOut.images(at: 0..<2).images != first)
  }

  @Test func imagesLargerThanRealOnes() {
    #expect(
      errorMessage { try Reference(.synthetic, dataPath: nil, imageSide: 64, for: classifier, cache: nil) }
        == "images of 64 × 64 pixels, but those of synthetic have 28")
  }

  @Test func dataWithoutAFolder() {
    #expect(
      errorMessage { try Reference(.mnist, dataPath: nil, imageSide: 28, for: classifier, cache: nil) }
        == "mnist needs --data-path, the folder that holds it (ddpm data fetch mnist --to FOLDER brings it)")
    #expect(
      errorMessage { try Reference(.cifarCats, dataPath: "/none", imageSide: 32, for: classifier, cache: nil) }
        == "/none: there is no file data_batch_1.bin in this folder or in cifar-10-batches-bin")
  }
}
