/// One chapter: a text, a module, and exercises.
public struct Chapter: Sendable, Hashable {
  /// The place in the book, from 0.
  public let number: Int
  /// The module, such as `UNetUpsampling`.
  public let module: String
  /// The heading.
  public let title: String
  /// The text's file in `chapters/`.
  public let text: String
  /// In reading order.
  public let exercises: [Exercise]

  /// A chapter whose exercises are numbered in the order given.
  init(_ number: Int, module: String, title: String, text: String, exercises: [Entry]) {
    self.number = number
    self.module = module
    self.title = title
    self.text = text
    self.exercises = exercises.enumerated().map { index, entry in
      Exercise(
        chapter: number, number: index + 1, title: entry.title, file: entry.file, points: entry.points,
        hints: entry.hints)
    }
  }

  /// An exercise as a chapter's file lists it; its number is its place.
  struct Entry {
    let title: String
    let file: String
    let points: Int
    let hints: [String]
  }

  /// The folder's name in `exercises/` and in `solutions/`, such as `03-UNetUpsampling`.
  public var folder: String { "0\(number)-\(module)" }

  /// The points of all exercises.
  public var points: Int { exercises.reduce(0) { $0 + $1.points } }
}
