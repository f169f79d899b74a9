import ArgumentParser
import Foundation
import Syllabus

struct Rehearse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Grades submissions whose worth is known, hostile ones among them, and compares.",
    shouldDisplay: CourseTool.showsAllCommands)

  @Argument(help: "The names of some, such as crash; without any, all.")
  var names: [String] = []

  @Flag(help: "Leave out the few whose grading takes minutes.")
  var quick = false

  func run() async throws {
    let course = try CourseFolder.current()
    guard course.hasSolutions else { throw CourseError("this is a student's copy; grading needs the solutions") }
    let grader = try Grader(course: course, hidden: true)
    let spotChecks = try await Status.showing("building the course") { try await grader.makeSpotChecks() }
    let stubs = grader.copy.stubs
    let all = try KnownSubmission.all(in: course, references: grader.references, stubs: stubs)
    if let unknown = names.first(where: { name in !all.contains { $0.name == name } }) {
      throw CourseError("there is no submission \(unknown): they are \(all.map(\.name).joined(separator: ", "))")
    }
    let chosen = all.filter {
      (names.isEmpty || names.contains($0.name)) && !(quick && KnownSubmission.slow.contains($0.name))
    }

    let place = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    var misjudged: [String] = []
    for (number, known) in chosen.enumerated() {
      let folder = CourseFolder(place.appending(path: known.name))
      try known.write(into: folder, of: course)
      let grade = try await Status.showing("\(number + 1)/\(chosen.count) \(known.name)") {
        try await grader.grade(try Submission(folder: folder.root, stubs: stubs), spotChecks)
      }
      let problems = known.problems(with: grade, stubs: stubs)
      say((problems.isEmpty ? Style.green("✔") : Style.red("✘")) + " \(known.name): \(grade.earned) of \(grade.points)")
      for problem in problems { say("    \(problem)") }
      if !problems.isEmpty { misjudged.append(known.name) }
    }
    // Named once more at the end, for of a long log often nothing else is looked at.
    guard misjudged.isEmpty else {
      throw CourseError(
        "\(misjudged.count) of \(chosen.count) submissions got what they are not worth: \(misjudged.joined(separator: ", "))"
      )
    }
  }
}
