import Foundation
import Testing

@testable import course

@Suite("A process under limits")
struct LimitedProcessTests {
  /// How a shell's script ends, and what it writes.
  private func run(_ script: String, _ limits: LimitedProcess.Limits?) async throws -> (LimitedProcess.Ending, String) {
    let scratch = FileManager.default.temporaryDirectory
    let output = scratch.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: output) }
    let process = LimitedProcess(command: ["sh", "-c", script], directory: scratch, limits: limits)
    let ending = try await process.run(output: output)
    return (ending, try String(contentsOf: output, encoding: .utf8))
  }

  @Test("Its status and what it writes are handed on", arguments: [true, false])
  func ordinary(isLimited: Bool) async throws {
    let limits = isLimited ? LimitedProcess.Limits(seconds: 60, memory: 1024) : nil
    let (ending, output) = try await run("echo one; echo two >&2; exit 3", limits)
    #expect(ending == .exited(3))
    #expect(output == "one\ntwo\n")
    #expect(try await run("kill -9 $$", limits).0 == .signaled(9))
  }

  @Test("What it writes to standard error can be kept apart")
  func twoStreams() async throws {
    let folder = FileManager.default.temporaryDirectory
    let (output, errors) = (folder.appending(path: UUID().uuidString), folder.appending(path: UUID().uuidString))
    defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
    let process = LimitedProcess(command: ["sh", "-c", "echo one; echo two >&2"], directory: folder)
    #expect(try await process.run(output: output, errors: errors) == .exited(0))
    #expect(try String(contentsOf: output, encoding: .utf8) == "one\n")
    #expect(try String(contentsOf: errors, encoding: .utf8) == "two\n")
  }

  /// Whether there is such a process, and not only its entry, which stays until someone asks how it ended.
  private func isRunning(_ process: pid_t) -> Bool {
    let state = FileManager.default.contents(atPath: "/proc/\(process)/stat").map {
      String(decoding: $0, as: UTF8.self)
    }
    return kill(process, 0) == 0 && state?.contains(") Z ") != true
  }

  @Test("One that waits for ever is ended by the clock, with what it has started")
  func clock() async throws {
    let (ending, output) = try await run("sleep 1000 & echo $!; wait", .init(seconds: 0.5))
    #expect(ending == .timedOut)
    let child = try #require(pid_t(output.dropLast()))
    // The child has been sent its signal by now, and ends as soon as the system comes to it.
    for _ in 0..<500 where isRunning(child) { try await Task.sleep(for: .milliseconds(20)) }
    #expect(!isRunning(child), "what it has started must end with it")
  }

  #if os(Linux)
    @Test("What it leaves behind in a group of its own, as a build leaves compilers, ends with it")
    func leftovers() async throws {
      let (ending, output) = try await run("bash -c 'set -m; sleep 1000 & echo $!'", nil)
      #expect(ending == .exited(0))
      let child = try #require(pid_t(output.dropLast()))
      #expect(!isRunning(child), "a compiler that reads files which change meanwhile spoils the next build")
    }
  #endif

  @Test("One that computes for ever is ended by its time on the processor, with a signal that can be heard")
  func processor() async throws {
    let (ending, output) = try await run(
      "trap 'echo heard; exit 7' XCPU; while :; do :; done", .init(seconds: 60, processorSeconds: 1))
    #expect(ending == .exited(7))
    #expect(output == "heard\n")
  }

  @Test("A file cannot grow beyond its limit")
  func file() async throws {
    let limits = LimitedProcess.Limits(seconds: 60, file: 1)
    let (_, output) = try await run("yes | head -c 3000000", limits)
    #expect(output.utf8.count == 1 << 20)
  }
}
