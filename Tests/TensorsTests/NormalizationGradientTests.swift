import Tensors
import TestSupport
import Testing

/// Group, layer and batch normalisation, with respect to inputs, scales and shifts.
@Suite("Gradients of normalisations")
struct NormalizationGradientTests {
  @Test(
    "Group normalisation",
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
    "Layer and batch normalisation",
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
      (noise + 1e4).groupNormalized(groups: 2, scale: one, shift: zero), expected, "the normalised image",
      tolerance: 3e-3, relativeTo: .number(1))
  }

  /// Where the mean is 100 deviations, the statistics keep their digits. With a shift of 100 the offset, shift − mean · factor,
  /// is small, and the result x · factor shows the relative error of the factor: a rounding of the factor and one of the
  /// product, u = 6e-8 each, and of the variance, whose chains of at most 64 terms and half a dozen sums of chains are off by
  /// less than 20u, half. Without a shift the result is a difference of numbers of 100, each rounded by up to 100u, which
  /// a fused multiplication and addition does once less.
  @Test(
    "The statistics of numbers far from 0 are exact",
    arguments: [([2, 28, 28, 32], 8), ([1, 61, 67, 17], 1)] as [(Shape, Int)])
  func farFromZero(_ shape: Shape, groups: Int) {
    var generator = RandomGenerator(seed: 4)
    let channels = shape[3]
    let x = Tensor.normal(shape, using: &generator) + 100
    for (level, tolerance, scale) in [(100, 8e-7, ErrorScale.element(atLeast: 1)), (0, 2e-5, .number(1))]
      as [(Float, Float, ErrorScale)]
    {
      let exact = NaiveKernels.groupNormalize(
        x.scalars.map(Double.init), images: shape[0], pixels: shape[1] * shape[2], channels: channels, groups: groups,
        scale: [Double](repeating: 1, count: channels), shift: [Double](repeating: Double(level), count: channels),
        epsilon: 1e-5)
      expectClose(
        x.groupNormalized(groups: groups, scale: .ones([channels]), shift: Tensor(repeating: level, shape: [channels])),
        Tensor(exact.map { Float($0) }, shape: shape), "the normalised image", tolerance: tolerance, relativeTo: scale)
    }
  }
}
