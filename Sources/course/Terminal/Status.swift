import Foundation

/// Says what takes long, on a terminal only, and takes it away when it is done.
enum Status {
  /// Shows `what` with the seconds that have passed while `body` runs.
  static func showing<Result: Sendable>(
    _ what: String, _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    guard isatty(STDERR_FILENO) == 1 else { return try await body() }
    let ticking = Task {
      let start = ContinuousClock.now
      while !Task.isCancelled {
        let seconds = (ContinuousClock.now - start).components.seconds
        FileHandle.standardError.write(Data("\r\u{1B}[K\(what) … \(seconds) s".utf8))
        try? await Task.sleep(for: .seconds(1))
      }
    }
    func clear() async {
      ticking.cancel()
      await ticking.value
      FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
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
