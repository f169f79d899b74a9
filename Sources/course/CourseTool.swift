import ArgumentParser
import Foundation

@main
struct CourseTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "course", abstract: "Guides through the exercises, and grades them.",
    groupedSubcommands: [
      CommandGroup(
        name: "Learning",
        subcommands: [Progress.self, Next.self, Hint.self, Verify.self, Watch.self, Reset.self, Doctor.self]),
      CommandGroup(name: "Teaching", subcommands: [Release.self, GradeCommand.self, Autograder.self]),
      CommandGroup(name: "Authoring", subcommands: [Sync.self, Check.self, Mutants.self, Rehearse.self]),
    ],
    defaultSubcommand: Progress.self)

  /// Whether help shows what needs the solutions; a student's copy has none.
  static var showsAllCommands: Bool { (try? CourseFolder.current())?.hasSolutions ?? true }

  /// Runs a command; whatever goes wrong is one line on standard error and an exit status that is not 0.
  static func main() async {
    do {
      let work = Task {
        var command = try parseAsRoot()
        if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
      }
      let interruption = Interruption { work.cancel() }
      defer { withExtendedLifetime(interruption) {} }
      try await work.value
      if work.isCancelled { Foundation.exit(Interruption.exitStatus) }
    } catch is CancellationError {
      Foundation.exit(Interruption.exitStatus)
    } catch  where exitCode(for: error) == .success {
      exit(withError: error)
    } catch let code as ExitCode {
      Foundation.exit(code.rawValue)
    } catch {
      complain(message(for: error) + (exitCode(for: error) == .validationFailure ? " (--help says more)" : ""))
      Foundation.exit(exitCode(for: error).rawValue)
    }
  }
}

/// What the tool cannot do, in one sentence.
struct CourseError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
