import Foundation
import Tensors
import TestSupport
import Testing

/// Operations that move elements: what stands where afterwards, and that gradients find the way back.
@Suite("Gradients of shaping operations")
struct ShapingGradientTests {
  @Test(
    "Reshaping and broadcasting",
    arguments: [
      GradientCase("reshaped", [[3, 4, 5]]) {
        $0[0].reshaped([6, 10])
      } reference: {
        $0[0].reshaped([6, 10])
      },
      GradientCase("reshaped to −1", [[3, 4, 5]]) {
        $0[0].reshaped([2, -1, 5])
      } reference: {
        $0[0].reshaped([2, 6, 5])
      },
      GradientCase("broadcast", [[3, 1, 5]]) {
        $0[0].broadcast(to: [2, 3, 4, 5])
      } reference: { inputs in
        DoubleArray(shape: [2, 3, 4, 5]) { inputs[0][[$0[1], 0, $0[3]]] }
      },
      GradientCase("broadcast of a scalar", [[]]) {
        $0[0].broadcast(to: [2, 3])
      } reference: { inputs in
        DoubleArray(shape: [2, 3]) { _ in inputs[0].elements[0] }
      },
    ])
  func shapes(_ example: GradientCase) { example.check() }

  @Test(
    "Axes in another order",
    arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [-1, 0, 1]].map { order in
      GradientCase("transposed(\(order))", [[3, 19, 18]]) {
        $0[0].transposed(order)
      } reference: { inputs in
        let axes = order.map { $0 < 0 ? $0 + 3 : $0 }
        return DoubleArray(shape: Shape(axes.map { inputs[0].shape[$0] })) { position in
          var source = [0, 0, 0]
          for (place, axis) in zip(position, axes) { source[axis] = place }
          return inputs[0][source]
        }
      }
    } + [
      GradientCase("transposed()", [[2, 3, 4]]) {
        $0[0].transposed()
      } reference: { inputs in
        DoubleArray(shape: [2, 4, 3]) { inputs[0][[$0[0], $0[2], $0[1]]] }
      },
      GradientCase("transposed([])", [[]]) {
        $0[0].transposed([])
      } reference: {
        $0[0]
      },
    ])
  func transposition(_ example: GradientCase) { example.check() }

  @Test(
    "Parts",
    arguments: [0, 1, 2, -1].flatMap { axis in
      let positive = axis < 0 ? axis + 3 : axis
      return [
        GradientCase("sliced along \(axis)", [[4, 5, 6]]) {
          $0[0].sliced(axis: axis, 1..<3)
        } reference: { inputs in
          DoubleArray(shape: Shape([4, 5, 6].enumerated().map { $0.0 == positive ? 2 : $0.1 })) { position in
            inputs[0][position.enumerated().map { $0.0 == positive ? $0.1 + 1 : $0.1 }]
          }
        },
        GradientCase("concatenated along \(axis)", (1...3).map { Shape([2, 3, 4].replacing(positive, $0)) }) {
          Tensor.concatenated($0, axis: axis)
        } reference: { inputs in
          DoubleArray(shape: Shape([2, 3, 4].replacing(positive, 6))) { position in
            // The inputs are 1, 2 and 3 positions long.
            let (input, start) = [(0, 0), (1, 1), (1, 1), (2, 3), (2, 3), (2, 3)][position[positive]]
            return inputs[input][position.replacing(positive, position[positive] - start)]
          }
        },
      ]
    } + [
      GradientCase("the difference of two halves", [[2, 6]]) {
        let halves = $0[0].split(into: 2, axis: -1)
        return halves[0] - halves[1]
      } reference: { inputs in
        DoubleArray(shape: [2, 3]) { inputs[0][$0] - inputs[0][[$0[0], $0[1] + 3]] }
      },
      GradientCase("the last of three parts", [[6, 2]]) {
        $0[0].split(sizes: [1, 2, 3], axis: 0)[2]
      } reference: { inputs in
        DoubleArray(shape: [3, 2]) { inputs[0][[$0[0] + 3, $0[1]]] }
      },
    ])
  func parts(_ example: GradientCase) { example.check() }

  @Test(
    "Rows and channels",
    arguments: [
      GradientCase("gathered, one row twice", [[5, 3]]) {
        $0[0].gathered(rows: [4, 0, 4, 2])
      } reference: { inputs in
        DoubleArray(shape: [4, 3]) { inputs[0][[[4, 0, 4, 2][$0[0]], $0[1]]] }
      },
      GradientCase("gathered from a vector", [[5]]) {
        $0[0].gathered(rows: [1, 1, 3])
      } reference: { inputs in
        DoubleArray(shape: [3]) { inputs[0][[[1, 1, 3][$0[0]]]] }
      },
      GradientCase("channelShuffled", [[2, 2, 3, 6]]) {
        $0[0].channelShuffled(groups: 2)
      } reference: { inputs in
        // Two groups of three channels: 0 1 2 | 3 4 5 become 0 3 1 4 2 5.
        DoubleArray(shape: [2, 2, 3, 6]) { inputs[0][[$0[0], $0[1], $0[2], [0, 3, 1, 4, 2, 5][$0[3]]]] }
      },
    ])
  func selection(_ example: GradientCase) { example.check() }
}

extension [Int] {
  /// The numbers with one of them replaced.
  fileprivate func replacing(_ place: Int, _ value: Int) -> [Int] {
    enumerated().map { $0.0 == place ? value : $0.1 }
  }
}
