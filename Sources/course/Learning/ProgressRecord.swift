import Foundation
import Syllabus

/// What is known of each exercise: the last verdict, for which state of the file, and how many hints were read. It lies in
/// `.course/progress.json`.
struct ProgressRecord {
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

  /// The exercise whose tested file was changed last: where the learner is.
  var latest: Exercise? {
    Course.exercises.max { self[$0].fileDate ?? .distantPast < self[$1].fileDate ?? .distantPast }
      .flatMap { self[$0].fileDate == nil ? nil : $0 }
  }

  /// Notes verdicts on the files as they were at the given dates: one that was saved meanwhile has not been tested.
  ///
  /// What rests on a file that has changed since it was last tested is no longer known, unless it was tested with it.
  mutating func note(_ verdicts: [Verdict], datedBy dates: [Exercise: Date], prerequisites: Prerequisites) {
    let tested = verdicts.compactMap { Course.exercise($0.exercise) }
    let changed = Set(tested.filter { self[$0].fileDate != nil && self[$0].fileDate != dates[$0] })
    for (exercise, verdict) in zip(tested, verdicts) {
      self[exercise].verdict = verdict
      self[exercise].verdict?.printed = nil
      self[exercise].fileDate = dates[exercise]
    }
    guard !changed.isEmpty else { return }
    for exercise in Course.exercises where self[exercise].verdict != nil && !tested.contains(exercise) {
      if !changed.isDisjoint(with: prerequisites.exercises(under: exercise)) { self[exercise].verdict = nil }
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
