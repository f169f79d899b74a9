import Tensors
import TestSupport
import Testing

/// SiLU after group normalization, which is computed in one pass from what was normalized.
@Suite("SiLU of a normalized tensor")
struct NormalizedSiLUTests {
  /// Images of one pixel, of several pieces of pixels, channels that fill no vector, or one and a part of the next.
  static let sizes: [(Shape, groups: Int)] = [
    ([2, 3, 4, 6], 1), ([2, 3, 4, 6], 6), ([1, 5, 7, 40], 8), ([3, 2, 2, 17], 1), ([2, 1, 1, 12], 2), ([2, 5, 9], 3),
    ([3, 12], 2), ([1, 13, 31, 24], 8), ([2, 9, 33, 3], 3),
  ]

  private static func normalized(_ x: [DoubleArray], groups: Int) -> DoubleArray {
    let shape = x[0].shape
    return DoubleArray(
      NaiveKernels.groupNormalize(
        x[0].elements, images: shape[0], pixels: shape.dimensions.dropFirst().dropLast().reduce(1, *),
        channels: shape[shape.rank - 1], groups: groups, scale: x[1].elements, shift: x[2].elements, epsilon: 1e-5),
      shape: shape)
  }

  @Test(
    "The result and its gradients are those of the definitions",
    arguments: sizes.map { shape, groups in
      let channels = shape[shape.rank - 1]
      return GradientCase("groupNormalized in \(groups) groups, then silu", [shape, [channels], [channels]]) {
        $0[0].groupNormalized(groups: groups, scale: $0[1], shift: $0[2]).silu()
      } reference: {
        normalized($0, groups: groups).map(UnaryOperation.silu.reference)
      }
    })
  func definition(_ example: GradientCase) { example.check() }

  @Test(
    "A normalized tensor that is used twice has the gradients of both uses",
    arguments: sizes.map { shape, groups in
      let channels = shape[shape.rank - 1]
      return GradientCase("normalized, squared and added to its silu", [shape, [channels], [channels]]) {
        let y = $0[0].groupNormalized(groups: groups, scale: $0[1], shift: $0[2])
        return y.silu() + y.squared()
      } reference: {
        normalized($0, groups: groups).map { UnaryOperation.silu.reference($0) + $0 * $0 }
      }
    })
  func twoUses(_ example: GradientCase) { example.check() }

  /// Reading a tensor must not change what is computed from it.
  @Test("The same bits, whether or not the normalized tensor was read before", arguments: sizes)
  func sameBits(_ shape: Shape, groups: Int) throws {
    let channels = shape[shape.rank - 1]
    let (x, upstream) = (random(shape, 1).variable, random(shape, 2))
    let (scale, shift) = (random([channels], 3).variable, random([channels], 4).variable)
    let unread = x.groupNormalized(groups: groups, scale: scale, shift: shift)
    let read = x.groupNormalized(groups: groups, scale: scale, shift: shift)
    let numbers = read.scalars
    let (first, second) = (unread.silu(), read.silu())
    #expect(bits(first) == bits(second), "the pass from x, before and after reading")
    #expect(bits(first) == bits(Tensor(numbers, shape: shape).silu()), "the pass from x, and SiLU by itself")
    let (gradients, others) = (first.gradients(from: upstream), second.gradients(from: upstream))
    for input in [x, scale, shift] {
      let (gradient, other) = (try #require(gradients[input]), try #require(others[input]))
      #expect(bits(gradient) == bits(other), "the gradient of shape \(gradient.shape)")
    }
  }

  private func bits(_ x: Tensor) -> [UInt32] { x.scalars.map(\.bitPattern) }

  @Test("A normalized tensor made a variable, detached or computed without recording is what it says")
  func records() throws {
    let x = random([2, 3, 3, 8], 5).variable
    let normalized = x.groupNormalized(groups: 2, scale: .ones([8]), shift: .zeros([8]))
    let variable = normalized.variable
    let gradients = variable.silu().sum().gradients()
    let plain = Tensor(normalized.scalars).variable
    let direct = try #require(plain.silu().sum().gradients()[plain])
    #expect(gradients[variable]?.scalars == direct.scalars)
    #expect(gradients[x] == nil, "the gradient went past the variable")
    #expect(!normalized.detached.silu().requiresGradient)
    #expect(withoutGradients { !normalized.silu().requiresGradient })
    #expect(normalized.silu().requiresGradient)
  }

  @Test("Writing into a normalized tensor changes that tensor alone, and its SiLU")
  func writing() {
    var y = random([1, 2, 2, 8], 6).groupNormalized(groups: 1, scale: .ones([8]), shift: .zeros([8]))
    let before = y
    y[0, 1, 1, 7] = 0
    #expect(y.silu()[0, 1, 1, 7] == 0 && before.silu()[0, 1, 1, 7] != 0)
    #expect(y[0, 1, 1, 7] == 0 && before[0, 1, 1, 7] != 0)
    #expect(y.silu()[0, 0, 0, 0] == before.silu()[0, 0, 0, 0])
    var faulty = before
    faulty[99, 0, 0, 0] = 1
    #expect(faulty.silu().fault == faulty.fault && faulty.fault != nil, "the fault was lost on the way to SiLU")
  }
}
