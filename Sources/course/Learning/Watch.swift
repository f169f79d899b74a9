import ArgumentParser
import Foundation
import Syllabus

struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tests an exercise each time you save its file, until Ctrl-C.")

  func run() async throws {
    let folder = try CourseFolder.current()
    var seen = Self.dates(in: folder)
    say("Watching exercises/; save a file to test it, Ctrl-C ends.")
    say(Next.sentence(folder, ProgressRecord(in: folder)))
    while !Task.isCancelled {
      try await Task.sleep(for: .milliseconds(400))
      let now = Self.dates(in: folder)
      let changed = Course.exercises.filter { now[$0.id] != seen[$0.id] }
      guard !changed.isEmpty else { continue }
      // Editors save in several steps; wait until the files rest.
      try await Task.sleep(for: .milliseconds(150))
      seen = Self.dates(in: folder)
      say("")
      do {
        for verdict in try await Verify.verify(changed, in: folder) { VerdictReport.show(verdict) }
        say(Next.sentence(folder, ProgressRecord(in: folder)))
      } catch {
        say(Style.red("\(error)"))
      }
    }
  }

  private static func dates(in folder: CourseFolder) -> [String: Date] {
    Dictionary(
      uniqueKeysWithValues: Course.exercises.compactMap { exercise in
        let path = folder.url(Course.path(of: exercise)).path
        let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
        return date.map { (exercise.id, $0) }
      })
  }
}
