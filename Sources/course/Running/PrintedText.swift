import Foundation

/// What the code under test printed, in as many lines as someone would read: the first, which say how it began, and the last,
/// which say where it came to.
struct PrintedText: Codable, Equatable, Sendable {
  let lines: [String]

  /// So many lines are kept at either end, and so many characters of each.
  private static let (most, widest) = (12, 200)
  /// So many bytes are read at either end. Printing in a loop may have made megabytes.
  private static let longest: UInt64 = 1 << 16

  /// Nil where nothing was printed.
  init?(contentsOf file: URL) {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    defer { try? handle.close() }
    guard let size = try? handle.seekToEnd(), size > 0 else { return nil }
    func lines(from start: UInt64, count: UInt64) -> [Data] {
      try? handle.seek(toOffset: start)
      let data = (try? handle.read(upToCount: Int(count))) ?? Data()
      var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if lines.last?.isEmpty == true { lines.removeLast() }
      return lines
    }
    if size <= Self.longest {
      let all = lines(from: 0, count: size)
      let left = all.count - 2 * Self.most
      self.lines =
        all.prefix(Self.most).map(Self.readable) + (left > 0 ? ["… \(left) more lines …"] : [])
        + all.dropFirst(Self.most).suffix(Self.most).map(Self.readable)
    } else {
      // The first of the last lines is not whole.
      let last = lines(from: size - Self.longest, count: Self.longest).dropFirst().suffix(Self.most)
      self.lines =
        lines(from: 0, count: Self.longest).prefix(Self.most).map(Self.readable)
        + ["… \(size >> 10) KiB in all …"] + last.map(Self.readable)
    }
  }

  private static func readable(_ line: Data) -> String {
    // No need to read as text what will not be shown.
    let text = printable(String(decoding: line.prefix(16 * widest), as: UTF8.self))
    let isCut = text.count > widest || line.count > 16 * widest
    return isCut ? text.prefix(widest) + "…" : text
  }
}
