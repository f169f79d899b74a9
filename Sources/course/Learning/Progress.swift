import ArgumentParser
import Foundation
import Syllabus

struct Progress: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows where you are, and what is next.")

  @OptionGroup var json: JSONOption

  /// What the command says of an exercise.
  struct Line: Codable {
    let exercise: String
    let title: String
    let points: Int
    let state: ProgressRecord.State
    let file: String
  }

  func run() throws {
    let folder = try CourseFolder.current()
    let record = ProgressRecord(in: folder)
    let lines = Course.exercises.map {
      Line(
        exercise: $0.id, title: $0.title, points: $0.points, state: record.state(of: $0, in: folder),
        file: Course.path(of: $0))
    }
    if json.isOn { return try JSONOption.write(lines) }

    let width = Course.chapters.map(\.title.count).max() ?? 0
    for chapter in Course.chapters {
      let own = lines.filter { $0.exercise.hasPrefix("\(chapter.number).") }
      let marks = own.map(\.state.mark).joined()
      let earned = own.filter { $0.state == .passed }.reduce(0) { $0 + $1.points }
      let title = chapter.title.padding(toLength: width, withPad: " ", startingAt: 0)
      print(
        "\(chapter.number) \(title)  \(marks)\(String(repeating: " ", count: 9 - own.count))  \(earned) of \(chapter.points) points"
      )
    }
    print(
      Style.dim("  ● passes  ✘ tested and wrong  ◐ changed since it was tested  ○ not begun"))
    let (earned, all) = (
      lines.filter { $0.state == .passed }.reduce(0) { $0 + $1.points }, lines.reduce(0) { $0 + $1.points }
    )
    print("\nThe tests you have pass for \(earned) of \(all) points; a grader runs hidden ones besides.")
    print(Next.sentence(folder, record))
  }
}

extension ProgressRecord.State {
  /// One character.
  fileprivate var mark: String {
    switch self {
    case .passed: Style.green("●")
    case .failing: Style.red("✘")
    case .changed: Style.yellow("◐")
    case .notStarted: Style.dim("○")
    }
  }
}
