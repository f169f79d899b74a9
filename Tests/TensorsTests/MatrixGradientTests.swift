import Foundation
import Tensors
import TestSupport
import Testing

/// Matrix products, softmax and attention.
@Suite("Gradients of matrix products and attention")
struct MatrixGradientTests {
  @Test(
    "Matrix products",
    arguments: [(1, 1, 1), (2, 3, 4), (7, 5, 9), (6, 16, 32), (13, 33, 17), (1, 40, 1), (97, 3, 2)].flatMap {
      (rows, depth, columns) in
      [
        GradientCase("matmul", [[rows, depth], [depth, columns]]) {
          $0[0].matmul($0[1])
        } reference: {
          product($0[0], $0[1])
        },
        GradientCase("matmul of batches", [[2, 3, rows, depth], [2, 3, depth, columns]]) {
          $0[0].matmul($0[1])
        } reference: {
          product($0[0], $0[1])
        },
        GradientCase("matmul of a batch with one matrix", [[3, rows, depth], [depth, columns]]) {
          $0[0].matmul($0[1])
        } reference: {
          product($0[0].reshaped([3 * rows, depth]), $0[1]).reshaped([3, rows, columns])
        },
      ]
    })
  func products(_ example: GradientCase) { example.check() }

  @Test(
    "Softmax and its logarithm",
    arguments: [0, 1, 2, -1].flatMap { axis in
      [
        GradientCase("softmax along \(axis)", [[3, 4, 11]]) {
          $0[0].softmax(axis: axis)
        } reference: {
          softmax($0[0], axis: axis < 0 ? axis + 3 : axis)
        },
        GradientCase("logSoftmax along \(axis)", [[3, 4, 11]]) {
          $0[0].logSoftmax(axis: axis)
        } reference: {
          softmax($0[0], axis: axis < 0 ? axis + 3 : axis).map { log($0) }
        },
      ]
    } + [
      GradientCase("softmax", [[5, 7]]) {
        $0[0].softmax()
      } reference: {
        DoubleArray(NaiveKernels.softmax($0[0].elements, width: 7), shape: [5, 7])
      }
    ])
  func softmaxes(_ example: GradientCase) { example.check() }

  @Test(
    "Attention",
    arguments: [(tokens: 5, context: 5, heads: 1), (4, 7, 2), (1, 3, 4), (6, 1, 2)].map { tokens, context, heads in
      GradientCase("attention with \(heads) heads", [[2, tokens, 8], [2, context, 8], [2, context, 8]]) {
        attention(query: $0[0], key: $0[1], value: $0[2], heads: heads)
      } reference: {
        exactAttention($0, heads: heads)
      }
    })
  func attentions(_ example: GradientCase) { example.check() }

  @Test("Large logits do not overflow")
  func largeLogits() {
    let x = Tensor([1e4, 0, -1e4])
    #expect(x.softmax() == Tensor([1, 0, 0]))
    #expect(x.logSoftmax() == Tensor([0, -1e4, -2e4]))
  }

  // MARK: Definitions

  private static func product(_ a: DoubleArray, _ b: DoubleArray) -> DoubleArray {
    let (rank, batch) = (a.shape.rank, a.shape.dropLast(2).reduce(1, *))
    let (rows, depth, columns) = (a.shape[rank - 2], a.shape[rank - 1], b.shape[rank - 1])
    return DoubleArray(
      NaiveKernels.multiply(a.elements, b.elements, count: batch, rows: rows, depth: depth, columns: columns),
      shape: Shape(a.shape.dimensions.dropLast() + [columns]))
  }

  private static func softmax(_ x: DoubleArray, axis: Int) -> DoubleArray {
    let powers = x.map { exp($0) }
    return powers / powers.sum(axes: [axis])
  }

  private static func exactAttention(_ x: [DoubleArray], heads: Int) -> DoubleArray {
    let (query, context) = (x[0].shape, x[1].shape)
    let geometry = AttentionGeometry(
      count: query[0], tokens: query[1], contextTokens: context[1], channels: query[2], heads: heads)
    return DoubleArray(
      NaiveKernels.attend(geometry, query: x[0].elements, key: x[1].elements, value: x[2].elements), shape: query)
  }
}
