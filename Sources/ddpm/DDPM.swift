import ArgumentParser
import Foundation

@main
struct DDPM: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ddpm", abstract: "Trains diffusion models and draws images with them.",
    subcommands: [
      Demo.self, Train.self, Sample.self, Evaluate.self, RunExperiment.self, DataCommand.self, ReportList.self,
      ScheduleTable.self, DrawFigures.self, Bench.self, Ship.self,
    ])

  /// Runs a command; whatever goes wrong is one line on standard error and an exit status that is not 0.
  static func main() async {
    StandardStreams.makeSafe()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
    } catch  where exitCode(for: error) == .success {
      exit(withError: error)
    } catch is CancellationError {
      // No message: the user pressed Ctrl-C, and the state has been saved.
      Foundation.exit(Interruption.exitStatus)
    } catch {
      // A message may quote a file or an argument; without control characters it stays on one line and cannot control the terminal.
      let printable = message(for: error).unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
      let message = String(String.UnicodeScalarView(printable))
      let hint = exitCode(for: error) == .validationFailure ? " (--help says more)" : ""
      Terminal.standardError.write(line: "ddpm: " + message + hint)
      Foundation.exit(exitCode(for: error).rawValue)
    }
  }
}

/// Why a command failed, in one sentence.
struct CommandError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
