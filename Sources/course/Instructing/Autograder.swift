import ArgumentParser
import Foundation

struct Autograder: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the archive that Gradescope takes as an autograder: this course, hidden tests and all.",
    shouldDisplay: CourseTool.showsAllCommands)

  @Option(help: "The archive to make; it must not exist.")
  var to: String

  /// What is graded with.
  private static let parts = ["Package.swift", "course", "chapters", "exercises", "solutions", "Sources", "Tests"]

  func run() async throws {
    let folder = try CourseFolder.current()
    guard folder.hasSolutions else { throw CourseError("this is a student's copy; grading needs the solutions") }
    let archive = URL(filePath: to)
    let manager = FileManager.default
    guard to.hasSuffix(".zip") else { throw CourseError("\(to): Gradescope takes a .zip") }
    guard !manager.fileExists(atPath: archive.path) else { throw CourseError("\(to) exists already") }

    let place = manager.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    defer { try? manager.removeItem(at: place) }
    let files = try Self.parts.flatMap { try CourseFiles.all(in: folder, under: $0) }
    // The two scripts stand at the root, where Gradescope looks for them.
    let scripts = ["setup.sh", "run_autograder"].map { ("classroom/gradescope/\($0)", $0) }
    for (source, target) in files.map({ ($0, $0) }) + scripts {
      let copy = place.appending(path: target)
      do {
        try manager.createDirectory(at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
        try manager.copyItem(at: folder.url(source), to: copy)
      } catch {
        throw CourseError("\(source) cannot be copied: \(error.localizedDescription)")
      }
    }
    let log = manager.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    defer { try? manager.removeItem(at: log) }
    let ending = try await LimitedProcess(command: ["zip", "-q", "-r", archive.path, "."], directory: place).run(
      output: log)
    guard ending == .exited(0) else {
      let said = String(decoding: manager.contents(atPath: log.path) ?? Data(), as: UTF8.self)
      throw CourseError("\(to) cannot be made: " + (ending == .exited(127) ? "the program zip is not installed" : said))
    }
    say("\(files.count + scripts.count) files in \(to). Upload it as the autograder of a programming assignment.")
  }
}
