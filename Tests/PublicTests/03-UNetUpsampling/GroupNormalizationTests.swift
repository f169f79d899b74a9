import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// Normalization by image and group, composed of operations that bring their gradients along.
@Suite("3.4 Group normalization", .exercise("3.4"))
struct Exercise3_4 {
  /// Without a scale and a shift of the channels.
  private func plain(_ x: Tensor, groups: Int, epsilon: Float = 1e-5) -> Tensor {
    let channels = x.shape.last ?? 0
    return groupNormalized(x, groups: groups, scale: .ones([channels]), shift: .zeros([channels]), epsilon: epsilon)
  }

  /// Images normalized over some axes of `[count, pixels, groups, channels of a group]`, in Double.
  private static func reference(
    _ x: DoubleArray, groups: Int, axes: [Int] = [1, 3], epsilon: Double = 1e-5
  ) -> DoubleArray {
    let s = x.shape
    return x.reshaped([s[0], s[1] * s[2], groups, s[3] / groups]).normalized(axes: axes, epsilon: epsilon).reshaped(s)
  }

  @Test("Two numbers: 1 and 5 have mean 3 and variance 4")
  func twoNumbers() throws {
    let x = Tensor([1, 5], shape: [1, 1, 1, 2])
    let centered = Tensor([-2, 2], shape: x.shape)
    // Over 3 = √(4 + 5); one rounding.
    expectClose(
      plain(x, groups: 1, epsilon: 5), centered / 3, "1 and 5 with ε = 5", tolerance: 1e-6,
      mistakes: [
        "ε stands outside the root; it is √(σ² + ε)": centered / (2 + 5),
        "the root is missing; it is √(σ² + ε)": centered / (4 + 5),
        "the root is missing, and so is ε; it is √(σ² + ε)": centered / 4,
        "the variance has the divisor n − 1, or is a sum; that of the numbers themselves has n":
          centered / Float(8 + 5).squareRoot(),
        "the square of ε was added; it is √(σ² + ε)": centered / Float(4 + 25).squareRoot(),
        "the mean is not subtracted": x / 3,
        "ε is left out": centered / 2,
        "ε is 1e-5, whatever is given": centered / Float(4 + 1e-5).squareRoot(),
      ])
  }

  @Test("Mean 0 and variance 1 over all pixels and the channels of a group", arguments: [1, 2, 3, 6])
  func statistics(groups: Int) {
    var x = normal([2, 3, 2, 6], seed: 1)
    // Means and sizes that differ between images, pixels and channels.
    x = x * (normal([2, 1, 1, 6], seed: 2) + 2) + normal([2, 3, 2, 1], seed: 3) + normal([6], seed: 4) * 2
    let exact = DoubleArray(x)
    let inner = 6 / groups
    // Channels g, g + groups, g + 2·groups, … as a group.
    let strided = DoubleArray(shape: exact.shape) { p in
      exact[[p[0], p[1], p[2], p[3] % inner * groups + p[3] / inner]]
    }
    let stridedResult = Self.reference(strided, groups: groups)
    let unstrided = DoubleArray(shape: exact.shape) { p in
      stridedResult[[p[0], p[1], p[2], p[3] % groups * inner + p[3] / groups]]
    }
    // A dozen numbers and more are added up twice, and the root taken: a few roundings of 6e-8 each, of numbers around 10.
    expectClose(
      plain(x, groups: groups), Self.reference(exact, groups: groups).tensor,
      "\(counted(groups, "group")) of \(counted(inner, "channel"))",
      tolerance: 5e-6,
      mistakes: [
        "mean and variance are of each channel alone; take them over all channels of the group":
          Self.reference(exact, groups: groups, axes: [1]).tensor,
        "mean and variance are taken over the images too; each image is normalized by itself":
          Self.reference(exact, groups: groups, axes: [0, 1, 3]).tensor,
        "mean and variance are of each pixel; take them over all pixels of the image":
          Self.reference(exact, groups: groups, axes: [3]).tensor,
        "mean and variance are over all channels of the image; each group has its own":
          Self.reference(exact, groups: groups, axes: [1, 2, 3]).tensor,
        "mean and variance are over the groups; they are over the pixels and the channels of one group":
          Self.reference(exact, groups: groups, axes: [1, 2]).tensor,
        "mean and variance are of each channel over all images, as in batch normalization":
          Self.reference(exact, groups: groups, axes: [0, 1]).tensor,
        "the groups are channels that lie apart; a group is a run of neighbors": unstrided.tensor,
        "the channels of a group and the groups are exchanged: [groups, channels / groups], in this order":
          Self.reference(exact, groups: inner, axes: [1, 3]).tensor,
      ])
  }

  @Test("Each channel has its own scale and shift")
  func scaleAndShift() {
    let (x, scale, shift) = (normal([2, 3, 2, 4], seed: 5), normal([4], seed: 6), normal([4], seed: 7))
    // Sums of a dozen numbers, and a few steps after them, as above.
    let normalized = Self.reference(DoubleArray(x), groups: 2).tensor
    expectClose(
      groupNormalized(x, groups: 2, scale: scale, shift: shift), normalized * scale + shift, "scale and shift",
      tolerance: 5e-6,
      mistakes: [
        "scale and shift are left out": normalized,
        "the shift is added before scaling": (normalized + shift) * scale,
        "the shift is left out": normalized * scale,
        "the scale is left out": normalized + shift,
        "scale and shift are exchanged": normalized * shift + scale,
        "1 is added to the scale, which is the factor itself": normalized * (scale + 1) + shift,
      ])
  }

  @Test("Brightness and contrast of an image do not matter, nor does its company")
  func invariance() throws {
    let x = normal([3, 4, 4, 4], seed: 8)
    let together = try plain(x, groups: 2).checked()
    let changed = x * Tensor([2, 5, 0.5], shape: [3, 1, 1, 1]) + Tensor([1, -3, 2], shape: [3, 1, 1, 1])
    // ε of a variance of 0.25 and more changes the result by 4e-5 / 2; roundings add less than 2e-6.
    expectClose(
      plain(changed, groups: 2), together,
      "images with another brightness and contrast, which must become the same", tolerance: 4e-5)
    try #require(together.shape == x.shape, "y has the shape of x: yours is \(together.shape) instead of \(x.shape)")
    for image in 0..<3 {
      expectClose(
        plain(x.sliced(axis: 0, image..<image + 1), groups: 2), together.sliced(axis: 0, image..<image + 1),
        "image \(image) alone, against the same image in company",
        tolerance: 0)
    }
  }

  @Test("An image of one color becomes the shift, not a quotient of zeros")
  func even() {
    // The numbers differ from their mean by their rounding at most, 2e-7 for numbers of 3, over √ε = 0.003: 1e-4. So much also where
    // the mean times the scale is added up with the shift first.
    let shift = normal([4], seed: 9)
    let found = groupNormalized(Tensor(repeating: 3, shape: [1, 2, 2, 4]), groups: 2, scale: .ones([4]), shift: shift)
    expectClose(
      found, shift.broadcast(to: [1, 2, 2, 4]),
      found.fault == nil && found.scalars.allSatisfy(\.isNaN)
        ? "an image of one color has the variance 0, and 0 is divided by 0: ε must keep from it"
        : "an image of one color, of which only the shift is left", tolerance: 3e-4)
  }

  @Test("A bright image of little contrast keeps its digits")
  func offset() {
    let x = normal([1, 4, 4, 4], seed: 10)
    let right = Self.reference(DoubleArray(x + 100), groups: 2).tensor
    // Numbers of 100 are rounded by 4e-6, and so are products with the mean; the mean of squares, 10 000, by 5e-4 and more.
    expectClose(
      plain(x + 100, groups: 2), right,
      "images whose mean is 100 and variance 1: the variance is the mean of (x − mean)², for in E[x²] − mean² the digits are lost",
      tolerance: 5e-5)
  }

  @Test(
    "Gradients against central differences",
    arguments: [([2, 3, 4, 6], 2, 1e-5), ([1, 2, 2, 4], 1, 0.1), ([2, 3, 2, 3], 3, 1e-5)].map {
      (shape: Shape, groups: Int, epsilon: Double) -> GradientCase in
      let channels = shape[3]
      return GradientCase(
        "groupNormalized in \(counted(groups, "group")), ε \(epsilon)", [shape, [channels], [channels]]
      ) {
        groupNormalized($0[0], groups: groups, scale: $0[1], shift: $0[2], epsilon: Float(epsilon))
      } reference: {
        reference($0[0], groups: groups, epsilon: epsilon) * $0[1] + $0[2]
      }
    })
  func gradients(_ example: GradientCase) { example.check() }

  @Test("The engine and PyTorch compute the same, and the same gradients", arguments: ["groupNorm.8", "groupNorm.1"])
  func oracle(name: String) throws {
    let fixture = try Fixture(named: "operations")
    let groups = try fixture.integer("\(name)/groups")
    let (x, scale, shift, upstream) = (
      fixture["\(name)/x"].variable, fixture["\(name)/scale"].variable, fixture["\(name)/shift"].variable,
      fixture["\(name)/upstream"]
    )
    let result = groupNormalized(x, groups: groups, scale: scale, shift: shift)
    let engines = x.groupNormalized(groups: groups, scale: scale, shift: shift)
    // Sums of up to 240 numbers, whose rounding errors wander: √240 · 6e-8 = 1e-6, and a few steps follow one another.
    guard
      expectClose(
        result, fixture["\(name)/output"], "\(x.shape) in \(counted(groups, "group")), against PyTorch", tolerance: 5e-6
      ),
      expectClose(result, engines, "\(x.shape) in \(counted(groups, "group")), against the engine", tolerance: 5e-6)
    else { return }
    let (gradients, theirs) = (result.gradients(from: upstream), engines.gradients(from: upstream))
    let missing = Tensor(
      fault: Fault("no gradient reaches it: compose the result of tensors' operations, without reading elements"))
    for (variable, label) in [(x, "x"), (scale, "scale"), (shift, "shift")] {
      let gradient = gradients[variable] ?? missing
      guard
        expectClose(
          gradient, fixture["\(name)/grad.\(label)"], "the gradient by \(label), against PyTorch", tolerance: 1e-5),
        expectClose(
          gradient, theirs[variable] ?? missing, "the gradient by \(label), against the engine", tolerance: 1e-5)
      else { return }
    }
  }

  @Test("Whatever the extents and groups")
  func extents() {
    var generator = RandomGenerator(seed: 16)
    for _ in 0..<40 {
      let extents = (0..<5).map { _ in 1 + generator.integer(below: 4) }
      let (groups, channels) = (extents[3], extents[3] * extents[4])
      let x = Tensor.normal([extents[0], extents[1], extents[2], channels], using: &generator) * 2 + 1
      // Of a single number nothing is left; ε keeps the others from being enlarged by much.
      guard
        expectClose(
          plain(x, groups: groups, epsilon: 0.1), Self.reference(DoubleArray(x), groups: groups, epsilon: 0.1).tensor,
          "\(counted(groups, "group")) of images \(x.shape)", tolerance: 1e-5, relativeTo: .number(1))
      else { return }
    }
  }

  @Test("Groups whose means lie far from each other and from 0")
  func farGroups() {
    // Of each group: numbers of variance 1 around 3000, around −3000, and around 0, in images around 0 and around 5000.
    let means = Tensor([3000, 3000, -3000, -3000, 0, 0]) + Tensor([0, 5000], shape: [2, 1, 1, 1])
    let x = (normal([2, 4, 4, 6], seed: 17) + means)
    // Rounded to 2.4e-4 at 3000 and 5e-4 at 8000, and so are the mean and the differences from it.
    expectClose(
      plain(x, groups: 3), Self.reference(DoubleArray(x), groups: 3).tensor,
      "groups with means of 3000, −3000 and 0, of images that lie 5000 apart (subtract each group's own mean before you square)",
      tolerance: 2e-3, relativeTo: .number(1))
  }
}
