import ArgumentParser
import Foundation
import Syllabus

struct Reset: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts the stub of an exercise back; your file is kept in .course/backups.")

  @Argument(help: "The exercise, such as 3.4.")
  var exercise: String

  func run() throws {
    let folder = try CourseFolder.current()
    let exercise = try CourseFolder.exercise(exercise)
    let path = Course.path(of: exercise)
    let stub = try Self.stub(of: exercise, in: folder)
    guard folder.exists(path), try folder.text(path) != stub else {
      try folder.write(stub, to: path)
      return print("\(path) holds the stub")
    }
    let copy = try folder.backUp(path)
    try folder.write(stub, to: path)
    print("\(path) holds the stub again; what was there is in \(copy)")
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
