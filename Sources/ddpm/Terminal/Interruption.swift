import Foundation
import Synchronization

/// A signal's handler can capture nothing, so what it writes is global.
private let interruptionRequested = Atomic<Bool>(false)

/// Ctrl-C, turned from the end of the process into a question that a loop can ask between two steps.
enum Interruption {
  /// Whether Ctrl-C was pressed since ``listen()``.
  static var isRequested: Bool { interruptionRequested.load(ordering: .relaxed) }

  /// From here on the first Ctrl-C is only noted; a second one ends the process.
  static func listen() {
    signal(SIGINT) { _ in
      interruptionRequested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }
}
