import Foundation

/// An archive packed by tar and gzip, unpacked by the system's tar.
struct Archive {
  let file: URL

  /// Puts some of the archive's files into a folder, whatever folder they have in the archive.
  ///
  /// - Parameters:
  ///   - members: The names of the files, without folders.
  ///   - folder: Where to put them; files of these names are replaced.
  ///   - list: Where to write their checksums. It is there before they are, so that they are known if they are not all put
  ///     in place.
  func unpack(_ members: [String], into folder: URL, listing list: URL) async throws {
    let files = FileManager.default
    let workplace = folder.appendingPathComponent(file.lastPathComponent + ".unpacked", isDirectory: true)
    try? files.removeItem(at: workplace)
    try files.createDirectory(at: workplace, withIntermediateDirectories: false)
    defer { try? files.removeItem(at: workplace) }
    let result = try await SystemProgram.run(
      "tar", ["-xzf", file.path, "-C", workplace.path, "--strip-components", "1", "--no-same-owner"])
    guard result.succeeded else { throw FetchError("\(file.path): cannot be unpacked (\(result.complaint))") }

    var checksums = ChecksumList()
    for member in members {
      let unpacked = workplace.appendingPathComponent(member)
      guard files.fileExists(atPath: unpacked.path) else { throw FetchError("\(file.path): holds no \(member)") }
      checksums[member] = try await Checksum.sha256(of: unpacked)
    }
    try checksums.write(to: list)
    for member in members {
      try moveReplacing(workplace.appendingPathComponent(member), to: folder.appendingPathComponent(member))
    }
  }
}

/// Gives a file its final name in one step.
func moveReplacing(_ file: URL, to target: URL) throws {
  guard rename(file.path, target.path) == 0 else {
    throw FetchError("\(target.path): cannot be written (\(lastSystemError))")
  }
}

/// Why the last call to the system failed.
var lastSystemError: String { String(cString: strerror(errno)).lowercased() }
