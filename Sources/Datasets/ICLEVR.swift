import Foundation
import Images
import Synchronization
import Tensors

/// Rendered scenes of one to three colored solids, each labeled with the set of its objects: the format of i-CLEVR.
///
/// `objects.json` gives every object's name its number, and `train.json` lists the objects of every image file. The images
/// are PNG files of any size and kind; they are resized to 64 × 64 by ``Picture/resized(width:height:)`` when they are
/// asked for.
public struct ICLEVR: LabeledImages {
  /// The names of the objects, in the order of their numbers.
  public let classNames: [String]
  private let files: [String]
  private let sets: [[Int]]
  private let imageFolder: String
  private let side: Int
  private let kept = KeptPictures()

  /// The pictures that have been read, as bytes.
  private final class KeptPictures: Sendable {
    let bytes = Mutex<[Int: [UInt8]]>([:])
  }

  /// Reads the labels and looks that every image is there; the images themselves are read later.
  ///
  /// - Parameters:
  ///   - folder: The path of the folder that holds `objects.json` and `train.json`.
  ///   - images: The path of the folder that holds the images; nil for `images` in `folder` or, where there is no such folder,
  ///     `folder` itself.
  ///   - side: The height and width to which images are resized.
  /// - Throws: A ``DatasetError`` that names the file where one is missing, is no JSON or has another form, names an object
  ///   that does not exist, or where images are missing.
  public init(folder: String, images: String? = nil, side: Int = 64) throws(DatasetError) {
    let objects = try Self.objects(in: folder)
    let path = (folder as NSString).appendingPathComponent("train.json")
    guard let lists = try Self.json(path) as? [String: [String]] else {
      throw DatasetError(path: path, reason: "not an object of the form {\"file\": [\"object\", …]}")
    }
    guard !lists.isEmpty else { throw DatasetError(path: path, reason: "lists no images") }
    let subfolder = (folder as NSString).appendingPathComponent("images")
    let images = images ?? (FileManager.default.fileExists(atPath: subfolder) ? subfolder : folder)
    // A dictionary has no order of its own; with that of the names an index always means the same image.
    let files = lists.keys.sorted()
    var sets: [[Int]] = []
    for file in files { sets.append(try Self.set(lists[file] ?? [], from: objects, path: path, place: file)) }
    let missing = files.filter {
      !FileManager.default.fileExists(atPath: (images as NSString).appendingPathComponent($0))
    }
    if let first = missing.first {
      throw DatasetError(path: images, reason: "\(missing.count) of \(files.count) images are missing, \(first) first")
    }
    classNames = objects.sorted { $0.value < $1.value }.map(\.key)
    self.files = files
    self.sets = sets
    imageFolder = images
    self.side = side
  }

  public var count: Int? { files.count }

  public var imageShape: Shape { [side, side, 3] }

  /// See ``LabeledImages/images(at:)``. Where a file cannot be read the tensor is faulty and names it.
  public func images(at indices: [Int]) -> (images: Tensor, labels: Labels) {
    if let fault = fault(at: indices) { return (Tensor(fault: fault), .none) }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(indices.count * imageShape.elementCount)
    for index in indices {
      do {
        pixels += try picture(index)
      } catch {
        return (Tensor(fault: Fault("\(error)")), .none)
      }
    }
    return (tensor(of: pixels, count: indices.count), labels(at: indices))
  }

  public func labels(at indices: [Int]) -> Labels {
    fault(at: indices) == nil ? .sets(indices.map { sets[$0] }) : .none
  }

  private func picture(_ index: Int) throws -> [UInt8] {
    if let bytes = kept.bytes.withLock({ $0[index] }) { return bytes }
    let url = URL(fileURLWithPath: (imageFolder as NSString).appendingPathComponent(files[index]))
    let bytes = try Picture(contentsOf: url).inColor.resized(width: side, height: side).bytes
    kept.bytes.withLock { $0[index] = bytes }
    return bytes
  }

  /// The sets of objects in a list to test with: `test.json` or `new_test.json`, a list of lists of names.
  ///
  /// - Parameters:
  ///   - name: The name of the file.
  ///   - folder: The path of the folder that holds it and `objects.json`.
  /// - Throws: A ``DatasetError`` as ``init(folder:images:)`` does.
  public static func testSets(_ name: String, in folder: String) throws(DatasetError) -> [[Int]] {
    let objects = try objects(in: folder)
    let path = (folder as NSString).appendingPathComponent(name)
    guard let lists = try json(path) as? [[String]] else {
      throw DatasetError(path: path, reason: "not a list of the form [[\"object\", …], …]")
    }
    var sets: [[Int]] = []
    for (number, names) in lists.enumerated() {
      sets.append(try set(names, from: objects, path: path, place: "entry \(number)"))
    }
    return sets
  }
}

// MARK: - Files

extension ICLEVR {
  /// The largest file to read: i-CLEVR's own list takes 1.1 MB for 18,009 images.
  private static var sizeLimit: Int { 256 << 20 }

  private static func json(_ path: String) throws(DatasetError) -> Any {
    let data = try DataFile.contents(of: path, limit: sizeLimit, dataset: "i-CLEVR")
    do {
      return try JSONSerialization.jsonObject(with: data)
    } catch {
      throw DatasetError(path: path, reason: "not JSON")
    }
  }

  private static func objects(in folder: String) throws(DatasetError) -> [String: Int] {
    let path = (folder as NSString).appendingPathComponent("objects.json")
    guard let objects = try json(path) as? [String: Int], objects.values.sorted() == Array(0..<objects.count) else {
      throw DatasetError(path: path, reason: "not an object of the form {\"name\": number, …} with numbers from 0 on")
    }
    return objects
  }

  private static func set(
    _ names: [String], from objects: [String: Int], path: String, place: String
  ) throws(DatasetError) -> [Int] {
    var numbers: [Int] = []
    for name in names {
      guard let number = objects[name] else {
        throw DatasetError(path: path, reason: "\(place) shows \"\(name)\", which objects.json does not name")
      }
      numbers.append(number)
    }
    return numbers
  }
}
