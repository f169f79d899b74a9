#if os(Linux)
  import Foundation

  /// The thread of a process that has used the most time: where there is a loop without an end, it is there.
  enum BusiestThread {
    /// Makes the thread trap; the Swift runtime then writes where it is.
    ///
    /// A signal to the process would go to its first thread, which only waits.
    static func trap(in process: pid_t) {
      let tasks = "/proc/\(process)/task"
      let threads = ((try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []).compactMap { pid_t($0) }
      guard let busiest = threads.max(by: { time(of: $0, in: tasks) < time(of: $1, in: tasks) }),
        // Glibc has it since 2.30, but Swift's view of Glibc has not.
        let function = dlsym(nil, "tgkill")
      else { return }
      typealias Kill = @convention(c) (_ process: pid_t, _ thread: pid_t, _ signal: Int32) -> Int32
      _ = unsafeBitCast(function, to: Kill.self)(process, busiest, SIGILL)
    }

    /// The time in the thread's own code, in ticks of the system's clock.
    private static func time(of thread: pid_t, in tasks: String) -> Int {
      // The time is the 14th field of all.
      let fields = ProcessStatus.fields("\(tasks)/\(thread)/stat")
      return fields.count > 11 ? Int(fields[11]) ?? 0 : 0
    }
  }
#endif
