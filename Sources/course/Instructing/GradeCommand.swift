import ArgumentParser
import Foundation
import Syllabus

/// The command `grade`; what it makes is a ``Grade``.
struct GradeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade", abstract: "Grades submissions, and writes a report for each student.",
    discussion: """
      Takes from each folder the exercise files that the syllabus names, and nothing else, and judges them in a copy of \
      this course. The points are those of each exercise alone, with everything else right; how the student's own \
      chapters do together is reported beside them.
      """,
    shouldDisplay: CourseTool.showsAllCommands)

  @Argument(help: "The submissions: folders that hold a folder exercises.")
  var submissions: [String]

  @Flag(help: "Let the hidden tests count for half of the points.")
  var hidden = false

  @Option(help: "json, csv, gradescope or junit.")
  var format = ReportFormat.json

  @Option(help: "The folder for the reports.")
  var out: String

  func validate() throws {
    // Disks that do not tell Anna from anna would have one report for both.
    let names = submissions.map { URL(filePath: $0).standardizedFileURL.lastPathComponent.lowercased() }
    if let twice = names.first(where: { name in names.filter { $0 == name }.count > 1 }) {
      throw ValidationError("two submissions are called \(twice); a report is named for its folder")
    }
  }

  func run() async throws {
    let course = try CourseFolder.current()
    guard course.hasSolutions else { throw CourseError("this is a student's copy; grading needs the solutions") }
    let target = URL(filePath: out, directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    } catch {
      throw CourseError("\(out) cannot be made a folder for the reports: \(error.localizedDescription)")
    }
    if format == .csv, FileManager.default.fileExists(atPath: target.appending(path: ReportFormat.tableName).path) {
      throw CourseError("\(out) holds \(ReportFormat.tableName) already, which this would replace: name another folder")
    }
    let grader = try Grader(course: course, hidden: hidden)

    var grades: [Grade] = []
    var failures = 0
    for (number, path) in submissions.enumerated() {
      do {
        try Task.checkCancellation()
        let submission = try Submission(folder: URL(filePath: path), stubs: grader.copy.stubs)
        let grade = try await Status.showing("\(number + 1)/\(submissions.count) \(submission.name)") {
          try await grader.grade(submission)
        }
        grades.append(grade)
        try format.write(grades, into: target)
        say("\(grade.student): \(grade.earned) of \(grade.points) points")
      } catch let cancellation as CancellationError {
        throw cancellation
      } catch {
        failures += 1
        complain("\(path): \(error)")
      }
    }
    if failures > 0 { throw CourseError("\(failures) of \(submissions.count) submissions could not be graded") }
  }
}
