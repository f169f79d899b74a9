import Foundation

/// How far a build has come, as its log says: `[327/896] Compiling …`.
struct BuildProgress: Equatable {
  let done, all: Int

  /// The last such line of a text; nil where there is none.
  init?(_ log: String) {
    guard let last = log.matches(of: /\[(\d+)\/(\d+)\]/).last, let done = Int(last.1), let all = Int(last.2),
      done <= all
    else { return nil }
    (self.done, self.all) = (done, all)
  }

  init?(contentsOf log: URL) {
    guard let handle = try? FileHandle(forReadingFrom: log) else { return nil }
    defer { try? handle.close() }
    guard let size = try? handle.seekToEnd() else { return nil }
    try? handle.seek(toOffset: size > 4096 ? size - 4096 : 0)
    self.init(String(decoding: (try? handle.readToEnd()) ?? Data(), as: UTF8.self))
  }

  /// In words, with an estimate of the time that is left once a tenth is done: before, it would be a guess.
  func text(after seconds: Int) -> String {
    let left = Double(seconds) * Double(all - done) / Double(max(1, done))
    let estimate =
      done * 10 < all || left < 20
      ? "" : left < 90 ? ", about a minute left" : ", about \(Int((left / 60).rounded())) minutes left"
    return ", step \(done) of \(all)\(estimate)"
  }
}
