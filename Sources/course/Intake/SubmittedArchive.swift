import Foundation

/// A `.zip` or `.tar.gz` that a student handed in, of which nothing is unpacked but Swift files in a folder `exercises`.
///
/// The system's `unzip` and `tar` do it, under limits. They write nothing outside of the folder that they are given.
struct SubmittedArchive {
  private let file: URL

  init(_ file: URL) { self.file = file }

  private static let endings = [".zip", ".tar.gz", ".tgz"]

  /// Whether a file is an archive, as its name tells.
  static func isArchive(_ file: URL) -> Bool {
    stem(of: file.lastPathComponent) != file.lastPathComponent && FolderEntries.kind(of: file) == .typeRegular
  }

  /// A file's name without the ending of an archive.
  static func stem(of name: String) -> String {
    let ending = endings.first { name.lowercased().hasSuffix($0) } ?? ""
    return String(name.dropLast(ending.count))
  }

  /// A submission has one file for each exercise; an archive with more than this of them was made to be a burden.
  private static let mostFiles = 1000
  /// Of time, and of the size of each file: no answer is longer than 100 kB.
  private static let limits = LimitedProcess.Limits(seconds: 60, processorSeconds: 60, memory: 1024, file: 1)

  /// Unpacks what may be an answer.
  ///
  /// - Throws: A ``CourseError`` that says why it cannot be unpacked.
  func unpack(into folder: URL) async throws {
    // Patterns are given, and no names out of the archive: those might be taken for options.
    if file.lastPathComponent.lowercased().hasSuffix(".zip") {
      // Asterisks match slashes too, and the question mark also the backslash that some programs on Windows write; a password, as
      // none can be asked for; 11 says that nothing matches.
      let wanted = ["*exercises?*.swift", "-x", ".build/*", "*/.build/*", "__MACOSX/*", "*/__MACOSX/*"]
      let names = try await run(["unzip", "-Z", "-1", "-C", Self.link] + wanted, ignoring: [11])
      try check(names.split(separator: "\n").count)
      _ = try await run(
        ["unzip", "-qq", "-o", "-C", "-P", "none", Self.link] + wanted + ["-d", folder.path], ignoring: [1, 11])
    } else {
      let names = try await run(["tar", "-tzf", Self.link]).split(separator: "\n").filter { name in
        let parts = name.lowercased().split(separator: "/")
        return name.lowercased().hasSuffix(".swift") && parts.dropLast().contains { $0.hasSuffix("exercises") }
          && !parts.contains(".build")
      }
      try check(names.count)
      guard !names.isEmpty else { return }
      #if os(macOS)
        let patterns: [String] = []
      #else
        let patterns = ["--wildcards"]
      #endif
      _ = try await run(
        [
          "tar", "-xzf", Self.link, "-C", folder.path, "--no-same-owner", "--exclude", ".build/*", "--exclude",
          "*/.build/*",
        ] + patterns + [
          "*[Ee][Xx][Ee][Rr][Cc][Ii][Ss][Ee][Ss]/*.[Ss][Ww][Ii][Ff][Tt]"
        ])
    }
  }

  /// What the programs are told the archive's name is: its own might hold what they take for a pattern or an option.
  private static let link = "archive"

  private func check(_ count: Int) throws {
    guard count <= Self.mostFiles else {
      throw CourseError("holds \(count) Swift files in folders exercises, where \(Self.mostFiles) are taken at most")
    }
  }

  /// Runs a program and returns what it prints.
  private func run(_ command: [String], ignoring codes: Set<Int32> = []) async throws -> String {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    try FileManager.default.createSymbolicLink(
      at: scratch.appending(path: Self.link), withDestinationURL: file.absoluteURL)
    let (output, errors) = (scratch.appending(path: "output"), scratch.appending(path: "errors"))
    let ending = try await LimitedProcess(command: command, directory: scratch, limits: Self.limits)
      .run(output: output, errors: errors)
    func text(_ file: URL) -> String {
      String(decoding: FileManager.default.contents(atPath: file.path) ?? Data(), as: UTF8.self)
    }
    switch ending {
    case .exited(let code) where code == 0 || codes.contains(code): return text(output)
    case .exited(127): throw CourseError("cannot be unpacked: the program \(command[0]) is not installed")
    // So ends unzip where a file is not what its name says.
    case .exited(9) where command[0] == "unzip", .exited(3) where command[0] == "unzip":
      throw CourseError("cannot be unpacked: it is damaged, or no .zip")
    case .exited:
      let words = text(errors).split { $0.isWhitespace }.joined(separator: " ")
      throw CourseError("cannot be unpacked: " + printable(String(words.prefix(300))))
    case .signaled(SIGXFSZ):
      throw CourseError("holds a file of more than \(Self.limits.file ?? 0) MiB, and no answer is so long")
    case .timedOut, .signaled: throw CourseError("cannot be unpacked within \(Int(Self.limits.seconds)) seconds")
    }
  }
}
