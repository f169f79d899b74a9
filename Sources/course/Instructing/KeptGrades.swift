import Fetching
import Foundation
import Syllabus

/// The grades of a class, as a grading keeps them in its folder of reports: an interrupted one goes on where it stopped, and what
/// several machines have graded can be put together.
struct KeptGrades {
  private let folder: URL

  /// - Parameter reports: The folder of the reports.
  init(in reports: URL) { folder = reports.appending(path: ".grades", directoryHint: .isDirectory) }

  var exists: Bool { FileManager.default.fileExists(atPath: folder.path) }

  /// A grade, and what it was given for.
  private struct Entry: Codable {
    /// A checksum of the submission, the course and the way of grading.
    let stamp: String
    let grade: Grade
  }

  private func file(_ student: String) -> URL { folder.appending(path: student + ".json") }

  /// The grade that a student has been given for just this; nil where there is none, or a damaged one.
  func grade(of student: String, stamp: String) -> Grade? {
    guard let entry = Self.entry(file(student)), entry.stamp == stamp else { return nil }
    return entry.grade
  }

  func keep(_ grade: Grade, stamp: String) throws {
    try write(JSONOption.encoded(Entry(stamp: stamp, grade: grade)), to: file(grade.student))
    try? FileManager.default.removeItem(at: failure(of: grade.student))
  }

  private func write(_ text: String, to file: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file, options: .atomic)
    } catch {
      throw CourseError("\(file.path) cannot be written: \(error.localizedDescription)")
    }
  }

  // MARK: What could not be graded

  private func failure(of student: String) -> URL { folder.appending(path: student + ".failed") }

  /// Remembers that something was handed in that could not be graded, so that it is not taken for nothing later.
  func keepFailure(of student: Student) throws { try write(JSONOption.encoded(student), to: failure(of: student.name)) }

  /// Those whose work could not be graded.
  func failures() -> [Student] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".failed") }.sorted().compactMap { name in
      FileManager.default.contents(atPath: folder.appending(path: name).path).flatMap {
        try? JSONDecoder().decode(Student.self, from: $0)
      }
    }
  }

  // MARK: Parts of a class

  private var partFile: URL { folder.appending(path: "part") }

  /// Which part of a class these grades are; nil where they are not said to be one.
  var part: GradeCommand.Shard? {
    FileManager.default.contents(atPath: partFile.path).flatMap {
      GradeCommand.Shard(argument: String(decoding: $0, as: UTF8.self))
    }
  }

  func keep(part: GradeCommand.Shard) throws { try write("\(part.part)/\(part.count)", to: partFile) }

  /// All grades, in the order of the students' names.
  ///
  /// - Throws: A ``CourseError`` where one is damaged.
  func all() throws -> [Grade] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try names.filter { $0.hasSuffix(".json") }.sorted().map { name in
      guard let entry = Self.entry(folder.appending(path: name)) else {
        throw CourseError("\(folder.appending(path: name).path) is damaged: grade that submission again")
      }
      return entry.grade
    }
  }

  private static func entry(_ file: URL) -> Entry? {
    FileManager.default.contents(atPath: file.path).flatMap { try? JSONDecoder().decode(Entry.self, from: $0) }
  }

  // MARK: Stamps

  /// A checksum of all that a grade follows from besides the submission: the course, its tests and this tool.
  static func stamp(of course: CourseFolder, hidden: Bool) async throws -> String {
    let files = try ["Package.swift", "Sources", "Tests", "solutions"].flatMap {
      try CourseFiles.all(in: course, under: $0)
    }
    var data = Data("hidden \(hidden)\n".utf8)
    for file in files {
      data += Data("\(file)\n".utf8) + (FileManager.default.contents(atPath: course.url(file).path) ?? Data())
    }
    return try await checksum(of: data)
  }

  /// A checksum of a submission and what it is graded by.
  static func stamp(of submission: Submission, gradedBy course: String) async throws -> String {
    var text = course
    for exercise in Course.exercises {
      let reason = submission.refused[exercise]?.findings.first?.message ?? ""
      text += "\n\(exercise.id) \(reason) \(submission.notes[exercise] ?? "")\n\(submission.texts[exercise] ?? "")"
    }
    return try await checksum(of: Data(text.utf8))
  }

  private static func checksum(of data: Data) async throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      try data.write(to: file)
      return try await Checksum.sha256(of: file)
    } catch {
      throw CourseError("no checksum can be computed: \(error)")
    }
  }
}
