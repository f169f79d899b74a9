import Foundation
import Syllabus

/// What is known of each exercise: the last verdict, for which state of the file, and how many hints were read. It lies in
/// `.course/progress.json`.
struct ProgressRecord: Codable {
  struct Entry: Codable {
    var verdict: Verdict?
    /// When the file that the verdict is about was last changed.
    var fileDate: Date?
    var hintsRead = 0
  }

  /// Where an exercise stands.
  enum State: String, Codable {
    case passed
    /// Tested, and wrong.
    case failing
    /// Changed since it was last tested, or never tested.
    case changed
    /// The stub still stands.
    case notStarted
  }

  private var entries: [String: Entry] = [:]

  private static let path = ".course/progress.json"

  /// Reads the record; a missing or damaged one is an empty one, for it can be made anew by `course verify`.
  init(in folder: CourseFolder) {
    guard let data = FileManager.default.contents(atPath: folder.url(Self.path).path),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: data)
    else { return }
    self.entries = entries
  }

  subscript(exercise: Exercise) -> Entry {
    get { entries[exercise.id] ?? Entry() }
    set { entries[exercise.id] = newValue }
  }

  /// Notes verdicts on the files as they were at the given dates: one that was saved meanwhile has not been tested.
  mutating func note(_ verdicts: [Verdict], datedBy dates: [Exercise: Date]) {
    for verdict in verdicts {
      guard let exercise = Course.exercise(verdict.exercise) else { continue }
      self[exercise].verdict = verdict
      self[exercise].fileDate = dates[exercise]
    }
  }

  func write(in folder: CourseFolder) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try folder.write(String(decoding: encoder.encode(entries), as: UTF8.self) + "\n", to: Self.path)
  }

  /// Where an exercise stands, by the file and the last verdict about it.
  func state(of exercise: Exercise, in folder: CourseFolder) -> State {
    let path = Course.path(of: exercise)
    guard folder.exists(path) else { return .notStarted }
    // What is no text is not the stub either.
    if let text = try? folder.text(path), text == (try? Reset.stub(of: exercise, in: folder)) { return .notStarted }
    let entry = self[exercise]
    guard let verdict = entry.verdict, let date = entry.fileDate, date == Self.dates(in: folder)[exercise] else {
      return .changed
    }
    return verdict.outcome == .passed ? .passed : .failing
  }

  /// When the file of each exercise was last changed.
  static func dates(in folder: CourseFolder) -> [Exercise: Date] {
    Dictionary(
      uniqueKeysWithValues: Course.exercises.compactMap { exercise in
        let attributes = try? FileManager.default.attributesOfItem(
          atPath: folder.url(Course.path(of: exercise)).path)
        // Whole seconds would miss an edit; thousandths survive a round trip through JSON.
        return (attributes?[.modificationDate] as? Date).map {
          (exercise, Date(timeIntervalSinceReferenceDate: ($0.timeIntervalSinceReferenceDate * 1e3).rounded() / 1e3))
        }
      })
  }
}
