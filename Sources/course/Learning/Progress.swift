import ArgumentParser
import Foundation
import Syllabus

struct Progress: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Shows where you are, and what is next.")

  @Argument(help: "A chapter such as 3, to see its exercises one by one.")
  var chapter: String?

  @OptionGroup var json: JSONOption

  /// What the command says of an exercise.
  struct Line: Codable {
    let exercise: String
    let title: String
    let points: Int
    let state: ProgressRecord.State
    let file: String
  }

  private static var legend: String {
    Style.dim("  ● passes  ✘ tested and wrong  ◐ not tested as it is  ○ not begun")
  }

  func run() throws {
    let folder = try CourseFolder.current()
    let record = ProgressRecord(in: folder)
    let only = try chapter.map { argument in
      guard let chapter = Course.chapters.first(where: { "\($0.number)" == argument }) else {
        throw CourseError(
          Course.exercise(argument) == nil
            ? "there is no chapter or command \(argument): ./course --help lists the commands"
            : "\(argument) is an exercise: ./course verify \(argument) tests it")
      }
      return chapter
    }
    let lines = (only?.exercises ?? Course.exercises).map {
      Line(
        exercise: $0.id, title: $0.title, points: $0.points, state: record.state(of: $0, in: folder),
        file: Course.path(of: $0))
    }
    if json.isOn { return try JSONOption.write(lines) }

    if let only {
      let width = only.exercises.map(\.title.count).max() ?? 0
      print(Style.bold("Chapter \(only.number): \(only.title)"), " chapters/\(only.text)")
      for line in lines {
        let title = line.title.padding(toLength: width, withPad: " ", startingAt: 0)
        print("  \(line.state.mark) \(line.exercise) \(title)  \(line.points) points  \(Style.dim(line.file))")
      }
      return print(Self.legend)
    }

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
    print(Self.legend)
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
