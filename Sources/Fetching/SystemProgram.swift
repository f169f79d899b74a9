import Foundation
import Subprocess

/// A program that every system has, run to its end. Its arguments reach it as they are: no shell reads them.
enum SystemProgram {
  /// How a program ended, and what it wrote.
  struct Result {
    let exitStatus: Int32
    let output: String
    let errors: String

    var succeeded: Bool { exitStatus == 0 }

    /// The first line on standard error, without the program's name before it.
    var complaint: String {
      let lines = errors.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      let line = lines.first { !$0.isEmpty } ?? "it ended with status \(exitStatus)"
      return line.replacing(#/^\w+: (\(\d+\) )?/#, with: "")
    }
  }

  /// Runs a program; it ends with the task that waits for it.
  ///
  /// - Throws: ``MissingProgram`` where there is no such program; `CancellationError` where a signal ended it, for it
  ///   shares the terminal's Ctrl-C with this process.
  static func run(_ name: String, _ arguments: [String]) async throws -> Result {
    do {
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments), environment: .inherit.updating(["LC_ALL": "C"]), input: .none,
        output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
      try Task.checkCancellation()
      guard case .exited(let status) = result.terminationStatus else { throw CancellationError() }
      return Result(
        exitStatus: status, output: result.standardOutput, errors: result.standardError)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw MissingProgram(name: name)
    }
  }
}

/// A program that is needed and not installed.
struct MissingProgram: Error, CustomStringConvertible {
  let name: String

  var description: String { "the program \(name) is not installed, which fetching needs" }
}
