import Foundation
import Tensors
import TestSupport
import Testing

/// Sums, means, variances and maxima: over all elements, over some axes, keeping them or not.
@Suite("Gradients of reductions")
struct ReductionGradientTests {
  @Test(
    "Over everything",
    arguments: [
      GradientCase("sum", [[3, 4, 5]]) {
        $0[0].sum()
      } reference: {
        $0[0].sum(axes: [0, 1, 2]).reshaped([])
      },
      GradientCase("mean", [[3, 4, 5]]) {
        $0[0].mean()
      } reference: {
        $0[0].mean
      },
      GradientCase("sum of a scalar", [[]]) {
        $0[0].sum()
      } reference: {
        $0[0]
      },
      // More than the 512 elements of one piece, with a rest.
      GradientCase("sum of several pieces", [[1300]]) {
        $0[0].sum()
      } reference: {
        $0[0].sum(axes: [0]).reshaped([])
      },
    ])
  func all(_ example: GradientCase) { example.check() }

  @Test(
    "Over some axes",
    arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1], [-3, 1], []].flatMap { axes in
      [true, false].flatMap { keeping -> [GradientCase] in
        let shape: Shape = [3, 4, 11]
        let positive = axes.map { $0 < 0 ? $0 + 3 : $0 }
        let result = Shape(
          keeping
            ? shape.indices.map { positive.contains($0) ? 1 : shape[$0] }
            : shape.indices.filter { !positive.contains($0) }.map { shape[$0] })
        let suffix = " over the axes \(axes)" + (keeping ? ", keeping them," : "")
        return [
          GradientCase("sum" + suffix, [shape]) {
            $0[0].sum(axes: axes, keepingAxes: keeping)
          } reference: {
            $0[0].sum(axes: positive).reshaped(result)
          },
          GradientCase("mean" + suffix, [shape]) {
            $0[0].mean(axes: axes, keepingAxes: keeping)
          } reference: {
            $0[0].mean(axes: positive).reshaped(result)
          },
          GradientCase("variance" + suffix, [shape]) {
            $0[0].variance(axes: axes, keepingAxes: keeping)
          } reference: {
            let centered = $0[0] - $0[0].mean(axes: positive)
            return (centered * centered).mean(axes: positive).reshaped(result)
          },
        ]
      }
    })
  func axes(_ example: GradientCase) { example.check() }

  @Test(
    "The largest along an axis",
    arguments: [0, 1, 2, -1].flatMap { axis in
      [true, false].map { keeping in
        GradientCase("max along \(axis)" + (keeping ? ", keeping it," : ""), [[3, 4, 11]], from: .distinct) {
          $0[0].max(axis: axis, keepingAxis: keeping)
        } reference: { inputs in
          let positive = axis < 0 ? axis + 3 : axis
          let maxima = inputs[0].reduced(axes: [positive]) { $0.max() ?? 0 }
          return keeping
            ? maxima : maxima.reshaped(Shape([3, 4, 11].enumerated().filter { $0.0 != positive }.map { $0.1 }))
        }
      }
    })
  func maxima(_ example: GradientCase) { example.check() }

  @Test("argmax finds the first of equals, and takes NaN for the largest")
  func argmax() {
    let x = Tensor([1, 5, 5, 9, 2, 9, .nan, 3, .nan, -1, -2, -3], shape: [4, 3])
    #expect(x.argmax(axis: 1) == [1, 0, 0, 0])
    #expect(x.argmax(axis: 0) == [2, 0, 2])
    #expect(x.argmax(axis: 2) == [], "an axis that is not there has no largest element")
  }

  @Test("Equal elements: the gradient of the largest goes to the first alone")
  func ties() {
    let x = Tensor([2, 7, 7]).variable
    #expect(x.max(axis: 0).gradients()[x] == Tensor([0, 1, 0]))
    let (a, b) = (Tensor([1, 2]).variable, Tensor([1, 2]).variable)
    for extremum in [maximum(a, b), minimum(a, b)] {
      let gradients = extremum.gradients()
      #expect(gradients[a] == Tensor([1, 1]) && gradients[b] == Tensor([0, 0]))
    }
  }

  /// A running sum in `Float` stops at 2²⁴ when adding ones: pieces summed in Double do not. 2²⁴ + 4 is a `Float`.
  @Test("A long sum does not stop growing where Float runs out of digits")
  func longSum() {
    #expect(Tensor(repeating: 1, shape: [(1 << 24) + 4]).sum().item == Float((1 << 24) + 4))
  }
}
