import ArgumentParser
import Foundation
import Syllabus

struct Reset: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts the stub of an exercise back; your file is kept in .course/backups.")

  @Argument(help: "The exercise, such as 3.4.")
  var exercise: String

  @OptionGroup var json: JSONOption

  private struct Answer: Codable {
    let exercise: String
    let file: String
    let backup: String?
  }

  func run() throws {
    let folder = try CourseFolder.current()
    let exercise = try CourseFolder.exercise(exercise)
    let path = Course.path(of: exercise)
    let stub = try Self.stub(of: exercise, in: folder)
    let isOwn = folder.exists(path) && (try? folder.text(path)) != stub
    let backup = isOwn ? try folder.backUp(path) : nil
    try folder.write(stub, to: path)
    if json.isOn { return try JSONOption.write(Answer(exercise: exercise.id, file: path, backup: backup)) }
    print("\(path) holds the stub" + (backup.map { " again; what was there is in \($0)" } ?? ""))
  }

  /// The exercise as it was handed out: from the solutions where they are here, else from the copy that the release keeps.
  static func stub(of exercise: Exercise, in folder: CourseFolder) throws -> String {
    if folder.hasSolutions {
      let path = Course.path(of: exercise, in: "solutions")
      return try MarkedSource(folder.text(path), name: path).stub
    }
    return try folder.text(Course.path(of: exercise, in: Release.stubs))
  }
}
