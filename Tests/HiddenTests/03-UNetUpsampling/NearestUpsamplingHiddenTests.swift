import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.2 Nearest-neighbor upsampling", .exercise("3.2"))
struct Hidden3_2 {
  @Test("Other inputs", arguments: 0..<4)
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let shape = Shape((0..<4).map { _ in 1 + generator.integer(below: 5) })
    let factor = 2 + generator.integer(below: 3)
    let x = Tensor.normal(shape, using: &generator).variable
    let theirs = x.upsampledNearest(by: factor)
    #expect(try nearestUpsampled(x, by: factor).checked() == theirs)
    let upstream = Tensor.normal(theirs.shape, using: &generator)
    // Sums of up to 16 numbers.
    expectClose(
      nearestUpsamplingGradient(upstream, by: factor), try #require(theirs.gradients(from: upstream)[x]),
      "\(shape) by \(factor)", tolerance: 2e-6)
  }

  @Test("Other sizes", arguments: [[1, 1, 7, 1], [3, 6, 1, 2], [2, 1, 1, 5]] as [Shape])
  func adjoint(shape: Shape) throws {
    let factor = 5
    let (x, y) = (normal(shape, seed: 1), normal([shape[0], 5 * shape[1], 5 * shape[2], shape[3]], seed: 2))
    let (up, down) = try (
      nearestUpsampled(x, by: factor).checked(), nearestUpsamplingGradient(y, by: factor).checked()
    )
    try #require(up.shape == y.shape && down.shape == x.shape)
    // Sums of 25 Floats of about 5, 6e-8 of it for each addition, in up to 36 products: below 1e-5.
    #expect(abs(innerProduct(up, y) - innerProduct(x, down)) < 1e-4)
  }

  @Test("Edge cases")
  func edges() throws {
    let x = normal([2, 3, 4, 2], seed: 3)
    #expect(try nearestUpsampled(x, by: 1).checked() == x, "by 1 nothing changes")
    #expect(try nearestUpsamplingGradient(x, by: 1).checked() == x, "by 1 nothing changes")
    #expect(try nearestUpsampled(.zeros([0, 3, 4, 2]), by: 2).checked().shape == [0, 6, 8, 2], "no images")
    #expect(
      try nearestUpsampled(Tensor(repeating: 7, shape: [1, 1, 1, 1]), by: 9).checked() == .ones([1, 9, 9, 1]) * 7)
  }

  @Test("Other inputs")
  func composed() throws {
    let x = normal([1, 2, 3, 2], seed: 4)
    #expect(
      try nearestUpsampled(nearestUpsampled(x, by: 2), by: 3).checked() == nearestUpsampled(x, by: 6),
      "by 2 and by 3 is by 6")
  }

  @Test("Precision")
  func large() throws {
    // Whole numbers below 2²⁴ add up exactly.
    let upstream = Tensor((0..<256).map { Float($0 * 100) }, shape: [1, 16, 16, 1])
    let gradient = try nearestUpsamplingGradient(upstream, by: 16).checked()
    #expect(gradient.item == 255 * 128 * 100)
  }

  @Test("Bad input")
  func bad() throws {
    try nearestUpsampled(.ones([1, 2, 2, 1]), by: 2).checked()
    try nearestUpsamplingGradient(.ones([1, 2, 2, 1]), by: 2).checked()
    for factor in [0, -1] {
      #expect(nearestUpsampled(.ones([1, 2, 2, 1]), by: factor).fault != nil)
      #expect(nearestUpsamplingGradient(.ones([1, 2, 2, 1]), by: factor).fault != nil)
    }
    #expect(nearestUpsampled(.ones([2, 2, 1]), by: 2).fault != nil)
    #expect(nearestUpsamplingGradient(.ones([1, 4, 5, 1]), by: 2).fault != nil, "5 columns are no two for each")
    let fault = Fault("earlier")
    #expect(nearestUpsampled(Tensor(fault: fault), by: 2).fault == fault)
    #expect(nearestUpsamplingGradient(Tensor(fault: fault), by: 2).fault == fault)
  }
}
