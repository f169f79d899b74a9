import Foundation
import Synchronization

/// A signal's handler can capture nothing, so what it writes is global.
private let interruptionRequested = Atomic<Bool>(false)

/// Ctrl-C, noted for a loop to check between two steps instead of ending the process.
enum Interruption {
  /// Whether Ctrl-C was pressed since ``listen()``.
  static var isRequested: Bool { interruptionRequested.load(ordering: .relaxed) }

  /// The exit status of a program that was interrupted; it tells a shell script to stop as well.
  static let exitStatus: Int32 = 128 + SIGINT

  /// From here on the first Ctrl-C, or a request to end as `kill` sends it, is only noted; a second one ends the process.
  static func listen() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        interruptionRequested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// From here on Ctrl-C ends the process again.
  static func stopListening() {
    for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
  }
}
