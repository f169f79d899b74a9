import Foundation
import Subprocess
import Synchronization

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A program run under limits, its output kept in files.
struct LimitedProcess {
  /// What a program may use.
  struct Limits: Sendable {
    /// On the clock on the wall.
    var seconds: Double
    /// Of each process's time on the processors; nil for as much as the clock allows.
    var processorSeconds: Int?
    /// Of address space, in MiB; nil for as much as there is. Not enforced on macOS, which has no such limit.
    var memory: Int?
    /// Whether to let a Swift program whose time is up write where it is. Only on Linux.
    var tellsWhereItIs = false
    /// Of a file that it writes, in MiB, so that printing in a loop cannot fill the disk; nil for as much as there is room.
    var file: Int?
  }

  /// How a program ended.
  enum Ending: Equatable, Sendable {
    case exited(Int32)
    case signaled(Int32)
    case timedOut
  }

  /// What those who wait for a program know of it.
  private final class State: Sendable {
    let process = Mutex<pid_t?>(nil)
    let isOverdue = Atomic(false)
  }

  /// The program and its arguments.
  let command: [String]
  let directory: URL
  /// Variables besides those that the program inherits.
  var environment: [String: String] = [:]
  var limits: Limits?

  /// Runs it to its end. The processes that it started end with it: on Linux all that did not begin a session of their own,
  /// elsewhere those that stayed in its group.
  ///
  /// - Parameters:
  ///   - output: The file for standard output.
  ///   - errors: The file for standard error; the same one where none is given.
  func run(output: URL, errors: URL? = nil) async throws -> Ending {
    let outputHandle = try Self.create(output)
    let errorHandle = try errors.map(Self.create) ?? outputHandle
    defer { for handle in [outputHandle, errorHandle] { try? handle.close() } }
    let outputDescriptor = FileDescriptor(rawValue: outputHandle.fileDescriptor)
    let errorDescriptor = FileDescriptor(rawValue: errorHandle.fileDescriptor)

    var options = PlatformOptions()
    options.createSession = true
    // First asked, for SwiftPM ends what it has started in groups of their own.
    options.teardownSequence = [
      .send(signal: .interrupt, toProcessGroup: true, allowedDurationToNextStep: .seconds(1)),
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(1)),
    ]
    var environment = Environment.inherit
    environment = environment.updating(
      Dictionary(uniqueKeysWithValues: self.environment.map { (Environment.Key(rawValue: $0.key)!, $0.value) }))
    let (executable, arguments) = invocation

    let state = State()
    // What outlives the program that was asked to stop, or that stopped by itself.
    defer { if let process = state.process.withLock({ $0 }) { Session.end(process) } }
    return try await withThrowingTaskGroup(of: Ending.self) { group in
      group.addTask {
        [options, environment] in
        let result = try await Subprocess.run(
          executable, arguments: arguments, environment: environment, workingDirectory: FilePath(directory.path),
          platformOptions: options, input: .none,
          output: .fileDescriptor(outputDescriptor, closeAfterSpawningProcess: false),
          error: .fileDescriptor(errorDescriptor, closeAfterSpawningProcess: false)
        ) { execution in state.process.withLock { $0 = execution.processIdentifier.value } }
        return switch result.terminationStatus {
        case .exited(let code): .exited(code)
        case .signaled(let signal): .signaled(signal)
        }
      }
      if let limits {
        group.addTask {
          try await Task.sleep(for: .seconds(limits.seconds))
          state.isOverdue.store(true, ordering: .relaxed)
          #if os(Linux)
            if limits.tellsWhereItIs, let process = state.process.withLock({ $0 }) {
              BusiestThread.trap(in: process)
              // A backtrace takes half a second.
              try await Task.sleep(for: .seconds(3))
            }
          #endif
          return .timedOut
        }
      }
      let first = try await group.next() ?? .timedOut
      group.cancelAll()
      // Whoever is asked to stop has ended the program, and no verdict follows from that.
      try Task.checkCancellation()
      return state.isOverdue.load(ordering: .relaxed) ? .timedOut : first
    }
  }

  private static func create(_ file: URL) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: file.path, contents: nil),
      let handle = FileHandle(forWritingAtPath: file.path)
    else { throw CourseError("\(file.path) cannot be written") }
    return handle
  }

  /// With limits, a shell sets them and becomes the program.
  private var invocation: (Executable, Arguments) {
    guard let limits else { return (.name(command[0]), Arguments(Array(command.dropFirst()))) }
    let memory = limits.memory.map { "ulimit -v \($0 * 1024) 2>/dev/null; " } ?? ""
    // In blocks of 512 bytes.
    let file = limits.file.map { "ulimit -f \($0 * 2048); " } ?? ""
    // The clock is watched from here; should this process be killed, the time on the processors ends a program that computes.
    // First with a signal at which a compiler writes what it was doing, ten seconds later for good.
    let most =
      limits.processorSeconds ?? 2 * Int(limits.seconds.rounded(.up)) * ProcessInfo.processInfo.activeProcessorCount
    let time = "ulimit -t \(most + 10); ulimit -S -t \(most); "
    let script = memory + file + time + "ulimit -c 0; exec \"$@\""
    return (.path("/bin/sh"), Arguments(["-c", script, "sh"] + command))
  }
}
