/// The course: what there is to learn, in order.
public enum Course {
  /// All chapters, in reading order.
  public static let chapters: [Chapter] = [
    .convolution, .forwardDiffusion, .schedules, .uNetUpsampling, .loss, .sampling, .conditioning, .ganComparison,
    .evaluation,
  ]

  /// All exercises, in reading order.
  public static var exercises: [Exercise] { chapters.flatMap(\.exercises) }

  /// The exercise of the given number, such as `3.4`; nil where there is none.
  public static func exercise(_ id: String) -> Exercise? { exercises.first { $0.id == id } }

  /// An exercise's path in the course's folder, such as `exercises/03-UNetUpsampling/GroupNormalization.swift`.
  public static func path(of exercise: Exercise, in tree: String = "exercises") -> String {
    "\(tree)/\(chapters[exercise.chapter].folder)/\(exercise.file)"
  }
}
