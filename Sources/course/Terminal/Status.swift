import Foundation

/// Says what takes long: on a terminal with a clock, and takes it away when it is done; in a log with a line.
enum Status {
  /// Shows `what` with the seconds that have passed while `body` runs.
  static func showing<Result: Sendable>(
    _ what: String, _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    let isOnTerminal = isatty(STDERR_FILENO) == 1
    let ticking = Task {
      guard isOnTerminal else {
        try await Task.sleep(for: .seconds(2))
        return FileHandle.standardError.write(Data("\(what) …\n".utf8))
      }
      let start = ContinuousClock.now
      while !Task.isCancelled {
        let seconds = (ContinuousClock.now - start).components.seconds
        FileHandle.standardError.write(Data("\r\u{1B}[K\(what) … \(seconds) s".utf8))
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
