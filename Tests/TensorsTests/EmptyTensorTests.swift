import Tensors
import Testing

/// Batches of no images are batches: operations give results of their shape, and gradients of zeros.
@Suite("Empty tensors")
struct EmptyTensorTests {
  static let operations: [FaultPassingTests.Operation] =
    UnaryOperation.allCases.map { operation in
      FaultPassingTests.Operation("\(operation)", [0, 3]) { operation.tensor($0[0]) }
    }
    + BinaryOperation.allCases.compactMap { operation in
      operation.function.map { function in
        // The second has 100 numbers: writing even one row of them into the empty result would overrun its 64.
        .init("\(operation)", [0, 100], [100]) { function($0[0], $0[1]) }
      }
    } + [
      .init("an empty row", [3, 0], [3, 1]) { $0[0] + $0[1] },
      .init("clamped", [0, 3]) { $0[0].clamped(to: -1...1) },
      .init("sum", [0, 3]) { $0[0].sum() },
      .init("sum along the empty axis", [0, 3]) { $0[0].sum(axes: [0]) },
      .init("sum along the full axis", [0, 3]) { $0[0].sum(axes: [1]) },
      .init("mean along the full axis", [0, 3]) { $0[0].mean(axes: [1]) },
      .init("variance", [0, 3]) { $0[0].variance(axes: [1]) },
      .init("max", [0, 3]) { $0[0].max(axis: 1) },
      .init("reshaped", [0, 3]) { $0[0].reshaped([3, 0]) },
      .init("transposed", [0, 3]) { $0[0].transposed() },
      .init("transposed(axes)", [0, 3, 2]) { $0[0].transposed([2, 0, 1]) },
      .init("sliced to nothing", [2, 3]) { $0[0].sliced(axis: 1, 1..<1) },
      .init("concatenated", [0, 3], [2, 3]) { .concatenated($0, axis: 0) },
      .init("split", [0, 4]) { $0[0].split(into: 2, axis: 1)[1] },
      .init("broadcast", [0, 1]) { $0[0].broadcast(to: [2, 0, 3]) },
      .init("gathered", [2, 3]) { $0[0].gathered(rows: []) },
      .init("channelShuffled", [0, 4]) { $0[0].channelShuffled(groups: 2) },
      .init("matmul", [0, 3], [3, 4]) { $0[0].matmul($0[1]) },
      .init("matmul of no depth", [2, 0], [0, 4]) { $0[0].matmul($0[1]) },
      .init("matmul of a batch with no depth", [5, 2, 0], [0, 4]) { $0[0].matmul($0[1]) },
      .init("matmul of an empty batch", [0, 2, 3], [0, 3, 4]) { $0[0].matmul($0[1]) },
      .init("softmax", [0, 3]) { $0[0].softmax() },
      .init("logSoftmax", [0, 3]) { $0[0].logSoftmax() },
      .init("attention", [0, 2, 4], [0, 3, 4], [0, 3, 4]) {
        attention(query: $0[0], key: $0[1], value: $0[2], heads: 2)
      },
      .init("attention of no tokens", [2, 0, 4], [2, 3, 4], [2, 3, 4]) {
        attention(query: $0[0], key: $0[1], value: $0[2], heads: 2)
      },
      .init("attention without channels", [2, 3, 0], [2, 3, 0], [2, 3, 0]) {
        attention(query: $0[0], key: $0[1], value: $0[2], heads: 2)
      },
      .init("conv2d", [0, 4, 4, 3], [3, 3, 3, 2], [2]) { $0[0].conv2d($0[1], bias: $0[2], padding: 1) },
      .init("conv2d of images without rows", [1, 0, 4, 3], [3, 3, 3, 2], [2]) {
        $0[0].conv2d($0[1], bias: $0[2], padding: 2)
      },
      .init("convTransposed2d", [0, 4, 4, 3], [3, 3, 2, 3], [2]) {
        $0[0].convTransposed2d($0[1], bias: $0[2], stride: 2)
      },
      .init("maxPooled2d", [0, 4, 4, 3]) { $0[0].maxPooled2d(window: 2) },
      .init("averagePooled2d", [0, 4, 4, 3]) { $0[0].averagePooled2d(window: 2) },
      .init("upsampledNearest", [0, 4, 4, 3]) { $0[0].upsampledNearest(by: 2) },
      .init("upsampledNearest of images without rows", [1, 0, 4, 3]) { $0[0].upsampledNearest(by: 2) },
      .init("upsampledBilinear", [0, 4, 4, 3]) { $0[0].upsampledBilinear(by: 2, alignCorners: false) },
      .init("upsampledBilinear of images without rows", [1, 0, 4, 3]) {
        $0[0].upsampledBilinear(by: 2, alignCorners: true)
      },
      .init("groupNormalized", [0, 4, 4, 6], [6], [6]) {
        $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2])
      },
      .init("groupNormalized, then silu", [0, 4, 4, 6], [6], [6]) {
        $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2]).silu()
      },
      .init("groupNormalized of images without rows, then silu", [1, 0, 4, 6], [6], [6]) {
        $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2]).silu()
      },
      .init("groupNormalized without channels", [2, 3, 0], [0], [0]) {
        $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2])
      },
      .init("layerNormalized", [0, 3], [3], [3]) { $0[0].layerNormalized(scale: $0[1], shift: $0[2]) },
    ]

  @Test("Operations on nothing", arguments: operations)
  func empty(_ operation: FaultPassingTests.Operation) throws {
    let operands = operation.shapes.map { Tensor.ones($0).variable }
    let result = try operation.body(operands).checked()
    #expect(result.shape.allSatisfy { $0 >= 0 } && result.scalars.count == result.shape.elementCount)
    let gradients = result.gradients()
    for operand in operands {
      let gradient = try #require(gradients[operand]).checked()
      #expect(gradient.shape == operand.shape && gradient.isFinite)
    }
  }

  @Test("What a sum of nothing is")
  func sums() {
    #expect(Tensor.zeros([0]).sum().item == 0)
    #expect(Tensor.zeros([2, 0, 3]).sum(axes: [1]) == .zeros([2, 3]))
    #expect(Tensor.zeros([5, 2, 0]).matmul(.zeros([0, 4])) == .zeros([5, 2, 4]))
    #expect(Tensor([Float](), shape: [0, 4]).scalars == [])
  }

  @Test("Losses of nothing are faults, not NaN")
  func losses() {
    let nothing = Tensor.zeros([0, 3])
    #expect(meanSquaredError(nothing, nothing).fault != nil)
    #expect(binaryCrossEntropy(logits: nothing, targets: nothing).fault != nil)
    #expect(crossEntropy(logits: nothing, labels: []).fault != nil)
  }
}
