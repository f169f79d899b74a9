import Tensors
import TestSupport
import Testing

/// Group, layer and batch normalization, with respect to inputs, scales and shifts.
@Suite("Gradients of normalizations")
struct NormalizationGradientTests {
  @Test(
    "Group normalization",
    arguments: [
      ([2, 3, 4, 6], 1), ([2, 3, 4, 6], 2), ([2, 3, 4, 6], 6), ([1, 5, 7, 40], 8), ([3, 2, 2, 17], 1),
      ([2, 1, 1, 12], 2),
      ([2, 5, 9], 3), ([3, 12], 2),
    ].flatMap { (shape: Shape, groups: Int) in
      [1e-5, 0.1].map { (epsilon: Double) -> GradientCase in
        let channels = shape[shape.rank - 1]
        let pixels = shape.dimensions.dropFirst().dropLast().reduce(1, *)
        return GradientCase("groupNormalized in \(groups) groups, ε \(epsilon)", [shape, [channels], [channels]]) {
          $0[0].groupNormalized(groups: groups, scale: $0[1], shift: $0[2], epsilon: Float(epsilon))
        } reference: {
          DoubleArray(
            NaiveKernels.groupNormalize(
              $0[0].elements, images: shape[0], pixels: pixels, channels: channels, groups: groups,
              scale: $0[1].elements, shift: $0[2].elements, epsilon: epsilon), shape: shape)
        }
      }
    })
  func groups(_ example: GradientCase) { example.check() }

  @Test(
    "Layer and batch normalization",
    arguments: [[4, 9], [2, 3, 5], [2, 3, 4, 17]].flatMap { (shape: Shape) -> [GradientCase] in
      let (last, width) = (shape.rank - 1, shape[shape.rank - 1])
      return [
        GradientCase("layerNormalized", [shape, [width], [width]]) {
          $0[0].layerNormalized(scale: $0[1], shift: $0[2])
        } reference: {
          $0[0].normalized(axes: [last], epsilon: 1e-5) * $0[1] + $0[2]
        },
        GradientCase("batchNormalized", [shape, [width], [width]]) {
          $0[0].batchNormalized(scale: $0[1], shift: $0[2]).result
        } reference: {
          $0[0].normalized(axes: Array(0..<last), epsilon: 1e-5) * $0[1] + $0[2]
        },
      ]
    })
  func layersAndBatches(_ example: GradientCase) { example.check() }

  @Test("Batch statistics are the mean and the population variance of each channel, without gradients")
  func batchStatistics() {
    // Channel 0 holds 1, 3, 5, channel 1 holds 2, 2, 8: means 3 and 4, variances 8/3 and 8.
    let x = Tensor([1, 2, 3, 2, 5, 8], shape: [3, 2]).variable
    let (_, mean, variance) = x.batchNormalized(scale: .ones([2]), shift: .zeros([2]))
    #expect(mean == Tensor([3, 4]))
    expectClose(variance, Tensor([8.0 / 3, 8]), "the variance (is its divisor n − 1?)", tolerance: 1e-6)
    #expect(!mean.requiresGradient && !variance.requiresGradient)
  }

  /// With a mean of 10⁴ and a deviation of 1, E[x²] − E[x]² would keep none of the variance's digits: x² is 10⁸, of which
  /// `Float` stores multiples of 8. Two passes keep what the rounding of x (10⁴ · 2⁻²⁴ ≈ 6e-4) leaves.
  @Test("A large mean does not drown the variance")
  func largeMean() {
    var generator = RandomGenerator(seed: 3)
    let noise = Tensor.normal([1, 16, 16, 4], using: &generator)
    let (one, zero) = (Tensor.ones([4]), Tensor.zeros([4]))
    let expected = noise.groupNormalized(groups: 2, scale: one, shift: zero)
    expectClose(
      (noise + 1e4).groupNormalized(groups: 2, scale: one, shift: zero), expected, "the normalized image",
      tolerance: 3e-3, relativeTo: .number(1))
  }

  /// With a mean of 100 and a deviation of 1, a shift of 100 makes shift − mean · factor small, and the result x · factor shows
  /// how good the factor is: u = 6e-8 each for the factor, the product and the sum, and half of what the variance is off by,
  /// which wanders to a few u: 5u. Without a shift the result is the difference of two numbers of about 100, each rounded by
  /// up to half of 2⁻¹⁷, and a mean that is not exact shows: that of 65,536 pixels, added up in `Float`, is off by 2e-5.
  @Test(
    "The statistics of numbers far from 0 are exact",
    arguments: [([2, 28, 28, 32], 8), ([1, 61, 67, 17], 1), ([1, 256, 256, 8], 1)] as [(Shape, Int)])
  func farFromZero(_ shape: Shape, groups: Int) {
    var generator = RandomGenerator(seed: 4)
    let channels = shape[3]
    let x = Tensor.normal(shape, using: &generator) + 100
    func check(shift: Float, tolerance: Float, relativeTo scale: ErrorScale) {
      let shift = Tensor(repeating: shift, shape: [channels])
      let exact = NaiveKernels.groupNormalize(
        x.scalars.map(Double.init), images: shape[0], pixels: shape[1] * shape[2], channels: channels, groups: groups,
        scale: [Double](repeating: 1, count: channels), shift: shift.scalars.map(Double.init), epsilon: 1e-5)
      expectClose(
        x.groupNormalized(groups: groups, scale: .ones([channels]), shift: shift),
        Tensor(exact.map { Float($0) }, shape: shape), "the normalized image", tolerance: tolerance,
        relativeTo: scale)
    }
    check(shift: 100, tolerance: 3e-7, relativeTo: .element(atLeast: 1))
    check(shift: 0, tolerance: 9e-6, relativeTo: .number(1))
  }
}
