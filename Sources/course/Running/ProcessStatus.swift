#if os(Linux)
  import Foundation

  /// What the system says of a process or a thread in its `stat` file: "19022 (name) R 1 …".
  enum ProcessStatus {
    /// The fields from the third on: the state, the parent, the group, the session and so on. None where it has ended.
    static func fields(_ path: String) -> [Substring] {
      guard let data = FileManager.default.contents(atPath: path) else { return [] }
      // The name may hold blanks and parentheses.
      return String(decoding: data, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    }
  }
#endif
