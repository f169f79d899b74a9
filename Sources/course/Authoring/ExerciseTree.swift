import Syllabus

/// The files of `exercises/` as they follow from `solutions/`.
struct ExerciseTree {
  /// What each file must hold, by its path in the course.
  let files: [String: String]

  /// - Throws: A ``CourseError`` where a solution cannot be read or its marks are wrong.
  init(solutionsIn folder: CourseFolder) throws {
    var files: [String: String] = [:]
    for chapter in Course.chapters {
      for name in folder.sources(in: "solutions/\(chapter.folder)") {
        let path = "solutions/\(chapter.folder)/\(name)"
        files["exercises/\(chapter.folder)/\(name)"] = try MarkedSource(folder.text(path), name: path).stub
      }
    }
    self.files = files
  }

  /// The files of `exercises/` that are there now.
  static func present(in folder: CourseFolder) -> [String] {
    folder.entries(of: "exercises").flatMap { chapter in
      folder.entries(of: "exercises/\(chapter)").map { "exercises/\(chapter)/\($0)" }
    }
  }
}
