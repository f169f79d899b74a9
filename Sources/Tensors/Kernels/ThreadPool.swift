import Foundation
import Synchronization

/// The threads that share the work of a kernel.
///
/// Dispatching a region costs well under a microsecond while the workers are awake: they spin on a counter for a short
/// while after each region before they go to sleep. A region that is started while another is running, from another
/// thread or from inside the first, runs on its caller's thread alone. Kernels split their work into items whose results
/// do not depend on who computes them, so neither the number of threads nor such a collision changes a bit of any result.
public final class ThreadPool: Sendable {
  /// The pool of this process.
  public static let shared = ThreadPool(limit: max(1, ProcessInfo.processInfo.activeProcessorCount))

  /// The number of processors, and so the largest useful ``activeCount``.
  public let limit: Int

  /// How many threads share the work, the caller's included; between 1 and ``limit``.
  public var activeCount: Int {
    get { active.load(ordering: .relaxed) }
    set { active.store(min(max(newValue, 1), limit), ordering: .relaxed) }
  }

  private let active: Atomic<Int>
  private let busy = Atomic<Bool>(false)
  /// Counts regions; a worker takes part in each one it sees.
  private let generation = Atomic<Int>(0)
  /// Workers that gave up spinning wait here; `sleepers` tells the caller whether it must wake anyone.
  private let bell = NSCondition()
  private let sleepers = Atomic<Int>(0)
  private let region = Region()

  /// What the threads are working on. Written by the caller before `generation` is raised and read by the workers after.
  private final class Region: @unchecked Sendable {
    var body: (@Sendable (Int) -> Void)?
    var count = 0
    let participants = Atomic<Int>(0)
    let next = Atomic<Int>(0)
    let pending = Atomic<Int>(0)
  }

  private init(limit: Int) {
    self.limit = limit
    active = Atomic(limit)
    for index in 1..<max(limit, 1) {
      let thread = Thread { [self] in work(as: index) }
      thread.name = "kernel \(index)"
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  /// Calls `body` once for each index below `count`, on all active threads, and returns when all calls have.
  public func forEach(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let threads = activeCount
    guard count > 1, threads > 1,
      busy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      for index in 0..<max(count, 0) { body(index) }
      return
    }
    region.body = body
    region.count = count
    region.participants.store(threads, ordering: .relaxed)
    region.next.store(0, ordering: .relaxed)
    region.pending.store(limit - 1, ordering: .relaxed)
    generation.add(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { bell.withLock { bell.broadcast() } }
    drain(body, count)
    var spins = 0
    while region.pending.load(ordering: .acquiring) > 0 {
      spins += 1
      if spins > Self.patience { sched_yield() }
    }
    region.body = nil
    busy.store(false, ordering: .releasing)
  }

  private func drain(_ body: @Sendable (Int) -> Void, _ count: Int) {
    while true {
      let index = region.next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index)
    }
  }

  private func work(as index: Int) {
    var seen = 0
    while true {
      var spins = 0
      while generation.load(ordering: .acquiring) == seen {
        spins += 1
        if spins > Self.patience { sleep(until: seen + 1) }
      }
      seen += 1
      if index < region.participants.load(ordering: .relaxed), let body = region.body { drain(body, region.count) }
      region.pending.subtract(1, ordering: .releasing)
    }
  }

  private func sleep(until next: Int) {
    bell.withLock {
      sleepers.add(1, ordering: .sequentiallyConsistent)
      while generation.load(ordering: .sequentiallyConsistent) < next { bell.wait() }
      sleepers.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  /// Turns of a waiting loop, some ten microseconds in all, before a thread lets others have its processor.
  private static let patience = 20_000
}

/// Calls `body` once for each index below `count`, on all threads of the pool.
@inline(__always)
func parallel(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) { ThreadPool.shared.forEach(count, body) }
