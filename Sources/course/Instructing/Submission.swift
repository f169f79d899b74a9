import Foundation
import Syllabus

/// A student's folder, of which nothing is taken but the files that the syllabus names.
struct Submission: Sendable {
  /// What the student is called.
  let name: String
  /// Where the folder `exercises` was found, if not where it should be; nil where all is in its place.
  let remark: String?
  /// The text of each exercise that may be built.
  private(set) var texts: [Exercise: String] = [:]
  /// What is to be said of how a file was read, where it is not in UTF-8.
  private(set) var notes: [Exercise: String] = [:]
  /// Why a file was not taken, for those that were not.
  private(set) var refused: [Exercise: Verdict] = [:]

  /// Reads a folder. What is wrong with a file costs that file.
  ///
  /// - Parameter name: What the student is called; nil for the folder's name.
  /// - Throws: A ``CourseError`` where there is no such folder, or not just one folder `exercises` in it.
  init(folder: URL, name: String? = nil, stubs: [Exercise: String]) throws {
    // A link among submissions could lead to another student's, or to the solutions.
    guard FolderEntries.kind(of: folder) != .typeSymbolicLink else {
      throw CourseError("\(folder.path) is a symbolic link, which is not followed")
    }
    guard FolderEntries.kind(of: folder) == .typeDirectory else { throw CourseError("\(folder.path) is not a folder") }
    self.name = name ?? folder.standardizedFileURL.lastPathComponent
    let exercises = try ExercisesFolder.find(in: folder)
    let found = ExercisesFolder.path(of: exercises, in: folder)
    remark = found == "exercises" ? nil : "its exercises are in \(found)"
    for exercise in Course.exercises {
      let path = Course.path(of: exercise)
      do {
        let (text, encoding) = try Self.text(path, in: exercises)
        try SourceRules(stub: stubs[exercise] ?? "", exercise: exercise).check(text)
        texts[exercise] = text
        notes[exercise] = encoding.map { "the file is in \($0) and was read so; save it in UTF-8" }
      } catch let violation as SourceRules.Violation {
        refused[exercise] = Verdict(
          exercise, .rejected, "not accepted: \(violation.reason)", place: "\(path):\(violation.line)")
      } catch let error as CourseError {
        refused[exercise] = Verdict(exercise, .rejected, error.description, place: path)
      }
    }
  }

  /// A regular file's text. Links are not followed, wherever in the path they stand: they could lead out of the submission.
  ///
  /// - Parameter path: The file's path in the course, which begins with `exercises`.
  private static func text(_ path: String, in exercises: URL) throws -> (String, encoding: String?) {
    var place = exercises
    for (depth, part) in path.split(separator: "/").dropFirst().enumerated() {
      place.append(path: String(part))
      let wanted: FileAttributeType = depth == 0 ? .typeDirectory : .typeRegular
      switch FolderEntries.kind(of: place) {
      case wanted: break
      case nil: throw CourseError("the file is missing")
      case .typeSymbolicLink: throw CourseError("a symbolic link, which is not followed")
      default: throw CourseError("not a file")
      }
    }
    let size = (try? FileManager.default.attributesOfItem(atPath: place.path)[.size] as? Int) ?? 0
    guard size <= SourceRules.longest else { throw CourseError("longer than \(SourceRules.longest) bytes") }
    guard let data = FileManager.default.contents(atPath: place.path), let text = decoded(data) else {
      throw CourseError("not a text in UTF-8")
    }
    return text
  }

  /// A text in whatever way an editor saved it, and the encoding's name where it is not UTF-8; nil where it is no text.
  static func decoded(_ data: Data) -> (String, encoding: String?)? {
    if let text = String(data: data, encoding: .utf8) { return (text, nil) }
    if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]), data.count.isMultiple(of: 2),
      let text = String(data: data, encoding: .utf16)
    {
      return (text, "UTF-16")
    }
    // Any bytes are a text in Latin-1, but no text holds these.
    guard !data.contains(where: { $0 < 9 || $0 == 0x7F }), let text = String(data: data, encoding: .isoLatin1) else {
      return nil
    }
    return (text, "Latin-1")
  }
}

extension Verdict {
  /// A verdict that needed no run.
  init(_ exercise: Exercise, _ outcome: Outcome, _ message: String, place: String = "") {
    self.init(
      exercise: exercise.id, outcome: outcome, passed: 0, checks: 0,
      findings: [Finding(check: "", message: message, place: place)])
  }
}
