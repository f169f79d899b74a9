import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.3 Bilinear upsampling", .exercise("3.3"))
struct Hidden3_3 {
  @Test("Other inputs", arguments: 0..<6)
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let shape = Shape((0..<4).map { _ in 1 + generator.integer(below: 5) })
    let (factor, alignCorners) = (2 + generator.integer(below: 4), seed % 2 == 0)
    let x = Tensor.normal(shape, using: &generator).variable
    let theirs = x.upsampledBilinear(by: factor, alignCorners: alignCorners)
    let what = "\(shape) by \(factor), aligned corners: \(alignCorners)"
    // The engine's positions are in Float: off by 6e-8 of up to 5, which counts as much as the pixels differ.
    expectClose(bilinearUpsampled(x, by: factor, alignCorners: alignCorners), theirs, what, tolerance: 3e-6)
    let upstream = Tensor.normal(theirs.shape, using: &generator)
    expectClose(
      bilinearUpsamplingGradient(upstream, by: factor, alignCorners: alignCorners),
      try #require(theirs.gradients(from: upstream)[x]), "the gradient, \(what)", tolerance: 5e-6)
  }

  @Test("Other sizes", arguments: [2, 3, 4, 7], [1, 2, 5])
  func positions(factor: Int, size: Int) {
    for index in 0..<factor * size {
      // A few roundings in Double of numbers below 20, 2e-15 each; a wrong formula is off by 1/14 and more.
      let inside = min(max((2 * Double(index) + 1 - Double(factor)) / Double(2 * factor), 0), Double(size) - 1)
      #expect(abs(sourcePosition(of: index, size: size, factor: factor, alignCorners: false) - inside) < 1e-12)
      let aligned = Double(index * (size - 1)) / Double(factor * size - 1)
      #expect(abs(sourcePosition(of: index, size: size, factor: factor, alignCorners: true) - aligned) < 1e-12)
    }
  }

  @Test("Edge cases", arguments: [false, true])
  func edges(alignCorners: Bool) throws {
    // Shares are 0 and 1, or add up to 1 but for a rounding of 6e-8: sums of four to sixteen of them.
    let x = normal([2, 3, 4, 2], seed: 1)
    expectClose(
      bilinearUpsampled(x, by: 1, alignCorners: alignCorners), x, "by 1 nothing changes", tolerance: 1e-6)
    expectClose(
      bilinearUpsamplingGradient(x, by: 1, alignCorners: alignCorners), x, "by 1 nothing changes", tolerance: 1e-6)
    #expect(sourcePosition(of: 0, size: 1, factor: 1, alignCorners: alignCorners) == 0, "a single pixel lies at 0")
    let one = Tensor(repeating: 3, shape: [1, 1, 1, 1])
    expectClose(
      bilinearUpsampled(one, by: 1, alignCorners: alignCorners), one, "one pixel by 1", tolerance: 1e-6)
    expectClose(
      bilinearUpsampled(one, by: 4, alignCorners: alignCorners), .ones([1, 4, 4, 1]) * 3, "one pixel by 4",
      tolerance: 1e-6)
    expectClose(
      bilinearUpsamplingGradient(.ones([1, 4, 4, 1]), by: 4, alignCorners: alignCorners), .ones([1, 1, 1, 1]) * 16,
      "the gradient of one pixel by 4", tolerance: 1e-6)
  }

  @Test("Other inputs", arguments: [false, true])
  func bounds(alignCorners: Bool) throws {
    let x = normal([1, 5, 4, 1], seed: 2)
    let y = try bilinearUpsampled(x, by: 3, alignCorners: alignCorners).checked()
    // Four products and three sums of numbers up to 3, 6e-8 of it each: at most 1e-6 in all.
    let (low, high) = (x.scalars.min() ?? .nan, x.scalars.max() ?? .nan)
    #expect(y.scalars.allSatisfy { $0 >= low - 1e-6 && $0 <= high + 1e-6 }, "interpolation leaves no bounds")
    try #require(y.shape == [1, 15, 12, 1])
    for (corner, source) in [([0, 0], [0, 0]), ([0, 11], [0, 3]), ([14, 0], [4, 0]), ([14, 11], [4, 3])] {
      #expect(
        abs(y[0, corner[0], corner[1], 0] - x[0, source[0], source[1], 0]) < 1e-6, "corners stay what they are")
    }
    expectClose(
      bilinearUpsampled(x.transposed([0, 2, 1, 3]), by: 3, alignCorners: alignCorners), y.transposed([0, 2, 1, 3]),
      "rows and columns are treated alike", tolerance: 2e-6)
  }

  @Test("Precision", arguments: [false, true])
  func adjoint(alignCorners: Bool) throws {
    let (x, y) = (normal([1, 7, 2, 3], seed: 3), normal([1, 35, 10, 3], seed: 4))
    let up = try bilinearUpsampled(x, by: 5, alignCorners: alignCorners).checked()
    let down = try bilinearUpsamplingGradient(y, by: 5, alignCorners: alignCorners).checked()
    try #require(up.shape == y.shape && down.shape == x.shape)
    // 1050 products of numbers of about 1, each good to a few 1e-7, whose errors wander: √1050 · 3e-7 = 1e-5.
    #expect(abs(innerProduct(up, y) - innerProduct(x, down)) < 2e-4)
  }

  @Test("Bad input")
  func bad() throws {
    try bilinearUpsampled(.ones([1, 2, 2, 1]), by: 2, alignCorners: true).checked()
    try bilinearUpsamplingGradient(.ones([1, 2, 2, 1]), by: 2, alignCorners: true).checked()
    for factor in [0, -3] {
      #expect(bilinearUpsampled(.ones([1, 2, 2, 1]), by: factor, alignCorners: false).fault != nil)
      #expect(bilinearUpsamplingGradient(.ones([1, 2, 2, 1]), by: factor, alignCorners: false).fault != nil)
    }
    #expect(bilinearUpsampled(.ones([2, 2]), by: 2, alignCorners: false).fault != nil)
    #expect(bilinearUpsamplingGradient(.ones([1, 3, 4, 1]), by: 2, alignCorners: false).fault != nil)
    let fault = Fault("earlier")
    #expect(bilinearUpsampled(Tensor(fault: fault), by: 2, alignCorners: true).fault == fault)
  }
}
