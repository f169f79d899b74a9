import Synchronization

/// The memory of a tensor: a block from the pool, which goes back there when the last tensor lets go of it.
///
/// A buffer is written only while it is being made, or by a tensor that owns it alone; after that it is shared and only
/// read, which is what makes it safe to send to other threads.
final class Buffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let sizeClass: Int

  /// A buffer whose contents are whatever was there before.
  init(uninitialized count: Int) {
    self.count = count
    (base, sizeClass) = BufferPool.shared.take(count)
  }

  convenience init(repeating value: Float, count: Int) {
    self.init(uninitialized: count)
    base.update(repeating: value, count: count)
  }

  convenience init(copying scalars: [Float]) {
    self.init(uninitialized: scalars.count)
    scalars.withUnsafeBufferPointer { source in
      if let address = source.baseAddress { base.update(from: address, count: count) }
    }
  }

  convenience init(copying other: Buffer) {
    self.init(uninitialized: other.count)
    base.update(from: other.base, count: count)
  }

  deinit { BufferPool.shared.give(base, sizeClass: sizeClass) }

  static let empty = Buffer(uninitialized: 0)

  subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return base[index]
    }
    set {
      precondition(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  var isEmpty: Bool { count == 0 }

  var array: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Keeps freed blocks for the next tensor of about the same size, so that a training step in its steady state asks the
/// system for no memory: fresh pages cost more than the arithmetic done on them. Nothing is given back to the system: a
/// process keeps as much as it once needed.
final class BufferPool: Sendable {
  static let shared = BufferPool()

  private struct State {
    /// Free blocks by size class. The addresses are kept as integers because raw pointers are not `Sendable`.
    var free: [Int: [UInt]] = [:]
    /// The floats of all blocks in use, and the most there have been since the last reset.
    var inUse = 0
    var peak = 0
  }

  private let state = Mutex(State())

  /// Four size classes to each power of two: but for the smallest, at most a quarter of a block is unused.
  static func capacity(for count: Int) -> Int {
    let atLeast = max(count, 64)
    let power = Int.bitWidth - (atLeast - 1).leadingZeroBitCount
    let step = max(1 << max(power - 3, 0), 16)
    return (atLeast + step - 1) / step * step
  }

  func take(_ count: Int) -> (UnsafeMutablePointer<Float>, sizeClass: Int) {
    let capacity = Self.capacity(for: count)
    let address = state.withLock { state in
      state.inUse += capacity
      state.peak = max(state.peak, state.inUse)
      return state.free[capacity]?.popLast()
    }
    if let address, let pointer = UnsafeMutablePointer<Float>(bitPattern: address) {
      return (pointer, capacity)
    }
    let raw = UnsafeMutableRawPointer.allocate(byteCount: capacity * MemoryLayout<Float>.stride, alignment: 64)
    return (raw.bindMemory(to: Float.self, capacity: capacity), capacity)
  }

  func give(_ pointer: UnsafeMutablePointer<Float>, sizeClass: Int) {
    state.withLock {
      $0.free[sizeClass, default: []].append(UInt(bitPattern: pointer))
      $0.inUse -= sizeClass
    }
  }

  /// The most floats that were in use at a time while `body` ran, beyond those in use before.
  func peak(during body: () -> Void) -> Int {
    let before = state.withLock { state in
      state.peak = state.inUse
      return state.inUse
    }
    body()
    return state.withLock { $0.peak - before }
  }
}
