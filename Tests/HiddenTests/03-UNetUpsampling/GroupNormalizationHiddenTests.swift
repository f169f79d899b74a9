import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.4 Group normalization", .exercise("3.4"))
struct Hidden3_4 {
  @Test("Other inputs", arguments: 0..<6)
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let groups = 1 + generator.integer(below: 4)
    let channels = groups * (1 + generator.integer(below: 4))
    // Two rows at least: of a single number mean and variance would leave nothing but rounding.
    let shape: Shape = [
      1 + generator.integer(below: 3), 2 + generator.integer(below: 4), 1 + generator.integer(below: 5), channels,
    ]
    let inputs = [shape, [channels], [channels]].map { (shape: Shape) in
      Tensor.normal(shape, using: &generator).variable
    }
    let result = groupNormalized(inputs[0] * 3 - 1, groups: groups, scale: inputs[1], shift: inputs[2])
    let theirs = (inputs[0] * 3 - 1).groupNormalized(groups: groups, scale: inputs[1], shift: inputs[2])
    expectClose(result, theirs, "\(shape) in \(groups) groups", tolerance: 1e-5)
    let upstream = Tensor.normal(shape, using: &generator)
    let (gradients, expected) = (result.gradients(from: upstream), theirs.gradients(from: upstream))
    for (index, input) in inputs.enumerated() {
      expectClose(
        gradients[input] ?? Tensor(fault: Fault("no gradient")), try #require(expected[input]),
        "the gradient by input \(index), \(shape) in \(groups) groups", tolerance: 1e-4)
    }
  }

  @Test("Other sizes", arguments: [([1, 1, 2, 8], 4), ([4, 7, 1, 12], 3), ([2, 16, 16, 32], 8)] as [(Shape, Int)])
  func sizes(shape: Shape, groups: Int) {
    let channels = shape[3]
    // Sums of up to 1024 numbers, whose rounding errors wander: √1024 · 6e-8 = 2e-6, and a few steps follow one another.
    let (x, scale, shift) = (normal(shape, seed: 1), normal([channels], seed: 2), normal([channels], seed: 3))
    expectClose(
      groupNormalized(x, groups: groups, scale: scale, shift: shift),
      x.groupNormalized(groups: groups, scale: scale, shift: shift), "\(shape) in \(groups) groups", tolerance: 1e-5)
  }

  @Test("Edge cases")
  func edges() throws {
    // One number for each group: it is its own mean.
    let single = try groupNormalized(
      normal([2, 1, 1, 3], seed: 4), groups: 3, scale: .ones([3]), shift: .ones([3]) * 5
    )
    .checked()
    #expect(single == .ones([2, 1, 1, 3]) * 5, "a number that is its own mean becomes the shift")
    let zeros = try groupNormalized(.zeros([1, 2, 2, 4]), groups: 2, scale: .ones([4]), shift: .zeros([4])).checked()
    #expect(zeros == .zeros([1, 2, 2, 4]), "zeros stay zeros")
  }

  @Test("Precision")
  func precision() {
    // With a mean of 1000 and a deviation of 1, E[x²] − E[x]² in Float would keep no digit of the variance that counts: x² is
    // 10⁶, of which Float stores multiples of 1/16. What the rounding of x leaves is 6e-5 of a deviation.
    let x = normal([1, 8, 8, 4], seed: 5)
    let shifted = x + 1000
    let exact = DoubleArray(shifted).reshaped([1, 64, 2, 2]).normalized(axes: [1, 3], epsilon: 1e-5).tensor
    expectClose(
      groupNormalized(shifted, groups: 2, scale: .ones([4]), shift: .zeros([4])), exact.reshaped(x.shape),
      "numbers far from 0", tolerance: 5e-4)
  }

  @Test("Edge cases", arguments: [Float(1e-3), 0.5, 100])
  func epsilon(epsilon: Float) {
    // Sums of 18 numbers, and a few steps after them: ten roundings of 6e-8 and a factor for luck.
    let x = normal([2, 3, 3, 4], seed: 6)
    let exact = DoubleArray(x).reshaped([2, 9, 2, 2]).normalized(axes: [1, 3], epsilon: Double(epsilon)).tensor
    expectClose(
      groupNormalized(x, groups: 2, scale: .ones([4]), shift: .zeros([4]), epsilon: epsilon), exact.reshaped(x.shape),
      "ε = \(epsilon)", tolerance: 5e-6)
  }

  @Test("Bad input")
  func bad() throws {
    let x = normal([1, 2, 2, 6], seed: 7)
    try groupNormalized(x, groups: 3, scale: .ones([6]), shift: .zeros([6])).checked()
    for groups in [0, -1, 4, 7] {
      #expect(groupNormalized(x, groups: groups, scale: .ones([6]), shift: .zeros([6])).fault != nil)
    }
    #expect(groupNormalized(x, groups: 3, scale: .ones([3]), shift: .zeros([6])).fault != nil, "a scale for each group")
    #expect(groupNormalized(x, groups: 3, scale: .ones([6]), shift: .zeros([1])).fault != nil, "a shift for all")
    #expect(
      groupNormalized(x.reshaped([4, 6]), groups: 3, scale: .ones([6]), shift: .zeros([6])).fault != nil, "no images")
    let fault = Fault("earlier")
    #expect(groupNormalized(Tensor(fault: fault), groups: 1, scale: .ones([1]), shift: .ones([1])).fault == fault)
  }
}
