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
    let folders = try Self.entries(of: path).filter { entry in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: "\(path)/\(entry)", isDirectory: &isFolder) && isFolder.boolValue
    }
    var pixels: [UInt8] = []
    var labels: [Int] = []
    for (label, folder) in (folders.isEmpty ? [path] : folders.map { "\(path)/\($0)" }).enumerated() {
      let files = try Self.entries(of: folder).filter { $0.lowercased().hasSuffix(".png") }
      guard !files.isEmpty else { throw DatasetError(path: folder, reason: "holds no PNG files") }
      for file in files {
        do {
          let picture = try Picture(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
          let square = try (channels == 1 ? picture.inGrey : picture.inColor).middleSquare()
          pixels += try square.resized(width: imageSide, height: imageSide).bytes
        } catch {
          throw DatasetError(path: "\(folder)/\(file)", reason: "cannot be read as a picture: \(error)")
        }
        labels.append(label)
      }
    }
    stored = StoredImages(
      imageShape: [imageSide, imageSide, channels], classNames: folders, pixels: pixels,
      classes: folders.isEmpty ? nil : labels)
  }

  public var count: Int? { stored.count }

  public var imageShape: Shape { stored.imageShape }

  /// The names of the subfolders, sorted; none where the pictures lie in the folder itself.
  public var classNames: [String] { stored.classNames }

  public func images(at indices: [Int]) -> (images: Tensor, labels: Labels) { stored.images(at: indices) }

  public func labels(at indices: [Int]) -> Labels { stored.labels(at: indices) }

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
