import ArgumentParser
import Foundation
import Syllabus

struct Release: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the students' copy: no solutions, no hidden tests, no wrong answers.",
    shouldDisplay: CourseTool.showsAllCommands)

  @Option(help: "The folder to make; it must not exist, or be empty.")
  var to: String

  /// Where a students' copy keeps the stubs, for `course reset`.
  static let stubs = ".stubs"

  /// What students get.
  private static let parts = [
    "Package.swift", "README.md", "LICENSE", "Makefile", "course", "scripts", "chapters", "exercises", "Sources",
    "Tests", "benchmarks", "interop", "models",
  ]
  private static let hiddenParts = [".swift-format", ".gitignore"]
  private static let withheld = ["Tests/HiddenTests/", "Tests/Mutants/", "Tests/SpotChecks/", "Tests/Variants/"]
  /// What a class on GitHub needs, and where it looks for it.
  private static let classroom = [
    "classroom/github/verify.yml": ".github/workflows/verify.yml",
    "classroom/github/devcontainer.json": ".devcontainer/devcontainer.json",
  ]

  /// The files of the course that students get.
  static func files(of folder: CourseFolder) throws -> [String] {
    let files = try parts.flatMap { try CourseFiles.all(in: folder, under: $0) } + hiddenParts
    return files.filter { path in folder.exists(path) && !withheld.contains { path.hasPrefix($0) } }
  }

  func run() throws {
    let folder = try CourseFolder.current()
    guard folder.hasSolutions else { throw CourseError("this is a student's copy already") }
    let problems = CourseCheck(folder: folder).problems()
    guard problems.isEmpty else {
      throw CourseError("\(problems.count) things are wrong, so nothing is released; `course check` lists them")
    }
    let target = CourseFolder(URL(filePath: to, directoryHint: .isDirectory))
    let manager = FileManager.default
    if manager.fileExists(atPath: target.root.path),
      try !(manager.contentsOfDirectory(atPath: target.root.path)).isEmpty
    {
      throw CourseError("\(to) is not empty")
    }
    let copies = try Self.files(of: folder).map { ($0, $0) } + Self.classroom.map { ($0.key, $0.value) }
    for (path, place) in copies {
      let copy = target.url(place)
      try manager.createDirectory(at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try manager.copyItem(at: folder.url(path), to: copy)
    }
    for exercise in Course.exercises {
      try target.write(Reset.stub(of: exercise, in: folder), to: Course.path(of: exercise, in: Self.stubs))
    }
    print("\(copies.count) files in \(to). Students begin with `./course` there.")
  }
}
