import Foundation

/// The processes that a program run by this tool has started, and those that they have: each such program begins a session.
enum Session {
  /// Ends what is left of a session: on Linux all of it, waiting until it is gone, elsewhere its first group.
  ///
  /// SwiftPM puts each compiler in a group of its own, and when a build fails it does not wait for those that still run. They
  /// would go on reading sources that have changed meanwhile, and note them as compiled.
  static func end(_ leader: pid_t) {
    kill(-leader, SIGKILL)
    #if os(Linux)
      let deadline = ContinuousClock.now + .seconds(5)
      while case let left = processes(of: leader), !left.isEmpty, .now < deadline {
        for process in left { kill(process, SIGKILL) }
        usleep(2000)
      }
    #endif
  }

  #if os(Linux)
    /// The processes of a session that are alive; of those that have ended an entry may stay until someone asks for it.
    private static func processes(of leader: pid_t) -> [pid_t] {
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return entries.compactMap { pid_t($0) }.filter { process in
        let fields = ProcessStatus.fields("/proc/\(process)/stat")
        return fields.count > 3 && fields[3] == "\(leader)" && !["Z", "X"].contains(fields[0])
      }
    }
  #endif
}
