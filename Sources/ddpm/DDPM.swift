import ArgumentParser
import Foundation

@main
struct DDPM: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ddpm", abstract: "Trains diffusion models and draws images with them.",
    subcommands: [Demo.self, Train.self, Sample.self, ScheduleTable.self, Bench.self])

  /// Runs a command; whatever goes wrong is one line on standard error and an exit status that is not 0.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch  where exitCode(for: error) == .success {
      exit(withError: error)
    } catch {
      let message = error is ParsedByDescription ? "\(error)" : message(for: error)
      Terminal.standardError.write(line: "ddpm: " + message.split(separator: "\n").joined(separator: " "))
      Foundation.exit(exitCode(for: error).rawValue)
    }
  }
}

/// An error whose description is the whole message.
protocol ParsedByDescription: Error, CustomStringConvertible {}

/// What a command cannot do, in one sentence.
struct CommandError: ParsedByDescription {
  let description: String
  init(_ description: String) { self.description = description }
}
