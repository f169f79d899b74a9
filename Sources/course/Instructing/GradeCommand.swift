import ArgumentParser
import Foundation
import Syllabus

/// The command `grade`; what it makes is a ``Grade``.
struct GradeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade", abstract: "Grades submissions, and writes a report for each student.",
    discussion: """
      Takes from each folder, .zip or .tar.gz the exercise files that the syllabus names, and nothing else, and judges them \
      in a copy of this course. A folder of such is a class: what Canvas, Moodle, Gradescope and GitHub Classroom export is \
      read as it is. The points are those of each exercise alone, with everything else right; how the student's own \
      chapters do together is reported beside them. Interrupted, the same command goes on where it stopped.
      """,
    shouldDisplay: CourseTool.showsAllCommands)

  @Argument(help: "The submissions: folders that hold a folder exercises, archives of such, or folders of these.")
  var submissions: [String] = []

  @Flag(help: "Let the hidden tests count for half of the points.")
  var hidden = false

  @Option(help: "json, csv, gradescope or junit.")
  var format = ReportFormat.json

  @Option(help: "The folder for the reports.")
  var out: String

  @Option(help: "All that is handed in is one student's, called this: nothing in it is taken for a class.")
  var student: String?

  @Option(help: "A class list (CSV): everybody on it gets a row in OUT/roster.csv, as Canvas and Moodle import it.")
  var roster: String?

  @Option(help: "The list's column for the points, where it is not the usual one.")
  var column: String?

  @Flag(help: "Also write OUT/summary.md: what the class has understood, exercise by exercise.")
  var summary = false

  @Option(help: "How many submissions to grade at a time, each in a copy of the course of its own.")
  var jobs = 1

  @Option(help: "Grade a part of the submissions, such as 2/5 for the second of five.")
  var shard: Shard?

  @Option(parsing: .upToNextOption, help: "Grade nothing, but put together what these folders of reports hold.")
  var merge: [String] = []

  /// A part of a class.
  struct Shard: ExpressibleByArgument {
    let part, count: Int

    init?(argument: String) {
      let numbers = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let part = numbers[0], let count = numbers[1], count > 0, (1...count).contains(part)
      else {
        return nil
      }
      (self.part, self.count) = (part, count)
    }

    func chosen<Element>(of all: [Element]) -> [Element] {
      all.indices.filter { $0 % count == part - 1 }.map { all[$0] }
    }
  }

  func validate() throws {
    if submissions.isEmpty == merge.isEmpty {
      throw ValidationError("name the submissions, or with --merge folders of reports")
    }
    if student != nil, submissions.count != 1 { throw ValidationError("--student is of one folder or archive") }
    if !(1...64).contains(jobs) { throw ValidationError("--jobs is a number from 1 to 64") }
    if column != nil, roster == nil { throw ValidationError("--column names a column of the list that --roster reads") }
  }

  func run() async throws {
    let course = try CourseFolder.current()
    guard course.hasSolutions else { throw CourseError("this is a student's copy; grading needs the solutions") }
    // Read first: a list that cannot be read should not be told after a night.
    let roster = try roster.map { try Roster($0, column: column) }
    let target = URL(filePath: out, directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    } catch {
      throw CourseError("\(out) cannot be made a folder for the reports: \(error.localizedDescription)")
    }
    let kept = KeptGrades(in: target)
    let table = target.appending(path: ReportFormat.tableName).path
    if format == .csv, !kept.exists, FileManager.default.fileExists(atPath: table) {
      throw CourseError("\(out) holds \(ReportFormat.tableName) already, which this would replace: name another folder")
    }
    if !merge.isEmpty {
      let failed = merge.flatMap { KeptGrades(in: URL(filePath: $0, directoryHint: .isDirectory)).failures() }
      return try put(try merged(), failed: failed, roster: roster, into: target)
    }

    let intake = try student.map { Intake(submissions[0], of: $0) } ?? Intake(submissions)
    for remark in intake.remarks { complain(remark) }
    let handIns = shard?.chosen(of: intake.handIns) ?? intake.handIns
    if let shard { try kept.keep(part: shard) }
    let line = try await GradingLine(
      course: course, hidden: hidden, jobs: min(jobs, max(1, handIns.count)), part: shard?.part, kept: kept)
    var graded: [Int: Grade] = [:]
    var failed: [Student] = []
    try await line.grade(handIns) { index, result in
      switch result {
      case .success(let (grade, isNew)):
        graded[index] = grade
        try format.write(grade, into: target)
        try format.writeTable(graded.sorted { $0.key < $1.key }.map(\.value), into: target)
        say("\(grade.student): \(grade.earned) of \(grade.points) points" + (isNew ? "" : " (graded before)"))
        if let remark = grade.remark { complain("\(grade.student): \(remark)") }
      case .failure(let error):
        failed.append(handIns[index].student)
        try kept.keepFailure(of: handIns[index].student)
        try format.writeFailure("\(error)", of: handIns[index].student.name, into: target)
        complain("\(handIns[index].source.path): \(error)")
      }
    }
    let grades = graded.sorted { $0.key < $1.key }.map { (student: handIns[$0.key].student, grade: $0.value) }
    try put(grades, failed: failed, roster: roster, into: target)
    if !failed.isEmpty { throw CourseError("\(failed.count) of \(handIns.count) submissions could not be graded") }
  }

  /// What several folders of reports hold.
  private func merged() throws -> [(student: Student, grade: Grade)] {
    var all: [(student: Student, grade: Grade)] = []
    let folders = merge.map { KeptGrades(in: URL(filePath: $0, directoryHint: .isDirectory)) }
    try Self.check(folders.compactMap(\.part))
    for (folder, kept) in zip(merge, folders) {
      // A part of a small class may be empty.
      guard kept.exists else { throw CourseError("\(folder) holds no grades") }
      for grade in try kept.all() {
        guard !all.contains(where: { $0.grade.student == grade.student }) else {
          throw CourseError("\(grade.student) was graded in two of the folders")
        }
        all.append((grade.whose ?? Student(name: grade.student), grade))
      }
    }
    return all.sorted { $0.grade.student < $1.grade.student }
  }

  /// - Throws: A ``CourseError`` where parts of a class are there, but not all of them: those who are missing would get 0.
  static func check(_ parts: [Shard]) throws {
    guard let count = parts.first?.count else { return }
    guard parts.allSatisfy({ $0.count == count }) else { throw CourseError("these are parts of different divisions") }
    let missing = (1...count).filter { part in !parts.contains { $0.part == part } }
    guard missing.isEmpty else {
      throw CourseError(
        "of \(count) parts of the class these are missing: \(missing.map(String.init).joined(separator: ", "))")
    }
  }

  /// Writes what is made of all grades together, and for ``merge`` each student's report too.
  private func put(
    _ grades: [(student: Student, grade: Grade)], failed: [Student], roster: Roster?, into target: URL
  ) throws {
    if !merge.isEmpty {
      for (_, grade) in grades { try format.write(grade, into: target) }
      try format.writeTable(grades.map(\.grade), into: target)
    }
    if summary {
      try ReportFormat.write(ClassSummary(grades.map(\.grade)).text, to: target.appending(path: "summary.md"))
    }
    guard let roster else { return }
    let result = roster.filled(with: grades, failed: failed)
    try ReportFormat.write(result.table, to: target.appending(path: "roster.csv"))
    if !result.absent.isEmpty { say("0 points, as nothing was handed in: " + result.absent.joined(separator: "; ")) }
    if !result.ungraded.isEmpty {
      complain("no points yet, as what was handed in could not be graded: " + result.ungraded.joined(separator: "; "))
    }
    if !result.unknown.isEmpty {
      throw CourseError(
        "on no row of the list, or on several, and so without points there: " + result.unknown.joined(separator: "; "))
    }
  }
}
