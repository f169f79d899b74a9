import TestSupport
import Testing

@testable import Tensors

/// Layer and batch normalization in one pass against the operations that they are made of, where there are several blocks, and
/// rows that fill no vectors.
@Suite("Layer and batch normalization against their definitions")
struct NormalizationKernelTests {
  private static let shapes: [Shape] = [
    [1, 1], [3, 1], [2, 5], [7, 16], [300, 15], [513, 64], [5, 3, 100], [2, 33, 31, 17], [2, 64, 40, 33], [40, 1025],
  ]

  /// The definition, of operations that are tested one by one.
  private func normalized(_ x: Tensor, over axes: [Int], _ scale: Tensor, _ shift: Tensor) -> Tensor {
    let difference = x - x.mean(axes: axes, keepingAxes: true)
    return difference / (difference.squared().mean(axes: axes, keepingAxes: true) + 1e-5).sqrt() * scale + shift
  }

  /// Results and gradients differ by roundings of numbers about 1, of which sums hold a few thousand: their errors wander to
  /// some 100 · 2⁻²⁴. A channel that is all one number has no scale of its own, so errors are relative to the largest.
  private func compare(
    _ shape: Shape, axes: [Int], mean: Float, _ fused: (Tensor, Tensor, Tensor) -> Tensor
  ) {
    let channels: Shape = [shape[shape.rank - 1]]
    let (x, scale, shift) = (
      (random(shape, 31) + mean).variable, random(channels, 32).variable, random(channels, 33).variable
    )
    let upstream = random(shape, 34)
    let (actual, expected) = (fused(x, scale, shift), normalized(x, over: axes, scale, shift))
    expectClose(actual.detached, expected.detached, "the result", tolerance: 2e-5, relativeTo: .number(4))
    let (a, e) = (actual.gradients(from: upstream), expected.gradients(from: upstream))
    for (name, variable) in [("x", x), ("scale", scale), ("shift", shift)] {
      expectClose(
        a[variable] ?? Tensor(fault: Fault("there is none")), e[variable] ?? Tensor(0), "the gradient of \(name)",
        tolerance: 3e-5, relativeTo: .number(Float(shape.elementCount / channels[0]).squareRoot() + 4))
    }
  }

  @Test("Layer normalization", arguments: shapes.filter { $0[$0.rank - 1] > 1 })
  func layers(shape: Shape) {
    compare(shape, axes: [shape.rank - 1], mean: 1) { $0.layerNormalized(scale: $1, shift: $2) }
  }

  @Test("Batch normalization", arguments: shapes.filter { $0.dropLast().reduce(1, *) > 1 })
  func batches(shape: Shape) {
    compare(shape, axes: Array(0..<(shape.rank - 1)), mean: -1) { $0.batchNormalized(scale: $1, shift: $2).result }
  }

  @Test("A factor and an offset for each channel", arguments: shapes)
  func scaled(shape: Shape) {
    let channels: Shape = [shape[shape.rank - 1]]
    let (x, factor, offset) = (random(shape, 41).variable, random(channels, 42).variable, random(channels, 43).variable)
    let (actual, expected) = (x.scaledByChannel(factor, plus: offset), x * factor + offset)
    expectClose(actual.detached, expected.detached, "the result", tolerance: 1e-6, relativeTo: .number(8))
    let (a, e) = (actual.gradients(from: x.detached), expected.gradients(from: x.detached))
    for variable in [x, factor, offset] { #expect(a[variable] == e[variable]) }
  }

  @Test("A large mean does not drown the variance")
  func largeMean() {
    let x = random([600, 24], 51)
    let (one, zero) = (Tensor.ones([24]), Tensor.zeros([24]))
    // The rounding of x itself is 10⁴ · 2⁻²⁴ = 6e-4.
    expectClose(
      (x + 1e4).layerNormalized(scale: one, shift: zero), x.layerNormalized(scale: one, shift: zero), "rows",
      tolerance: 3e-3, relativeTo: .number(1))
    expectClose(
      (x + 1e4).batchNormalized(scale: one, shift: zero).result, x.batchNormalized(scale: one, shift: zero).result,
      "channels", tolerance: 3e-3, relativeTo: .number(1))
  }

  @Test("Any number of threads gives the same bits")
  func threads() {
    let pool = ThreadPool.shared
    let before = pool.activeCount
    defer { pool.activeCount = before }
    let (x, scale, shift, upstream) = (
      random([4, 31, 33, 40], 61).variable, random([40], 62).variable, random([40], 63).variable,
      random([4, 31, 33, 40], 64)
    )
    let weight = random([40, 70], 65).variable
    func results(threads: Int) -> [Tensor?] {
      pool.activeCount = threads
      let (layers, batches) = (
        x.layerNormalized(scale: scale, shift: shift), x.batchNormalized(scale: scale, shift: shift).result
      )
      let (first, second) = (layers.gradients(from: upstream), batches.gradients(from: upstream))
      let product = x.matmul(weight).squared().sum().gradients()
      return [
        layers, batches, first[x], first[scale], first[shift], second[x], second[scale], second[shift], product[weight],
      ]
    }
    #expect(results(threads: 1) == results(threads: pool.limit))
  }
}
