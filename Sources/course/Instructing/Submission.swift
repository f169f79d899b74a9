import Foundation
import Syllabus

/// A student's folder, of which nothing is taken but the files that the syllabus names.
struct Submission: Sendable {
  /// The student: the folder's name.
  let name: String
  /// The text of each exercise that may be built.
  private(set) var texts: [Exercise: String] = [:]
  /// Why a file was not taken, for those that were not.
  private(set) var refused: [Exercise: Verdict] = [:]

  /// Reads a folder. What is wrong with a file costs that file.
  ///
  /// - Throws: A ``CourseError`` where there is no such folder, or it holds no exercise at all.
  init(folder: URL, stubs: [Exercise: String]) throws {
    // A link among submissions could lead to another student's, or to the solutions.
    guard Self.kind(of: folder) != .typeSymbolicLink else {
      throw CourseError("\(folder.path) is a symbolic link, which is not followed")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
      throw CourseError("\(folder.path) is not a folder")
    }
    name = folder.standardizedFileURL.lastPathComponent
    for exercise in Course.exercises {
      let path = Course.path(of: exercise)
      do {
        let text = try Self.text(path, in: folder)
        try SourceRules(stub: stubs[exercise] ?? "", exercise: exercise).check(text)
        texts[exercise] = text
      } catch let violation as SourceRules.Violation {
        refused[exercise] = Verdict(
          exercise, .rejected, "not accepted: \(violation.reason)", place: "\(path):\(violation.line)")
      } catch let error as CourseError {
        refused[exercise] = Verdict(exercise, .rejected, error.description, place: path)
      }
    }
    guard refused.count < Course.exercises.count || Self.kind(of: folder.appending(path: "exercises")) == .typeDirectory
    else { throw CourseError("\(folder.path) holds no folder exercises") }
  }

  /// A regular file's text. Links are not followed, wherever in the path they stand: they could lead out of the submission.
  private static func text(_ path: String, in folder: URL) throws -> String {
    var place = folder
    for (depth, part) in path.split(separator: "/").enumerated() {
      place.append(path: String(part))
      let wanted: FileAttributeType = depth < 2 ? .typeDirectory : .typeRegular
      switch kind(of: place) {
      case wanted: break
      case nil: throw CourseError("the file is missing")
      case .typeSymbolicLink: throw CourseError("a symbolic link, which is not followed")
      default: throw CourseError("not a file")
      }
    }
    let size = (try? FileManager.default.attributesOfItem(atPath: place.path)[.size] as? Int) ?? 0
    guard size <= SourceRules.longest else { throw CourseError("longer than \(SourceRules.longest) bytes") }
    guard let data = FileManager.default.contents(atPath: place.path), let text = String(data: data, encoding: .utf8)
    else { throw CourseError("not a text in UTF-8") }
    return text
  }

  /// What lies at a place; a link is a link.
  private static func kind(of place: URL) -> FileAttributeType? {
    try? FileManager.default.attributesOfItem(atPath: place.path)[.type] as? FileAttributeType
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
