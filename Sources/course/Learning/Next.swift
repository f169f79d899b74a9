import ArgumentParser
import Foundation
import Syllabus

struct Next: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says which exercise comes next, and where to read about it.")

  @OptionGroup var json: JSONOption

  /// What the command says.
  private struct Answer: Codable {
    let exercise: String?
    let title: String?
    let file: String?
    let line: Int?
    let text: String?
    let state: ProgressRecord.State?
  }

  func run() throws {
    let folder = try CourseFolder.current()
    let record = ProgressRecord(in: folder)
    guard json.isOn else { return print(Self.sentence(folder, record)) }
    let next = Self.exercise(folder, record)
    try JSONOption.write(
      Answer(
        exercise: next?.id, title: next?.title, file: next.map { Course.path(of: $0) },
        line: next.flatMap { Self.line(of: $0, folder) }, text: next.map(Self.text),
        state: next.map { record.state(of: $0, in: folder) }))
  }

  /// The first exercise that does not pass yet, from where the learner is on; where none follows, the first of the chapters that
  /// have been begun, and then of all. Nil when all pass.
  static func exercise(_ folder: CourseFolder, _ record: ProgressRecord) -> Exercise? {
    let open = Course.exercises.filter { record.state(of: $0, in: folder) != .passed }
    let place = record.latest
    return open.first { next in place.map { (next.chapter, next.number) >= ($0.chapter, $0.number) } ?? true }
      ?? open.first { next in
        Course.chapters[next.chapter].exercises.contains { record.state(of: $0, in: folder) != .notStarted }
      } ?? open.first
  }

  static func sentence(_ folder: CourseFolder, _ record: ProgressRecord) -> String {
    guard let next = exercise(folder, record) else {
      return "All exercises pass. `swift run -c release ddpm demo` draws digits with your code."
    }
    // Whoever goes on past one that fails is not sent back to it, but told.
    let passedOver = Course.exercises.filter {
      $0 != next && [.failing, .changed].contains(record.state(of: $0, in: folder))
    }
    let reminder =
      passedOver.isEmpty ? "" : "\nBegun, and not known to pass: \(passedOver.map(\.id).joined(separator: ", "))"
    return instruction(next, folder, record) + reminder
  }

  private static func instruction(_ next: Exercise, _ folder: CourseFolder, _ record: ProgressRecord) -> String {
    let place = Course.path(of: next) + (line(of: next, folder).map { ":\($0)" } ?? "")
    return switch record.state(of: next, in: folder) {
    case .notStarted:
      "Next: \(Style.bold("\(next)"))\n  read   \(text(next))\n  write  \(place)\n  then   ./course verify \(next.id)"
    case .changed: "Next: ./course verify \(next.id)  (\(next.title), \(place))"
    case .failing, .passed:
      "Next: \(Style.bold("\(next)")) does not pass yet: \(place)\n  ./course verify \(next.id)   or   ./course hint \(next.id)"
    }
  }

  /// Where the chapter's text speaks of an exercise.
  private static func text(_ exercise: Exercise) -> String {
    "chapters/\(Course.chapters[exercise.chapter].text), section \(exercise.id)"
  }

  /// The line of the stub.
  private static func line(of exercise: Exercise, _ folder: CourseFolder) -> Int? {
    guard let text = try? folder.text(Course.path(of: exercise)) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.firstIndex { $0.contains("unfinished(\"\(exercise.id)\")") }.map { $0 + 1 }
  }
}
