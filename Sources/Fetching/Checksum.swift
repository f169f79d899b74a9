import Foundation

/// SHA-256 (FIPS 180-4) of files, by the system's own program.
public enum Checksum {
  /// The checksum of a file in lowercase hexadecimal digits.
  public static func sha256(of file: URL) async throws -> String {
    let result: SystemProgram.Result
    do {
      result = try await SystemProgram.run("sha256sum", [file.path])
    } catch is MissingProgram {
      // macOS has this one.
      result = try await SystemProgram.run("shasum", ["-a", "256", file.path])
    }
    // A backslash stands before the checksum of a file whose name needs escaping.
    let digits = result.output.drop { $0 == "\\" }.prefix { $0.isHexDigit }
    guard result.succeeded, digits.count == 64 else {
      throw FetchError("\(file.path): its checksum cannot be computed (\(result.complaint))")
    }
    return digits.lowercased()
  }
}

/// A list of checksums beside the files, in the form that `sha256sum --check` reads.
struct ChecksumList {
  private(set) var checksums: [String: String] = [:]

  init() {}

  /// Reads a list; an unreadable one, or lines of another form, vouch for nothing.
  init(contentsOf file: URL) {
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    for line in text.split(whereSeparator: \.isNewline) where line.dropFirst(64).hasPrefix("  ") {
      checksums[String(line.dropFirst(66))] = String(line.prefix(64))
    }
  }

  subscript(name: String) -> String? {
    get { checksums[name] }
    set { checksums[name] = newValue }
  }

  func write(to file: URL) throws {
    let lines = checksums.sorted { $0.key < $1.key }.map { "\($1)  \($0)\n" }
    try Data(lines.joined().utf8).write(to: file, options: .atomic)
  }
}
