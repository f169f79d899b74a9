import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Suite struct CIFAR10Tests {
  /// A record whose planes are even but for the second pixel of the first row.
  private func record(_ label: UInt8, color: [UInt8] = [10, 20, 30]) -> [UInt8] {
    [label] + color.flatMap { [$0, $0 + 1] + [UInt8](repeating: $0, count: 1022) }
  }

  private func reason(_ folder: String, split: CIFAR10.Split = .train, classes: [String]? = nil) throws -> String {
    let error = try #require(throws: DatasetError.self) { try CIFAR10(folder: folder, split: split, classes: classes) }
    return error.reason
  }

  @Test("planes become pixels, and batches follow each other by number") func reads() throws {
    let folder = try TemporaryFolder()
    try folder.write(record(9), as: "data_batch_10.bin")
    try folder.write(record(3) + record(6, color: [0, 100, 254]), as: "data_batch_2.bin")
    try folder.write(record(0), as: "test_batch.bin")
    let source = try CIFAR10(folder: folder.path, split: .train)
    #expect(source.count == 3 && source.classNames.count == 10)
    let (images, labels) = source.images(at: [1, 0, 2])
    #expect(images.shape == [3, 32, 32, 3])
    #expect(labels == .classes([6, 3, 9]), "batches in the wrong order")
    #expect(images[0, 0, 1, 0] == 1.0 / 255 && images[0, 0, 1, 1] == 101.0 / 255 && images[0, 0, 1, 2] == 1)
    #expect(images[0, 1, 0, 1] == 100.0 / 255, "rows and columns are mixed up")
    #expect(try CIFAR10(folder: folder.path, split: .test).images(at: [0]).labels == .classes([0]))
    #expect(source.images(at: [3]).images.fault?.reason == "there is no image 3 among 3")
  }

  @Test("chosen classes are numbered in the order given") func filters() throws {
    let folder = try TemporaryFolder()
    let inner = folder.path + "/cifar-10-batches-bin"
    try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    try folder.write([3, 6, 1, 3].flatMap { record($0) }, as: "cifar-10-batches-bin/data_batch_1.bin")
    let source = try CIFAR10(folder: folder.path, split: .train, classes: ["frog", "cat"])
    #expect(source.classNames == ["frog", "cat"])
    #expect(source.images(at: [0, 1, 2]).labels == .classes([1, 0, 1]))
  }

  @Test("what is wrong is said in one line") func errors() throws {
    let folder = try TemporaryFolder()
    #expect(try reason(folder.path).contains("there is no file data_batch_1.bin"))
    #expect(try reason(folder.path, split: .test).contains("there is no file test_batch.bin"))
    try folder.write([], as: "test_batch.bin")
    #expect(try reason(folder.path, split: .test) == "the file is empty")
    try folder.write(record(3).dropLast(), as: "test_batch.bin")
    #expect(try reason(folder.path, split: .test) == "3072 bytes are not a whole number of records of 3073")
    try folder.write(record(3) + record(10), as: "test_batch.bin")
    #expect(try reason(folder.path, split: .test) == "label 10 in record 1, where the classes end at 9")
    try folder.write(record(3), as: "test_batch.bin")
    #expect(try reason(folder.path, split: .test, classes: ["dog"]) == "holds no image of dog to test")
    #expect(try reason(folder.path, split: .test, classes: ["cat", "cat"]).contains("twice"))
    let handle = try FileHandle(forWritingTo: folder.file("test_batch.bin"))
    // A hole takes no room on the disk.
    try handle.truncate(atOffset: 257 << 20)
    try handle.close()
    #expect(
      try reason(folder.path, split: .test)
        == "269484032 bytes, where no file of CIFAR-10 has more than 268435456")
    try FileManager.default.removeItem(at: folder.file("test_batch.bin"))
    #expect(mkfifo(folder.file("test_batch.bin").path, 0o600) == 0)
    #expect(try reason(folder.path, split: .test) == "not a file", "a pipe would be waited for")
    let unknown = try reason(folder.path, split: .test, classes: ["lion"])
    #expect(unknown.contains("no class \"lion\"") && unknown.contains("airplane, automobile"))
  }
}
