import Foundation
import Synchronization
import Tensors
import Testing

/// Every index is visited once, whichever thread calls.
@Suite("The thread pool")
struct ThreadPoolTests {
  /// Counts the visits of each index.
  private final class Visits: Sendable {
    private let counts: Mutex<[Int]>
    init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }
    func visit(_ index: Int) { counts.withLock { $0[index] += 1 } }
    var areAllOne: Bool { counts.withLock { $0.allSatisfy { $0 == 1 } } }
  }

  @Test("Each index is visited exactly once", arguments: [1, 2, 3, 7, 64, 1000])
  func onceEach(count: Int) {
    for _ in 0..<20 {
      let visits = Visits(count)
      ThreadPool.shared.forEach(count) { visits.visit($0) }
      #expect(visits.areAllOne)
    }
  }

  @Test("No index, no visit", arguments: [0, -1])
  func nothing(count: Int) {
    ThreadPool.shared.forEach(count) { Issue.record("index \($0) of none was visited") }
  }

  @Test("A region inside a region does its work, and does not wait for itself")
  func nested() {
    let visits = Visits(8 * 50)
    ThreadPool.shared.forEach(8) { outer in ThreadPool.shared.forEach(50) { visits.visit(outer * 50 + $0) } }
    #expect(visits.areAllOne)
  }

  @Test("Many callers at once")
  func concurrentCallers() async {
    let results = await withTaskGroup { group in
      for _ in 0..<16 {
        group.addTask {
          (0..<20).allSatisfy { _ in
            let visits = Visits(100)
            ThreadPool.shared.forEach(100) { visits.visit($0) }
            return visits.areAllOne
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.count == 16 && results.allSatisfy { $0 })
  }

  /// After fifty milliseconds without work the workers have gone to sleep; a region waits for each of them, so that it
  /// would not end if they did not wake.
  @Test("Workers that sleep wake up", .timeLimit(.minutes(1)))
  func waking() {
    for _ in 0..<3 {
      Thread.sleep(forTimeInterval: 0.05)
      let visits = Visits(100)
      ThreadPool.shared.forEach(100) { visits.visit($0) }
      #expect(visits.areAllOne)
    }
  }
}

/// The number of threads changes no bit. The number is the process's, so these tests take turns; other suites are only
/// made slower.
@Suite("Results on one thread and on several", .serialized)
struct ThreadIndependenceTests {
  @Test(
    "The same bits",
    arguments: [
      Computation("conv2d", { x in x.conv2d(random([3, 3, 7, 19], 2), padding: 1) }),
      Computation(
        "conv2d of one image", { x in x.sliced(axis: 0, 0..<1).conv2d(random([3, 3, 7, 19], 2), stride: 2) }),
      Computation(
        "convTransposed2d",
        { x in x.convTransposed2d(random([3, 3, 5, 7], 3), stride: 2, padding: 1, outputPadding: 1) }),
      Computation(
        "a weight's gradient",
        { x in
          let weight = random([3, 3, 7, 19], 4).variable
          return x.conv2d(weight, padding: 1).squared().sum().gradients()[weight] ?? Tensor(fault: Fault("missing"))
        }),
      Computation("Winograd's convolution and its gradients", { _ in allDirections([5, 9, 11, 80], to: 48) }),
      Computation("Winograd's convolution by panels", { _ in allDirections([3, 6, 6, 144], to: 80) }),
      Computation("a convolution to one channel and its gradients", { _ in convolutionAndGradients(outputs: 1) }),
      Computation(
        "a depthwise convolution and its gradients", { _ in convolutionAndGradients(outputs: 20, groups: 20) }),
      Computation("a sum of everything", { x in x.sum() }),
      Computation("sums of channels", { x in x.sum(axes: [0, 1, 2]) }),
      Computation("a long sum", { _ in random([100_003], 5).sum() }),
      Computation(
        "group normalization and its gradients",
        { x in
          let (x, scale) = (x.variable, random([7], 6).variable)
          let gradients = x.groupNormalized(groups: 1, scale: scale, shift: .zeros([7])).squared().sum().gradients()
          let parts = [gradients[x], gradients[scale]].compactMap { $0?.reshaped([-1]) }
          return .concatenated(parts, axis: 0)
        }),
      // Fewer images than threads are taken apart between groups, here where vectors and groups of six channels both end.
      Computation(
        "the normalization of one image, SiLU and their gradients",
        { _ in
          let (x, scale, shift) = (random([1, 9, 11, 72], 12).variable, random([72], 13).variable, random([72], 14))
          let y = x.groupNormalized(groups: 12, scale: scale, shift: shift).silu()
          let gradients = y.squared().sum().gradients()
          return .concatenated([y, gradients[x], gradients[scale]].compactMap { $0?.reshaped([-1]) }, axis: 0)
        }),
      Computation("random numbers", { _ in random([100_003], 7) }),
      Computation("upsampling", { x in x.upsampledBilinear(by: 2, alignCorners: false) + x.upsampledNearest(by: 2) }),
      Computation("a matrix product", { _ in random([300, 70], 8).matmul(random([70, 50], 9)) }),
      Computation("a matrix product of few rows", { _ in random([30, 270], 8).matmul(random([270, 160], 9)) }),
      Computation("a convolution of few pixels and its gradients", { _ in allDirections([3, 2, 2, 80], to: 64) }),
      Computation(
        "attention with many heads and its gradients", { _ in attentionAndGradients(count: 5, tokens: 50, heads: 4) }),
      // The queries of a single head are dealt out among the threads.
      Computation(
        "attention with one head and its gradients", { _ in attentionAndGradients(count: 1, tokens: 300, heads: 1) }),
      Computation("softmax", { _ in random([700, 30], 13).softmax() }),
      Computation("a function of every element", { _ in random([100_003], 10).silu() }),
    ])
  func sameBits(_ computation: Computation) {
    let pool = ThreadPool.shared
    let before = pool.activeCount
    defer { pool.activeCount = before }
    let x = random([5, 11, 13, 7], 1)
    pool.activeCount = 1
    let alone = computation.body(x)
    #expect(alone.fault == nil && !alone.scalars.isEmpty)
    pool.activeCount = pool.limit
    // Another suite may keep the pool busy, and a computation then runs on one thread: a few repetitions meet a free one.
    for _ in 0..<4 {
      let shared = computation.body(x)
      #expect(shared.scalars.map(\.bitPattern) == alone.scalars.map(\.bitPattern))
    }
  }

  /// A convolution of ten images of 20 channels, and the gradients of its images and weights, in one row.
  private static func convolutionAndGradients(outputs: Int, groups: Int = 1) -> Tensor {
    let x = random([10, 11, 9, 20], 11).variable
    let weight = random([3, 3, 20 / groups, outputs], 12).variable
    let y = x.conv2d(weight, padding: 1, groups: groups)
    let gradients = y.squared().sum().gradients()
    return .concatenated([y, gradients[x], gradients[weight]].compactMap { $0?.detached.reshaped([-1]) }, axis: 0)
  }

  /// An attention and the gradients of its queries, keys and values, in one row.
  private static func attentionAndGradients(count: Int, tokens: Int, heads: Int) -> Tensor {
    let query = random([count, tokens, 20], 14).variable
    let (key, value) = (random([count, 33, 20], 15).variable, random([count, 33, 20], 16).variable)
    let y = attention(query: query, key: key, value: value, heads: heads)
    let gradients = y.squared().sum().gradients()
    let parts = [y, gradients[query], gradients[key], gradients[value]]
    return .concatenated(parts.compactMap { $0?.detached.reshaped([-1]) }, axis: 0)
  }

  struct Computation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: @Sendable (Tensor) -> Tensor

    init(_ name: String, _ body: @escaping @Sendable (Tensor) -> Tensor) { (testDescription, self.body) = (name, body) }
  }
}

/// A convolution's result and gradients, one behind the other.
private func allDirections(_ shape: Shape, to outputs: Int) -> Tensor {
  let (x, weight) = (random(shape, 11).variable, random([3, 3, shape[3], outputs], 12).variable)
  let y = x.conv2d(weight, padding: 1)
  let gradients = y.squared().sum().gradients()
  let missing = Tensor(fault: Fault("a gradient is missing"))
  let parts = [y, gradients[x] ?? missing, gradients[weight] ?? missing].map { $0.detached.reshaped([-1]) }
  return .concatenated(parts, axis: 0)
}
