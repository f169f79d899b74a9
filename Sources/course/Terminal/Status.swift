import Foundation

/// Says what takes long: on a terminal with a clock, and takes it away when it is done; in a log with a line.
enum Status {
  /// Shows `what` with the seconds that have passed while `body` runs.
  ///
  /// - Parameter detail: What else to show after so many seconds.
  static func showing<Result: Sendable>(
    _ what: String, detail: @escaping @Sendable (_ seconds: Int) -> String = { _ in "" },
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    let isOnTerminal = isatty(STDERR_FILENO) == 1
    let ticking = Task {
      guard isOnTerminal else {
        try await Task.sleep(for: .seconds(2))
        return FileHandle.standardError.write(Data("\(what) …\n".utf8))
      }
      let start = ContinuousClock.now
      while !Task.isCancelled {
        let seconds = Int((ContinuousClock.now - start).components.seconds)
        FileHandle.standardError.write(Data("\r\u{1B}[K\(what) … \(seconds) s\(detail(seconds))".utf8))
        try? await Task.sleep(for: .seconds(1))
      }
    }
    func clear() async {
      ticking.cancel()
      _ = await ticking.result
      if isOnTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
    do {
      let result = try await body()
      await clear()
      return result
    } catch {
      await clear()
      throw error
    }
  }
}
