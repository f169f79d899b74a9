import Foundation
import Syllabus

/// The course on disk: the folder that holds `Package.swift`, `exercises/` and the rest.
struct CourseFolder: Sendable {
  let root: URL

  init(_ root: URL) { self.root = root.standardizedFileURL }

  /// The course that the working directory is in.
  static func current() throws -> CourseFolder {
    var folder = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    while !isCourse(folder) {
      guard folder.path != "/" else {
        throw CourseError("this is not the course's folder: no Package.swift with a folder chapters beside it")
      }
      folder.deleteLastPathComponent()
    }
    return CourseFolder(folder)
  }

  private static func isCourse(_ folder: URL) -> Bool {
    ["Package.swift", "chapters", "Sources/Syllabus"].allSatisfy {
      FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
    }
  }

  /// A file or folder by its path in the course.
  func url(_ path: String) -> URL { root.appending(path: path) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: url(path).path) }

  /// Whether the reference solutions are here: in an instructor's or an author's copy, not in a student's.
  var hasSolutions: Bool { exists("solutions") }

  /// A text file's contents.
  func text(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: url(path).path) else {
      throw CourseError("\(path) cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else { throw CourseError("\(path) is not a text in UTF-8") }
    return text
  }

  /// Writes a text file, with the folders it needs.
  func write(_ text: String, to path: String) throws {
    let file = url(path)
    do {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw CourseError("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// The names of the entries of a folder that are not hidden, sorted; none where there is no such folder.
  func entries(of path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url(path).path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The names of the Swift files in a folder, sorted.
  func sources(in path: String) -> [String] { entries(of: path).filter { $0.hasSuffix(".swift") } }

  /// The exercise that an argument such as `3.4` names.
  static func exercise(_ id: String) throws -> Exercise {
    guard let exercise = Course.exercise(id) else {
      let chapter = Course.chapters.first { id.hasPrefix("\($0.number).") }
      let range =
        chapter.map { "chapter \($0.number) has \($0.number).1 to \($0.number).\($0.exercises.count)" }
        ?? "chapters are 0 to \(Course.chapters.count - 1), and exercises such as 3.4"
      throw CourseError("there is no exercise \(id): \(range)")
    }
    return exercise
  }

  /// Moves nothing and loses nothing: lays a copy of a file into `.course/backups`.
  ///
  /// - Returns: The copy's path in the course.
  @discardableResult
  func backUp(_ path: String, now: Date = Date()) throws -> String {
    let stamp = now.formatted(
      .verbatim(
        "\(year: .defaultDigits)-\(month: .twoDigits)-\(day: .twoDigits)-\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\(second: .twoDigits)",
        timeZone: .current, calendar: .current))
    var copy = ".course/backups/\(stamp)/\(path)"
    var number = 1
    while exists(copy) {
      number += 1
      copy = ".course/backups/\(stamp)-\(number)/\(path)"
    }
    // Byte by byte: what is no text may be worth as much.
    do {
      let manager = FileManager.default
      try manager.createDirectory(at: url(copy).deletingLastPathComponent(), withIntermediateDirectories: true)
      try manager.copyItem(at: url(path), to: url(copy))
    } catch {
      throw CourseError("\(path) cannot be copied to \(copy): \(error.localizedDescription)")
    }
    return copy
  }
}
