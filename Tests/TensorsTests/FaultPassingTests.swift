import Tensors
import Testing

/// Every operation passes the first fault on, whichever operand has it.
@Suite("Faults pass through")
struct FaultPassingTests {
  struct Operation: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shapes: [Shape]
    let body: @Sendable ([Tensor]) -> Tensor

    init(_ name: String, _ shapes: Shape..., body: @escaping @Sendable ([Tensor]) -> Tensor) {
      (testDescription, self.shapes, self.body) = (name, shapes, body)
    }
  }

  static let operations: [Operation] =
    UnaryOperation.allCases.map { operation in Operation("\(operation)", [2, 3]) { operation.tensor($0[0]) } }
    + BinaryOperation.allCases.compactMap { operation in
      operation.function.map { function in Operation("\(operation)", [2, 3], [3]) { function($0[0], $0[1]) } }
    } + [
      Operation("leakyReLU", [2, 3]) { $0[0].leakyReLU() },
      Operation("clamped", [2, 3]) { $0[0].clamped(to: -1...1) },
      Operation("sum", [2, 3]) { $0[0].sum() },
      Operation("mean", [2, 3]) { $0[0].mean(axes: [0]) },
      Operation("variance", [2, 3]) { $0[0].variance(axes: [0]) },
      Operation("max", [2, 3]) { $0[0].max(axis: 1) },
      Operation("reshaped", [2, 3]) { $0[0].reshaped([6]) },
      Operation("transposed", [2, 3]) { $0[0].transposed() },
      Operation("transposed(axes)", [2, 3]) { $0[0].transposed([1, 0]) },
      Operation("sliced", [2, 3]) { $0[0].sliced(axis: 1, 0..<2) },
      Operation("concatenated", [2, 3], [2, 1]) { .concatenated($0, axis: 1) },
      Operation("split(into:)", [2, 4]) { $0[0].split(into: 2, axis: 1)[1] },
      Operation("split(sizes:)", [2, 3]) { $0[0].split(sizes: [1, 2], axis: 1)[1] },
      Operation("broadcast", [2, 3]) { $0[0].broadcast(to: [4, 2, 3]) },
      Operation("gathered", [2, 3]) { $0[0].gathered(rows: [1]) },
      Operation("channelShuffled", [2, 4]) { $0[0].channelShuffled(groups: 2) },
      Operation("matmul", [2, 3], [3, 4]) { $0[0].matmul($0[1]) },
      Operation("softmax", [2, 3]) { $0[0].softmax() },
      Operation("logSoftmax", [2, 3]) { $0[0].logSoftmax() },
      Operation("attention", [1, 2, 4], [1, 3, 4], [1, 3, 4]) {
        attention(query: $0[0], key: $0[1], value: $0[2], heads: 2)
      },
      Operation("conv2d", [1, 4, 4, 3], [3, 3, 3, 2], [2]) { $0[0].conv2d($0[1], bias: $0[2]) },
      Operation("convTransposed2d", [1, 4, 4, 3], [3, 3, 2, 3], [2]) { $0[0].convTransposed2d($0[1], bias: $0[2]) },
      Operation("maxPooled2d", [1, 4, 4, 3]) { $0[0].maxPooled2d(window: 2) },
      Operation("averagePooled2d", [1, 4, 4, 3]) { $0[0].averagePooled2d(window: 2) },
      Operation("upsampledNearest", [1, 4, 4, 3]) { $0[0].upsampledNearest(by: 2) },
      Operation("upsampledBilinear", [1, 4, 4, 3]) { $0[0].upsampledBilinear(by: 2, alignCorners: false) },
      Operation("groupNormalized", [1, 4, 4, 6], [6], [6]) {
        $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2])
      },
      Operation("groupNormalized, then silu", [1, 4, 4, 6], [6], [6]) {
        $0[0].groupNormalized(groups: 2, scale: $0[1], shift: $0[2]).silu()
      },
      Operation("layerNormalized", [2, 3], [3], [3]) { $0[0].layerNormalized(scale: $0[1], shift: $0[2]) },
      Operation("batchNormalized", [2, 3], [3], [3]) { $0[0].batchNormalized(scale: $0[1], shift: $0[2]).result },
      Operation("meanSquaredError", [2, 3], [2, 3]) { meanSquaredError($0[0], $0[1]) },
      Operation("binaryCrossEntropy", [2, 3], [2, 3]) { binaryCrossEntropy(logits: $0[0], targets: $0[1]) },
      Operation("crossEntropy", [2, 3]) { crossEntropy(logits: $0[0], labels: [0, 2]) },
    ]

  @Test("The first faulty operand's fault is the result's, and there are no gradients", arguments: operations)
  func passing(_ operation: Operation) {
    let sound = operation.shapes.map { Tensor.ones($0).variable }
    #expect(operation.body(sound).fault == nil, "the operation is wrongly tested: its operands do not fit")
    for first in sound.indices {
      var operands = sound
      for number in first..<sound.count { operands[number] = Tensor(fault: Fault("fault \(number)")).variable }
      let result = operation.body(operands)
      #expect(result.fault?.reason == "fault \(first)")
      #expect((sound + operands).allSatisfy { result.gradients()[$0] == nil })
    }
  }

  @Test("An upstream gradient that is faulty, or of another shape, makes faulty gradients", arguments: operations)
  func upstream(_ operation: Operation) throws {
    let operands = operation.shapes.map { Tensor.ones($0).variable }
    let result = operation.body(operands)
    let faulty = result.gradients(from: Tensor(fault: Fault("from above")))
    let misshaped = result.gradients(from: .ones([5, 1, 1, 1, 1]))
    for operand in operands {
      #expect(faulty[operand]?.fault?.reason == "from above")
      #expect(
        try #require(misshaped[operand]?.fault).reason.contains("gradients: the upstream gradient is [5, 1, 1, 1, 1]"))
    }
  }

  @Test("A faulty tensor has no largest element")
  func argmax() { #expect(Tensor(fault: Fault("none")).argmax(axis: 0) == []) }
}
