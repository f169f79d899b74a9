import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct MNISTTests {
  // MARK: Reading

  @Test("images and labels are read as written") func reads() throws {
    let folder = try TemporaryFolder()
    try folder.writeTestSplit(images: idx([3, 28, 28], period: 256))
    let source = try MNIST(folder: folder.path, split: .test)
    #expect(source.count == 3)
    let (images, labels) = source.images(at: [2, 0])
    #expect(labels == .classes([2, 0]))
    #expect(images.shape == [2, 28, 28, 1])
    // Elements count up modulo 256, so the third image begins with 2 · 784 mod 256 = 32.
    #expect(images[0, 0, 0, 0] == 32.0 / 255, "the order of images or the scale is wrong")
    #expect(images[1, 1, 3, 0] == 31.0 / 255, "rows and columns are mixed up")
    #expect(images[1, 9, 3, 0] == 1, "255 must become exactly 1")
  }

  @Test("packed and plain files under all usual names give the same") func names() throws {
    let plain = try TemporaryFolder()
    try plain.writeTestSplit()
    let expected = try MNIST(folder: plain.path, split: .test).images(at: [0, 1, 2]).images
    for (images, labels) in [
      (imagesName + ".gz", labelsName + ".gz"), ("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"),
      ("t10k-images.idx3-ubyte.gz", "t10k-labels.idx1-ubyte.gz"),
    ] {
      for isPacked in [false, true] {
        let folder = try TemporaryFolder()
        try folder.write(isPacked ? gzip(idx([3, 28, 28])) : idx([3, 28, 28]), as: images)
        try folder.write(isPacked ? gzip(idx([3])) : idx([3]), as: labels)
        let found = try MNIST(folder: folder.path, split: .test).images(at: [0, 1, 2])
        #expect(found.images == expected && found.labels == .classes([0, 1, 2]), "\(images), packed: \(isPacked)")
      }
    }
  }

  @Test("a name may be a folder, with the file inside or beside it", arguments: [true, false])
  func asKagglePacksIt(hasPlainFiles: Bool) throws {
    let folder = try TemporaryFolder()
    for (name, dotted, extents) in [
      (imagesName, "t10k-images.idx3-ubyte", [3, 28, 28]), (labelsName, "t10k-labels.idx1-ubyte", [3]),
    ] {
      try FileManager.default.createDirectory(atPath: folder.path + "/" + name, withIntermediateDirectories: false)
      try folder.write(idx(extents), as: hasPlainFiles ? dotted : "\(name)/\(name)")
    }
    let found = try MNIST(folder: folder.path, split: .test).images(at: [2])
    #expect(found.labels == .classes([2]), "the folder hid the file")
  }

  @Test("the splits are read from different files") func splits() throws {
    let folder = try TemporaryFolder()
    try folder.writeTestSplit()
    try folder.write(idx([4, 28, 28]), as: "train-images-idx3-ubyte")
    try folder.write(idx([4]), as: "train-labels-idx1-ubyte")
    #expect(try MNIST(folder: folder.path, split: .train).count == 4)
    #expect(try MNIST(folder: folder.path, split: .test).count == 3)
  }

  @Test("an index outside gives a fault, not a crash", arguments: [-1, 3, Int.max, Int.min])
  func outside(index: Int) throws {
    let folder = try TemporaryFolder()
    try folder.writeTestSplit()
    let (images, labels) = try MNIST(folder: folder.path, split: .test).images(at: [0, index])
    #expect(images.fault?.reason == "there is no image \(index) among 3")
    #expect(labels == .none)
    #expect(try MNIST(folder: folder.path, split: .test).labels(at: [0, index]) == .none)
  }

  // MARK: Errors

  /// The error of reading the test split, which must be one line that names `file`.
  private func failure(of folder: TemporaryFolder, naming file: String) throws -> String {
    let error = try #require(throws: DatasetError.self) { try MNIST(folder: folder.path, split: .test) }
    #expect(error.path == folder.path + (file.isEmpty ? "" : "/" + file), "the error names the wrong file")
    #expect(error.description == "\(error.path): \(error.reason)" && !error.description.contains("\n"))
    return error.reason
  }

  @Test("a missing folder or file is named") func missing() throws {
    let folder = try TemporaryFolder()
    #expect(try failure(of: folder, naming: "").contains("there is no file \(imagesName)"))
    try folder.write(idx([3, 28, 28]), as: imagesName)
    #expect(try failure(of: folder, naming: "").contains("there is no file \(labelsName)"))
    let nowhere = folder.path + "/nowhere"
    let error = try #require(throws: DatasetError.self) { try MNIST(folder: nowhere, split: .train) }
    #expect(error == DatasetError(path: nowhere, reason: "there is no such folder"))
    let file = folder.path + "/" + imagesName
    let mistaken = try #require(throws: DatasetError.self) { try MNIST(folder: file, split: .train) }
    #expect(mistaken == DatasetError(path: file, reason: "not a folder"))
  }

  @Test("a folder in the place of a file is refused") func folderAsFile() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/" + imagesName, withIntermediateDirectories: false)
    #expect(try failure(of: folder, naming: imagesName) == "not a file")
  }

  @Test(
    "images that are no such file",
    arguments: [
      Defect(idx([3, 28, 28]).dropLast(), "truncated: the header claims 2352 bytes of elements, but 2351 follow"),
      Defect(idx([3, 28, 28]) + [0, 0], "2 bytes follow the 2352 that the header claims"),
      Defect([0, 1] + idx([3, 28, 28]).dropFirst(2), "not an IDX file: it begins with 00010803, not with 0000"),
      Defect(Array("<html>".utf8), "not an IDX file: it begins with 3c68746d, not with 0000"),
      Defect(idx([3, 28, 28], type: 0x0D), "elements of type 0x0d, not unsigned bytes (0x08)"),
      Defect(idx([3]), "1 axes instead of 3"),
      Defect(idx([3, 28, 27]), "images of 28 × 27 pixels instead of 28 × 28"),
      Defect(idx([3, 784, 1]), "images of 784 × 1 pixels instead of 28 × 28"),
      Defect(idx([0, 28, 28]), "holds no images"),
      Defect(idxHeader([.max, 28, 28]), "truncated: the header claims 3367254359280 bytes of elements, but 0 follow"),
      Defect(idxHeader([.max, .max, .max]), "the header claims more elements than any file can hold"),
    ])
  func wrongImages(defect: Defect) throws {
    for isPacked in [false, true] {
      let folder = try TemporaryFolder()
      try folder.writeTestSplit(images: isPacked ? gzip(defect.bytes) : defect.bytes)
      #expect(try failure(of: folder, naming: imagesName) == defect.testDescription, "packed: \(isPacked)")
    }
  }

  @Test(
    "labels that do not fit",
    arguments: [
      Defect(idx([4]), "4 labels for 3 images"),
      Defect(idx([2]), "2 labels for 3 images"),
      Defect(idxHeader([3]) + [0, 10, 9], "label 10 at index 1, where the digits end at 9"),
      Defect(idx([3, 28, 28]), "3 axes instead of 1"),
    ])
  func wrongLabels(defect: Defect) throws {
    let folder = try TemporaryFolder()
    try folder.writeTestSplit(labels: defect.bytes)
    #expect(try failure(of: folder, naming: labelsName) == defect.testDescription)
  }

  @Test("a header cut short anywhere is noticed") func truncatedHeader() throws {
    for length in 0..<16 {
      let folder = try TemporaryFolder()
      try folder.writeTestSplit(images: Array(idx([3, 28, 28])[..<length]))
      let reason = try failure(of: folder, naming: imagesName)
      #expect(reason == "truncated: \(length) bytes, where the header has 16")
    }
    for length in 0..<8 {
      let folder = try TemporaryFolder()
      try folder.writeTestSplit(labels: Array(idx([3])[..<length]))
      let reason = try failure(of: folder, naming: labelsName)
      #expect(reason == "truncated: \(length) bytes, where the header has 8")
    }
  }

  // MARK: gzip

  @Test("gzip data cut short anywhere is noticed") func truncatedGzip() throws {
    let packed = gzip(idx([3, 28, 28]))
    // From two bytes on the file is recognized as gzip.
    for length in 2..<packed.count {
      let folder = try TemporaryFolder()
      try folder.writeTestSplit(images: Array(packed[..<length]))
      #expect(try failure(of: folder, naming: imagesName) == "the gzip data is truncated", "cut to \(length) bytes")
    }
  }

  @Test("gzip data with a wrong byte is noticed") func brokenGzip() throws {
    let packed = gzip(idx([3, 28, 28]))
    // Byte 2 is the method; the eight last are checksum and size.
    for place in [2, packed.count - 1, packed.count - 6] {
      var broken = packed
      broken[place] ^= 0x55
      let folder = try TemporaryFolder()
      try folder.writeTestSplit(images: broken)
      let reason = try failure(of: folder, naming: imagesName)
      #expect(reason.hasPrefix("the gzip data is broken"), "byte \(place): \(reason)")
    }
  }

  @Test("bytes after the gzip data are noticed") func trailingGzip() throws {
    let folder = try TemporaryFolder()
    try folder.writeTestSplit(images: gzip(idx([3, 28, 28])) + [1, 2, 3])
    #expect(try failure(of: folder, naming: imagesName) == "3 bytes follow the end of the gzip data")
  }

  @Test("a small file that unpacks without end is stopped") func gzipBomb() throws {
    let folder = try TemporaryFolder()
    try folder.writeTestSplit(images: gzip([UInt8](repeating: 0, count: 65 << 20)))
    #expect(try failure(of: folder, naming: imagesName) == "unpacks to more than 67108864 bytes")
  }

  @Test("a file too large for MNIST is not read") func oversized() throws {
    let folder = try TemporaryFolder()
    try folder.writeTestSplit()
    // A hole takes no room on the disk.
    let handle = try #require(FileHandle(forWritingAtPath: folder.path + "/" + imagesName))
    try handle.truncate(atOffset: 65 << 20)
    try handle.close()
    let reason = try failure(of: folder, naming: imagesName)
    #expect(reason == "68157440 bytes, where no file of MNIST has more than 67108864")
  }
}

/// The contents of a file and what should be said about them.
struct Defect: CustomTestStringConvertible {
  let bytes: [UInt8]
  let testDescription: String

  init(_ bytes: some Sequence<UInt8>, _ reason: String) {
    self.bytes = Array(bytes)
    testDescription = reason
  }
}
