import ArgumentParser
import Syllabus

struct Hint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gives a hint, each time one level more: there are three.")

  @Argument(help: "The exercise, such as 3.4; without it, the next one.")
  var exercise: String?

  @OptionGroup var json: JSONOption

  private struct Answer: Codable {
    let exercise: String?
    let level: Int
    let hints: [String]
  }

  func run() throws {
    let folder = try CourseFolder.current()
    var record = ProgressRecord(in: folder)
    guard let exercise = try exercise.map(CourseFolder.exercise) ?? Next.exercise(folder, record) else {
      if json.isOn { return try JSONOption.write(Answer(exercise: nil, level: 0, hints: [])) }
      return print("All exercises pass: no hint is needed.")
    }
    let level = min(record[exercise].hintsRead + 1, exercise.hints.count)
    record[exercise].hintsRead = level
    try record.write(in: folder)
    let hints = Array(exercise.hints.prefix(level))
    if json.isOn { return try JSONOption.write(Answer(exercise: exercise.id, level: level, hints: hints)) }
    print(Style.bold("\(exercise)"))
    for (number, hint) in hints.enumerated() { print("  \(number + 1). \(hint)") }
    let left = exercise.hints.count - level
    print(
      Style.dim(
        left > 0
          ? "  \(left) more: ./course hint \(exercise.id)"
          : "  That was the last one. Section \(exercise.id) of chapters/\(Course.chapters[exercise.chapter].text) says why."
      ))
  }
}
