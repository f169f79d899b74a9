import Foundation
import Tensors

/// The handwritten digits of LeCun, Cortes and Burges, read from the four files in which they are published.
///
/// 60,000 images for training and 10,000 for tests, 28 × 28 pixels each. They stay in memory as bytes, 47 MB for
/// training, and become numbers when they are asked for.
public struct MNIST: LabeledImages {
  /// The two parts of the dataset.
  public enum Split: String, CaseIterable, Sendable {
    /// The 60,000 images to learn from.
    case train
    /// The 10,000 images to judge by, of other writers.
    case test

    /// How the names of the files begin.
    fileprivate var prefix: String { self == .train ? "train" : "t10k" }
  }

  private let stored: StoredImages

  /// Reads one part of the dataset.
  ///
  /// The files have their usual names, `train-images-idx3-ubyte` and so on, or `train-images.idx3-ubyte`, and may be
  /// packed with gzip, whether they end in `.gz` or not. A name may also be that of a folder that holds the file under
  /// the same name, as Kaggle packs them.
  ///
  /// - Parameters:
  ///   - folder: The path of the folder that holds the files.
  ///   - split: The part to read.
  /// - Throws: A ``DatasetError`` that names the file and the reason where the folder or a file is missing or is not
  ///   what it should be: images of 28 × 28 bytes, as many labels, and labels from 0 to 9.
  public init(folder: String, split: Split) throws(DatasetError) {
    let images = try Self.read("images", rank: 3, of: split, in: folder)
    guard images.idx.extents[1...] == [28, 28] else {
      let size = "\(images.idx.extents[1]) × \(images.idx.extents[2])"
      throw DatasetError(path: images.path, reason: "images of \(size) pixels instead of 28 × 28")
    }
    guard images.idx.extents[0] > 0 else { throw DatasetError(path: images.path, reason: "holds no images") }
    let labels = try Self.read("labels", rank: 1, of: split, in: folder)
    guard labels.idx.extents[0] == images.idx.extents[0] else {
      throw DatasetError(
        path: labels.path, reason: "\(labels.idx.extents[0]) labels for \(images.idx.extents[0]) images")
    }
    if let place = labels.idx.elements.firstIndex(where: { $0 > 9 }) {
      throw DatasetError(
        path: labels.path, reason: "label \(labels.idx.elements[place]) at index \(place), where the digits end at 9")
    }
    stored = StoredImages(
      imageShape: [28, 28, 1], classNames: (0...9).map(String.init), pixels: images.idx.elements,
      classes: labels.idx.elements.map(Int.init))
  }

  public var count: Int? { stored.count }

  /// 28 × 28 pixels of one channel.
  public var imageShape: Shape { stored.imageShape }

  /// The ten digits.
  public var classNames: [String] { stored.classNames }

  public func images(at indices: [Int]) -> (images: Tensor, labels: Labels) { stored.images(at: indices) }

  public func labels(at indices: [Int]) -> Labels { stored.labels(at: indices) }
}

// MARK: - Files

extension MNIST {
  /// The largest file to read, packed or not: the images for training take 47,040,016 bytes.
  private static var sizeLimit: Int { 64 << 20 }

  private static func read(
    _ kind: String, rank: Int, of split: Split, in folder: String
  ) throws(DatasetError) -> (idx: IDX, path: String) {
    let path = try find(kind, rank: rank, of: split, in: folder)
    let data = try DataFile.contents(of: path, limit: sizeLimit, dataset: "MNIST")
    do {
      let bytes = Gzip.recognizes(data) ? try Gzip.unpack(data, limit: sizeLimit) : [UInt8](data)
      return (try IDX(bytes, rank: rank), path)
    } catch let failure as Gzip.Failure {
      throw DatasetError(path: path, reason: failure.reason)
    } catch let failure as IDX.Failure {
      throw DatasetError(path: path, reason: failure.reason)
    } catch {
      throw DatasetError(path: path, reason: "\(error)")
    }
  }

  /// The path of the first file found under one of its usual names.
  private static func find(_ kind: String, rank: Int, of split: Split, in folder: String) throws(DatasetError) -> String
  {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw DatasetError(path: folder, reason: "there is no such folder")
    }
    guard isFolder.boolValue else { throw DatasetError(path: folder, reason: "not a folder") }
    let names = ["-", "."].map { "\(split.prefix)-\(kind)\($0)idx\(rank)-ubyte" }
    var mistaken: String?
    for name in names.flatMap({ [$0, $0 + ".gz"] }) {
      let path = (folder as NSString).appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let inner = (path as NSString).appendingPathComponent(name)
      if let file = [path, inner].first(where: DataFile.isRegular) { return file }
      mistaken = mistaken ?? path
    }
    if let mistaken { throw DatasetError(path: mistaken, reason: "not a file") }
    throw DatasetError(path: folder, reason: "there is no file \(names[0]) or \(names[0]).gz in this folder")
  }
}
