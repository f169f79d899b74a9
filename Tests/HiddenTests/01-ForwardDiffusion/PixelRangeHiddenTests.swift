import ForwardDiffusion
import Tensors
import TestSupport
import Testing

@Suite("1.1 Pixels from −1 to 1", .exercise("1.1"))
struct Hidden1_1 {
  @Test("Other inputs", arguments: [11, 12, 13])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let pixels = Tensor.uniform([3, 5, 4, 3], in: 0..<1, using: &generator)
    let there = try pixels.scaledToSymmetricRange().checked()
    let back = try pixels.scaledToUnitRange().checked()
    let (given, moved, returned) = (pixels.scalars, there.scalars, back.scalars)
    // Two roundings to Float of numbers up to 2.
    #expect(zip(given, moved).allSatisfy { abs(2 * Double($0) - 1 - Double($1)) < 2.4e-7 }, "2x − 1")
    #expect(zip(given, returned).allSatisfy { abs((Double($0) + 1) / 2 - Double($1)) < 2.4e-7 }, "(x + 1) / 2")
  }

  @Test("Other sizes", arguments: [[0], [1], [1, 28, 28, 1], [2, 0, 3, 1], []])
  func sizes(dimensions: [Int]) throws {
    let pixels = Tensor.ones(Shape(dimensions))
    let there = try pixels.scaledToSymmetricRange().checked()
    let back = try pixels.scaledToUnitRange().checked()
    #expect(there == pixels && back == pixels, "1 is 1 in both ranges, in any shape")
  }

  @Test("Edge cases")
  func large() throws {
    let there = try Tensor([-1024, 4096, 0.125]).scaledToSymmetricRange().checked()
    let back = try Tensor([-1024, 4097, 0.125]).scaledToUnitRange().checked()
    #expect(there.scalars == [-2049, 8191, -0.75], "no clamp and no rounding on the way there")
    #expect(back.scalars == [-511.5, 2049, 0.5625], "no clamp and no rounding on the way back")
  }

  @Test("Bad input")
  func faulty() {
    let fault = Fault("the disk was on fire")
    #expect(Tensor(fault: fault).scaledToSymmetricRange().fault == fault, "a fault is passed on")
    #expect(Tensor(fault: fault).scaledToUnitRange().fault == fault, "a fault is passed on")
    #expect(Tensor([.nan]).scaledToSymmetricRange().item.isNaN, "what is no number stays so")
  }

  @Test("Precision")
  func eightBits() throws {
    // Pixels as files hold them: 0…255 over 255 must come back to the same byte.
    let pixels = Tensor((0...255).map { Float($0) / 255 })
    let returned = try pixels.scaledToSymmetricRange().scaledToUnitRange().checked()
    #expect(returned.scalars.map { Int(($0 * 255).rounded()) } == Array(0...255))
    // One rounding of 2x − 1 (up to 6e-8, half of it after halving) and one of the sum.
    #expect(zip(returned.scalars, pixels.scalars).allSatisfy { abs($0 - $1) <= 1.2e-7 })
  }
}
