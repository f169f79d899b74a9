import Foundation
import Syllabus

/// What a crashed process left to read: the reason, and the place in the student's files.
struct Crash {
  /// Such as "Fatal error: Index out of range"; nil where the process said nothing.
  let reason: String?
  /// Whether the process asked for more memory than it may have.
  let isOutOfMemory: Bool
  /// Such as `exercises/03-UNetUpsampling/GroupNormalization.swift:31`: the nearest line in a file that students write, else in
  /// one that is given or a reference; nil where the backtrace names no such file.
  let place: String?

  /// Reads the runtime's message and backtrace.
  init(output: String) {
    let fatal = output.firstMatch(of: /Fatal error: ([^\n]+)/).map { "Fatal error: \($0.1)" }
    isOutOfMemory = fatal?.contains("failed to allocate") == true
    reason = fatal
    // A frame: "3 [ra] 0x… name(…) + 76 in X at /…/exercises/03-X/File.swift:31:12"
    let places = output.matches(of: /((?:exercises|solutions)\/[^\/\n]+\/[^\/\n:]+\.swift):\d+/)
    place = (places.first { Self.written.contains(String($0.1)) } ?? places.first).map { String($0.0) }
  }

  /// The files that students write.
  private static let written = Set(Course.exercises.map { Course.path(of: $0) })

  /// What a signal means, for a process that did not say why it ended.
  static func meaning(of signal: Int32, limits: LimitedProcess.Limits) -> String {
    switch signal {
    case SIGSEGV, SIGBUS: "the process touched memory that is not there: recursion without end?"
    case SIGABRT, SIGKILL:
      "the process was ended" + (limits.memory.map { ", perhaps for using more than \($0) MiB of memory" } ?? "")
    case SIGXFSZ: "the process printed more than \(limits.file ?? 0) MiB"
    case SIGXCPU: "the process used up its time"
    case SIGILL, SIGTRAP:
      "the process trapped: an index out of range, an overflow, a failed precondition, or a nil that was forced"
    default: "the process was ended by signal \(signal)"
    }
  }
}
