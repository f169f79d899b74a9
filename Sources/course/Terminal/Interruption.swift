import Foundation

/// Ctrl-C and a closed terminal, turned into a request to stop: what has been started, a build or a looping test, has a session
/// of its own, hears nothing of them, and must be ended first.
struct Interruption {
  /// The exit status of a program that was interrupted, by which a shell script knows not to go on.
  static let exitStatus: Int32 = 128 + SIGINT

  private let sources: [any DispatchSourceSignal]

  /// From here on Ctrl-C, Ctrl-\, the terminal's end, or a request to end as `kill` sends it, is answered by `stop`.
  init(_ stop: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGQUIT, SIGHUP, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: stop)
      source.resume()
      return source
    }
  }
}
