import Foundation
import Tensors

/// The small color photographs of Krizhevsky's CIFAR-10, read from the binary version's files, all classes or some.
///
/// 32 × 32 pixels in red, green and blue. They stay in memory as bytes, 154 MB for all of the training images, and become
/// numbers when they are asked for.
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version".
public struct CIFAR10: LabeledImages {
  /// The two parts of the dataset.
  public enum Split: String, CaseIterable, Sendable {
    /// The images of all `data_batch_*.bin`, in the order of their numbers.
    case train
    /// The images of `test_batch.bin`.
    case test
  }

  /// The ten classes, in the order of the numbers in the files.
  public static let allClassNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  private let stored: StoredImages

  private static let planeSize = 32 * 32
  /// A byte for the label, and a plane each for red, green and blue.
  private static let recordSize = 1 + 3 * planeSize

  /// Reads one part of the dataset.
  ///
  /// - Parameters:
  ///   - folder: The path of the folder that holds the files, or of one that holds `cifar-10-batches-bin`.
  ///   - split: The part to read.
  ///   - classes: The names of the classes to keep, from ``allClassNames``; their images are labeled 0, 1, … in this
  ///     order. Nil keeps all ten.
  /// - Throws: A ``DatasetError`` that names the file or folder where there are no files, a file is not a row of records of
  ///   3073 bytes, a label is above 9, a class does not exist or comes twice, or no image is left.
  public init(folder: String, split: Split, classes: [String]? = nil) throws(DatasetError) {
    let names = classes ?? Self.allClassNames
    let numbers = try Self.numbers(of: names, path: folder)
    var pixels: [UInt8] = []
    var labels: [Int] = []
    for path in try Self.files(of: split, in: folder) {
      try Self.read(path, keeping: numbers, into: &pixels, labels: &labels)
    }
    guard !labels.isEmpty else {
      throw DatasetError(
        path: folder, reason: "holds no image of \(names.joined(separator: ", ")) to \(split.rawValue)")
    }
    stored = StoredImages(imageShape: [32, 32, 3], classNames: names, pixels: pixels, classes: labels)
  }

  public var count: Int? { stored.count }

  /// 32 × 32 pixels of three channels.
  public var imageShape: Shape { stored.imageShape }

  /// The classes that were asked for, in that order; all ten where none were.
  public var classNames: [String] { stored.classNames }

  public func images(at indices: [Int]) -> (images: Tensor, labels: Labels) { stored.images(at: indices) }

  public func labels(at indices: [Int]) -> Labels { stored.labels(at: indices) }
}

// MARK: - Files

extension CIFAR10 {
  /// The largest file to read: all 60,000 images in one would take 184,380,000 bytes.
  private static var sizeLimit: Int { 256 << 20 }

  /// From the numbers in the files to those of the chosen classes.
  private static func numbers(of names: [String], path: String) throws(DatasetError) -> [Int: Int] {
    var numbers: [Int: Int] = [:]
    for (number, name) in names.enumerated() {
      guard let stored = allClassNames.firstIndex(of: name) else {
        let known = allClassNames.joined(separator: ", ")
        throw DatasetError(path: path, reason: "CIFAR-10 has no class \"\(name)\"; its classes are \(known)")
      }
      guard numbers.updateValue(number, forKey: stored) == nil else {
        throw DatasetError(path: path, reason: "the class \"\(name)\" is asked for twice")
      }
    }
    return numbers
  }

  private static func files(of split: Split, in folder: String) throws(DatasetError) -> [String] {
    let inner = (folder as NSString).appendingPathComponent("cifar-10-batches-bin")
    for place in [folder, inner] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
      let wanted = names.filter { name in
        split == .test ? name == "test_batch.bin" : name.hasPrefix("data_batch_") && name.hasSuffix(".bin")
      }
      // By length first: batch 10 comes after batch 9.
      let ordered = wanted.sorted { ($0.count, $0) < ($1.count, $1) }
      if !ordered.isEmpty { return ordered.map { (place as NSString).appendingPathComponent($0) } }
    }
    let name = split == .test ? "test_batch.bin" : "data_batch_1.bin"
    throw DatasetError(path: folder, reason: "there is no file \(name) in this folder or in cifar-10-batches-bin")
  }

  private static func read(
    _ path: String, keeping numbers: [Int: Int], into pixels: inout [UInt8], labels: inout [Int]
  ) throws(DatasetError) {
    let file = [UInt8](try DataFile.contents(of: path, limit: sizeLimit, dataset: "CIFAR-10"))
    guard !file.isEmpty else { throw DatasetError(path: path, reason: "the file is empty") }
    guard file.count % recordSize == 0 else {
      throw DatasetError(path: path, reason: "\(file.count) bytes are not a whole number of records of \(recordSize)")
    }
    for start in stride(from: 0, to: file.count, by: recordSize) {
      let stored = Int(file[start])
      guard stored < allClassNames.count else {
        throw DatasetError(
          path: path, reason: "label \(stored) in record \(start / recordSize), where the classes end at 9")
      }
      guard let label = numbers[stored] else { continue }
      labels.append(label)
      for place in start + 1..<start + 1 + planeSize {
        pixels.append(file[place])
        pixels.append(file[place + planeSize])
        pixels.append(file[place + 2 * planeSize])
      }
    }
  }
}
