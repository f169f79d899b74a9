import Foundation
import Syllabus

/// Grades a class, some submissions at a time, each in a copy of the course of its own.
struct GradingLine {
  private let graders: [Grader]
  private let spotChecks: [SpotChecks]
  private let kept: KeptGrades
  /// What all grades follow from besides the submissions.
  private let stamp: String

  /// Builds the course in each copy.
  ///
  /// - Parameter part: Which part of a class it is: parts may be graded side by side in one folder.
  init(course: CourseFolder, hidden: Bool, jobs: Int, part: Int?, kept: KeptGrades) async throws {
    let graders = try (1...jobs).map { try Grader(course: course, hidden: hidden, number: $0, part: part) }
    self.graders = graders
    self.kept = kept
    stamp = try await KeptGrades.stamp(of: course, hidden: hidden)
    // One after another: a build uses all processors by itself.
    spotChecks = try await Status.showing("building the course") {
      var all: [SpotChecks] = []
      for grader in graders { all.append(try await grader.makeSpotChecks()) }
      return all
    }
  }

  /// Grades what was handed in, and hands over each result as it comes.
  ///
  /// - Parameter report: Takes the place in the list, and the grade with whether it was made now, or why there is none.
  func grade(
    _ handIns: [HandIn], report: (Int, Result<(Grade, isNew: Bool), any Error>) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (index: Int, grader: Int, Result<(Grade, isNew: Bool), any Error>).self) {
      group in
      var waiting = handIns.indices.makeIterator()
      func start(_ grader: Int) {
        guard let index = waiting.next() else { return }
        group.addTask {
          do {
            let result = try await Status.showing("\(index + 1)/\(handIns.count) \(handIns[index].student.name)") {
              try await grade(handIns[index], by: grader)
            }
            return (index, grader, .success(result))
          } catch let cancellation as CancellationError {
            throw cancellation
          } catch {
            return (index, grader, .failure(error))
          }
        }
      }
      for grader in graders.indices { start(grader) }
      while let (index, grader, result) = try await group.next() {
        try report(index, result)
        start(grader)
      }
    }
  }

  private func grade(_ handIn: HandIn, by number: Int) async throws -> (Grade, isNew: Bool) {
    let place = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    let (grader, student) = (graders[number], handIn.student)
    let submission = try Submission(
      folder: try await handIn.open(in: place), name: student.name, stubs: grader.copy.stubs)
    let own = try await KeptGrades.stamp(of: submission, gradedBy: stamp)
    if var grade = kept.grade(of: student.name, stamp: own) {
      grade.whose = student
      return (grade, false)
    }
    let start = ContinuousClock.now
    var grade = try await grader.grade(submission, spotChecks[number])
    grade.seconds = (ContinuousClock.now - start) / .seconds(1)
    grade.whose = student
    try kept.keep(grade, stamp: own)
    return (grade, true)
  }
}
