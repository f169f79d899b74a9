import ArgumentParser
import Foundation
import Syllabus

struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tests an exercise each time you save its file, until Ctrl-C.")

  @OptionGroup var json: JSONOption

  func run() async throws {
    let folder = try CourseFolder.current()
    var seen = ProgressRecord.dates(in: folder)
    if !json.isOn {
      say("Watching exercises/; save a file to test it, Ctrl-C ends.")
      say(Next.sentence(folder, ProgressRecord(in: folder)))
    }
    while !Task.isCancelled {
      try await Task.sleep(for: .milliseconds(400))
      guard ProgressRecord.dates(in: folder) != seen else { continue }
      // Editors save in several steps; wait until the files rest.
      try await Task.sleep(for: .milliseconds(150))
      let rested = ProgressRecord.dates(in: folder)
      let changed = Course.exercises.filter { rested[$0] != nil && rested[$0] != seen[$0] }
      seen = rested
      guard !changed.isEmpty else { continue }
      do {
        let verdicts = try await Verify.verify(changed, in: folder)
        if json.isOn {
          try JSONOption.write(verdicts)
        } else {
          say("")
          for verdict in verdicts { VerdictReport.show(verdict) }
          if verdicts.allSatisfy({ $0.outcome == .passed }) { say(Next.sentence(folder, ProgressRecord(in: folder))) }
        }
      } catch let cancellation as CancellationError {
        throw cancellation
      } catch {
        complain("\(error)")
      }
    }
  }
}
