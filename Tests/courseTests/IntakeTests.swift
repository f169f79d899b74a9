import Foundation
import Testing

@testable import course

@Suite("What an instructor has from a class")
struct IntakeTests {
  /// A folder that goes with it.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "intake-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ text: String = "", to path: String) throws {
      let file = url.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }

    /// Makes an archive of what lies in a folder in this one, and removes that.
    func pack(_ path: String, as archive: String, by command: [String]) async throws {
      let directory = url.appending(path: path)
      let log = url.appending(path: ".log")
      let target = url.appending(path: archive).path
      let ending = try await LimitedProcess(command: command + [target, "."], directory: directory).run(output: log)
      try #require(ending == .exited(0), "\(command[0]) ended so: \(ending)")
      try FileManager.default.removeItem(at: directory)
    }
  }

  private static let file = "01-ForwardDiffusion/CumulativeProduct.swift"
  private static let zip = ["zip", "-q", "-r", "-y"]
  private static let tar = ["tar", "-czf"]

  private func names(_ folder: Folder) throws -> [String] {
    try Intake([folder.url.path]).handIns.map(\.student.name)
  }

  // MARK: Names

  @Test(
    "Platforms put a student's name and number into the names of files",
    arguments: [
      ("doejane_12345_678901_my_work.zip", "doejane", "12345"),
      ("doejane_LATE_12345_678901_x.tar.gz", "doejane", "12345"),
      ("Jane Doe_42_assignsubmission_file_", "Jane Doe", "42"),
      ("Jane Doe_42_assignsubmission_file_work.zip", "Jane Doe", "42"),
      ("jane.zip", "jane", nil), ("Jane.TGZ", "Jane", nil), ("jane_doe", "jane_doe", nil), ("a/b:c", "a_b_c", nil),
      ("..", "_..", nil),
    ])
  func fileNames(name: String, student: String, id: String?) {
    #expect(Student(fileName: name).name == student)
    #expect(Student(fileName: name).id == id)
  }

  @Test("Two students of one name are told apart, and that is said")
  func twice() throws {
    let folder = try Folder()
    for name in ["Anna", "anna"] { try folder.write(to: "\(name == "Anna" ? "a" : "b")/\(name)/exercises/x") }
    let intake = try Intake(["a/Anna", "b/anna"].map { folder.url.appending(path: $0).path })
    #expect(intake.handIns.map(\.student.name) == ["Anna", "anna-2"])
    #expect(intake.remarks.count == 1)
  }

  // MARK: What is one submission and what is a class

  @Test("A folder that holds exercises is one submission, and so is one in a folder around it")
  func single() throws {
    let folder = try Folder()
    try folder.write(to: "jane/exercises/x")
    #expect(try Intake([folder.url.appending(path: "jane").path]).handIns.map(\.student.name) == ["jane"])
    #expect(try Intake([folder.url.path]).handIns.count == 1)
  }

  @Test("A folder of folders is a class, with those in it that hold nothing")
  func folders() throws {
    let folder = try Folder()
    for name in ["bob", "anna"] { try folder.write(to: "\(name)/own/exercises/x") }
    try folder.write(to: "carl/notes.txt")
    try folder.write(to: "__MACOSX/._x")
    try folder.write(to: ".DS_Store")
    #expect(try names(folder) == ["anna", "bob", "carl"])
  }

  @Test("Clones of GitHub Classroom are named for their students")
  func classroom() throws {
    let folder = try Folder()
    for name in ["anna-l", "bob"] {
      try folder.write(to: "diffusion-\(name)/exercises/x")
      try folder.write(to: "diffusion-\(name)/.git/HEAD")
    }
    #expect(try names(folder) == ["anna-l", "bob"])
  }

  @Test("Gradescope says in a file whose each folder is")
  func gradescope() throws {
    let folder = try Folder()
    try folder.write(to: "submission_7/exercises/x")
    try folder.write(
      """
      ---
      submission_7:
        :submitters:
        - :name: Jane Doe
          :sid: '0042'
          :email: jane@example.edu
        - :name: Bob
          :sid: 43
        :created_at: 2026-11-01 10:00:00.000000000 Z
        :score: 0.0
      """, to: "submission_metadata.yml")
    let students = try Intake([folder.url.path]).handIns.map(\.student)
    #expect(students.map(\.name) == ["Jane Doe", "Bob"])
    #expect(students.map(\.id) == ["0042", "43"])
    #expect(students.map(\.email) == ["jane@example.edu", nil])
    try folder.write("- a\n- b", to: "submission_metadata.yml")
    #expect(throws: CourseError.self) { try Intake([folder.url.path]) }
  }

  @Test("A file of that name that a student made leads to nobody else's work", arguments: ["../bob", "..", "none"])
  func forged(key: String) throws {
    let folder = try Folder()
    try folder.write(to: "bob/exercises/x")
    try folder.write("\(key):\n  :submitters:\n  - :name: Eve\n", to: "eve/submission_metadata.yml")
    let error = #expect(throws: CourseError.self) { try Intake([folder.url.appending(path: "eve").path]) }
    #expect(error?.description.contains("is no folder beside it") == true)
    // Where one student's work is meant it is not even looked at.
    #expect(
      Intake(folder.url.appending(path: "eve").path, of: "submission").handIns.map(\.student.name) == ["submission"])
  }

  @Test("In a class's folder nothing is passed over without a word, and a folder around a class is no class")
  func passedOver() throws {
    let folder = try Folder()
    for name in ["anna", "bob"] { try folder.write(to: "all/\(name)/exercises/x") }
    try folder.write(to: "all/carl_1_2_work.rar")
    let intake = try Intake([folder.url.path])
    #expect(intake.handIns.map(\.student.name) == ["anna", "bob"])
    #expect(intake.remarks.contains { $0.contains("carl_1_2_work.rar") })
  }

  @Test("Of several archives in one student's folder none is guessed at")
  func severalArchives() async throws {
    let folder = try Folder()
    for name in ["a.zip", "b.zip"] { try folder.write(to: "Jane_9_assignsubmission_file_/\(name)") }
    let handIn = try #require(try Intake([folder.url.path]).handIns.first)
    let error = await #expect(throws: CourseError.self) { try await handIn.open(in: folder.url) }
    #expect(error?.description.contains("a.zip and b.zip") == true)
  }

  @Test("What is no folder and no archive is an error")
  func neither() throws {
    let folder = try Folder()
    try folder.write(to: "a.txt")
    #expect(throws: CourseError.self) { try Intake([folder.url.appending(path: "a.txt").path]) }
    #expect(throws: CourseError.self) { try Intake([folder.url.appending(path: "none").path]) }
  }

  // MARK: Archives

  @Test("Archives are opened wherever a platform puts them", arguments: ["zip", "tar.gz"])
  func archives(ending: String) async throws {
    let folder = try Folder()
    let command = ending == "zip" ? Self.zip : Self.tar
    for path in ["class/doe_1_2_a.\(ending)", "moodle/Jane_9_assignsubmission_file_/work.\(ending)"] {
      try folder.write("answer", to: "in/own/Exercises/\(Self.file)")
      try folder.write("not wanted", to: "in/own/.build/exercises/\(Self.file)")
      try folder.write("not wanted", to: "in/__MACOSX/exercises/\(Self.file)")
      try folder.write("not wanted", to: "in/own/large.bin")
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: path).deletingLastPathComponent(), withIntermediateDirectories: true)
      try await folder.pack("in", as: path, by: command)
    }
    for (place, name) in [("class", "doe"), ("moodle", "Jane")] {
      let handIn = try #require(try Intake([folder.url.appending(path: place).path]).handIns.first)
      #expect(handIn.student.name == name)
      let opened = try Folder()
      let root = try await handIn.open(in: opened.url)
      let exercises = try ExercisesFolder.find(in: root)
      #expect(ExercisesFolder.path(of: exercises, in: root) == "own/Exercises")
      #expect(FileManager.default.contents(atPath: exercises.appending(path: Self.file).path) == Data("answer".utf8))
      #expect(!FileManager.default.fileExists(atPath: root.appending(path: "own/large.bin").path))
    }
  }

  @Test("What leads out of an archive is not followed", arguments: ["zip", "tar.gz"])
  func ways(ending: String) async throws {
    let folder = try Folder()
    try folder.write("secret", to: "secret.swift")
    try folder.write("answer", to: "in/exercises/a.swift")
    try FileManager.default.createSymbolicLink(
      at: folder.url.appending(path: "in/exercises/link.swift"),
      withDestinationURL: folder.url.appending(path: "secret.swift"))
    try await folder.pack("in", as: "a.\(ending)", by: ending == "zip" ? Self.zip : Self.tar)
    let opened = try Folder()
    try await SubmittedArchive(folder.url.appending(path: "a.\(ending)")).unpack(into: opened.url)
    let link = opened.url.appending(path: "exercises/link.swift")
    #expect([nil, .typeSymbolicLink].contains(FolderEntries.kind(of: link)), "a link is no file of the student's")
  }

  @Test("A damaged archive says so, and so does one that was made to be a burden")
  func damaged() async throws {
    let folder = try Folder()
    for name in ["a.zip", "a.tar.gz"] {
      try folder.write("no archive", to: name)
      let opened = try Folder()
      await #expect(throws: CourseError.self) {
        try await SubmittedArchive(folder.url.appending(path: name)).unpack(into: opened.url)
      }
    }
    for number in 0...1000 { try folder.write(to: "in/exercises/\(number).swift") }
    try await folder.pack("in", as: "b.zip", by: Self.zip)
    let opened = try Folder()
    await #expect(throws: CourseError.self) {
      try await SubmittedArchive(folder.url.appending(path: "b.zip")).unpack(into: opened.url)
    }
  }

  @Test("An archive's own name is no pattern, and names in it are no options", arguments: ["zip", "tar.gz"])
  func strangeNames(ending: String) async throws {
    let folder = try Folder()
    for (name, text) in [("work1", "another's"), ("work[1]", "own")] {
      try folder.write(text, to: "in/exercises/\(Self.file)")
      try folder.write("", to: "in/ --directory=\(folder.url.path)/elsewhere/exercises/a.swift")
      try await folder.pack("in", as: "\(name).\(ending)", by: ending == "zip" ? Self.zip : Self.tar)
    }
    let opened = try Folder()
    try await SubmittedArchive(folder.url.appending(path: "work[1].\(ending)")).unpack(into: opened.url)
    let text = FileManager.default.contents(atPath: opened.url.appending(path: "exercises/\(Self.file)").path)
    #expect(text == Data("own".utf8))
    #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "elsewhere").path))
  }

  @Test("A file that is far too long costs the archive, and that is said")
  func longFile() async throws {
    let folder = try Folder()
    try folder.write(String(repeating: " ", count: 3 << 20), to: "in/exercises/a.swift")
    try await folder.pack("in", as: "a.zip", by: Self.zip)
    let opened = try Folder()
    let error = await #expect(throws: CourseError.self) {
      try await SubmittedArchive(folder.url.appending(path: "a.zip")).unpack(into: opened.url)
    }
    #expect(error?.description.contains("more than 1 MiB") == true)
  }

  // MARK: The folder exercises

  @Test("The folder is found three levels down, in whatever case, and two of them are an error that names both")
  func depth() throws {
    let folder = try Folder()
    try folder.write(to: "a/b/EXERCISES/x")
    try folder.write(to: ".stubs/exercises/x")
    #expect(ExercisesFolder.path(of: try ExercisesFolder.find(in: folder.url), in: folder.url) == "a/b/EXERCISES")
    try folder.write(to: "c/exercises/x")
    let error = #expect(throws: CourseError.self) { try ExercisesFolder.find(in: folder.url) }
    #expect(error?.description.contains("a/b/EXERCISES and c/exercises") == true)
    let deep = try Folder()
    try deep.write(to: "a/b/c/exercises/x")
    #expect(throws: CourseError.self) { try ExercisesFolder.find(in: deep.url) }
  }
}
