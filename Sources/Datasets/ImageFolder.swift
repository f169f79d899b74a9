import Foundation
import Images
import Tensors

/// PNG files of one's own: in a subfolder for each class, or all in one folder and without labels.
///
/// The middle square of each picture is resized to the wanted side. All pictures stay in memory as bytes. Hidden files and
/// files that do not end in `.png` are passed over.
public struct ImageFolder: LabeledImages {
  private let stored: StoredImages

  /// Reads all pictures.
  ///
  /// - Parameters:
  ///   - path: The path of the folder.
  ///   - imageSide: The width and height of the images, at least 1.
  ///   - channels: 1 for gray, 3 for RGB.
  /// - Throws: A ``DatasetError`` that names the folder or file where it cannot be read, a folder has no pictures, or a
  ///   number is out of its range.
  public init(_ path: String, imageSide: Int, channels: Int) throws(DatasetError) {
    guard (1...4096).contains(imageSide), channels == 1 || channels == 3 else {
      throw DatasetError(
        path: path, reason: "no images of side \(imageSide) with \(channels) channel(s): 1 to 4096, 1 or 3")
    }
    let (folders, files) = try Self.files(in: path)
    var pixels: [UInt8] = []
    for file in files {
      let picture = try Self.picture(file.path)
      do {
        let square = try (channels == 1 ? picture.inGray : picture.inColor).middleSquare()
        pixels += try square.resized(width: imageSide, height: imageSide).bytes
      } catch {
        throw DatasetError(path: file.path, reason: "cannot be read as a picture: \(error)")
      }
    }
    stored = StoredImages(
      imageShape: [imageSide, imageSide, channels], classNames: folders, pixels: pixels,
      classes: folders.isEmpty ? nil : files.map(\.label))
  }

  public var count: Int? { stored.count }

  public var imageShape: Shape { stored.imageShape }

  /// The names of the subfolders, sorted; none where the pictures lie in the folder itself.
  public var classNames: [String] { stored.classNames }

  public func images(at indices: [Int]) -> (images: Tensor, labels: Labels) { stored.images(at: indices) }

  public func labels(at indices: [Int]) -> Labels { stored.labels(at: indices) }

  /// The sizes of the pictures in a folder, each once, in the order in which they are met.
  ///
  /// - Throws: A ``DatasetError`` as when the images are read.
  public static func pictureSizes(_ path: String) throws(DatasetError) -> [(width: Int, height: Int)] {
    var sizes: [(width: Int, height: Int)] = []
    for file in try files(in: path).files {
      let picture = try picture(file.path)
      let size = (width: picture.width, height: picture.height)
      if !sizes.contains(where: { $0 == size }) { sizes.append(size) }
    }
    return sizes
  }

  /// The PNG files in the subfolders, or in the folder itself where it has none, with the numbers of the subfolders.
  private static func files(
    in path: String
  ) throws(DatasetError) -> (folders: [String], files: [(path: String, label: Int)]) {
    let folders = try entries(of: path).filter { entry in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(entry)", isDirectory: &isFolder) && isFolder.boolValue
    }
    var files: [(path: String, label: Int)] = []
    for (label, folder) in (folders.isEmpty ? [path] : folders.map { "\(path)/\($0)" }).enumerated() {
      let names = try entries(of: folder).filter { $0.lowercased().hasSuffix(".png") }
      guard !names.isEmpty else { throw DatasetError(path: folder, reason: "holds no PNG files") }
      files += names.map { ("\(folder)/\($0)", label) }
    }
    return (folders, files)
  }

  private static func picture(_ path: String) throws(DatasetError) -> Picture {
    do {
      return try Picture(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw DatasetError(path: path, reason: "cannot be read as a picture: \(error)")
    }
  }

  /// What a folder holds, sorted, without hidden entries.
  private static func entries(of folder: String) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw DatasetError(path: folder, reason: "not a folder that can be read")
    }
  }
}

extension Picture {
  /// The largest square in the middle.
  fileprivate func middleSquare() throws -> Picture {
    let side = min(width, height)
    let (left, top) = ((width - side) / 2, (height - side) / 2)
    var rows: [UInt8] = []
    for row in top..<top + side {
      let start = (row * width + left) * channels
      rows += bytes[start..<start + side * channels]
    }
    return try Picture(width: side, height: side, channels: channels, bytes: rows)
  }
}
