import Tensors
import TestSupport
import Testing

/// Operands that do not fit together give a faulty tensor, whose reason names the operation and the shapes.
@Suite("Faults")
struct FaultTests {
  struct Misfit: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: [String]
    let operation: @Sendable () -> Tensor

    init(_ words: String..., operation: @escaping @Sendable () -> Tensor) {
      testDescription = words.joined(separator: " ")
      self.words = words
      self.operation = operation
    }
  }

  private static let x = Tensor.ones([2, 3])
  private static let image = Tensor.ones([1, 4, 5, 6])
  private static let weight = Tensor.ones([3, 3, 6, 2])

  @Test(
    "The reason names the operation and the shapes",
    arguments: [
      Misfit("add", "[2, 3]", "[2]") { x + .ones([2]) },
      Misfit("subtract", "[2, 3]", "[4, 3]") { x - .ones([4, 3]) },
      Misfit("multiply", "[2, 3]", "[3, 2]") { x * .ones([3, 2]) },
      Misfit("divide", "[2, 3]", "[2, 2]") { x / .ones([2, 2]) },
      Misfit("maximum", "[2, 3]", "[2]") { maximum(x, .ones([2])) },
      Misfit("minimum", "[2, 3]", "[2]") { minimum(x, .ones([2])) },
      Misfit("sum", "[2, 3]", "[2]") { x.sum(axes: [2]) },
      Misfit("sum", "[2, 3]", "[1, -1]") { x.sum(axes: [1, -1]) },
      Misfit("mean", "[2, 3]", "[-3]") { x.mean(axes: [-3]) },
      Misfit("mean", "[0, 3]", "nothing") { Tensor.ones([0, 3]).mean() },
      Misfit("variance", "[2, 3]", "[5]") { x.variance(axes: [5]) },
      Misfit("max", "[2, 3]", "[2]") { x.max(axis: 2) },
      Misfit("reshape", "[2, 3]", "[4, 2]") { x.reshaped([4, 2]) },
      Misfit("reshape", "[2, 3]", "[4, -1]") { x.reshaped([4, -1]) },
      Misfit("reshape", "[2, 3]", "[-1, -1]") { x.reshaped([-1, -1]) },
      Misfit("reshape", "[2, 3]", "[-2, -3]") { x.reshaped([-2, -3]) },
      Misfit("transpose", "[2, 3]", "[0, 0]") { x.transposed([0, 0]) },
      Misfit("transpose", "[3]") { Tensor.ones([3]).transposed() },
      Misfit("slice", "[2, 3]", "2..<4") { x.sliced(axis: 1, 2..<4) },
      Misfit("slice", "[2, 3]", "-1..<2") { x.sliced(axis: 1, -1..<2) },
      Misfit("slice", "[2, 3]", "axis 2") { x.sliced(axis: 2, 0..<1) },
      Misfit("concatenate", "[2, 3]", "[2, 4]", "axis 0") { .concatenated([x, .ones([2, 4])], axis: 0) },
      Misfit("concatenate", "[2, 3]", "axis 2") { .concatenated([x], axis: 2) },
      Misfit("concatenate", "no") { .concatenated([], axis: 0) },
      Misfit("split", "[2, 3]", "2 equal") { x.split(into: 2, axis: 1)[1] },
      Misfit("split", "[2, 3]", "0 equal") { x.split(into: 0, axis: 1)[0] },
      Misfit("split", "[2, 3]", "[1, 1]") { x.split(sizes: [1, 1], axis: 1)[0] },
      Misfit("split", "[2, 3]", "[4, -1]") { x.split(sizes: [4, -1], axis: 1)[1] },
      Misfit("broadcast", "[2, 3]", "[2, 2]") { x.broadcast(to: [2, 2]) },
      Misfit("broadcast", "[2, 3]", "[3]") { x.broadcast(to: [3]) },
      Misfit("gather", "[2, 3]", "row 2") { x.gathered(rows: [0, 2]) },
      Misfit("gather", "[2, 3]", "row -1") { x.gathered(rows: [-1]) },
      Misfit("gather", "[]") { Tensor(1).gathered(rows: [0]) },
      Misfit("channel shuffle", "[2, 3]", "2 groups") { x.channelShuffled(groups: 2) },
      Misfit("matmul", "[2, 3]", "[2, 3]") { x.matmul(x) },
      Misfit("matmul", "[2, 3]", "[3]") { x.matmul(.ones([3])) },
      Misfit("matmul", "[2, 2, 3]", "[4, 3, 1]") { Tensor.ones([2, 2, 3]).matmul(.ones([4, 3, 1])) },
      Misfit("softmax", "[2, 3]", "axis 2") { x.softmax(axis: 2) },
      Misfit("logSoftmax", "[2, 3]", "axis -3") { x.logSoftmax(axis: -3) },
      Misfit("attention", "[1, 2, 6]", "4 heads") {
        let t = Tensor.ones([1, 2, 6])
        return attention(query: t, key: t, value: t, heads: 4)
      },
      Misfit("attention", "[1, 2, 6]", "[1, 3, 6]", "[1, 2, 6]") {
        attention(query: .ones([1, 2, 6]), key: .ones([1, 3, 6]), value: .ones([1, 2, 6]), heads: 2)
      },
      Misfit("conv2d", "[3, 3, 6, 2]", "[2, 3]") { x.conv2d(weight) },
      Misfit("conv2d", "[3, 3, 5, 2]", "[3, 3, 6, 2]") { image.conv2d(.ones([3, 3, 5, 2])) },
      Misfit("conv2d", "4 groups") { image.conv2d(weight, groups: 4) },
      Misfit("conv2d", "stride 0") { image.conv2d(weight, stride: 0) },
      Misfit("conv2d", "padding -1") { image.conv2d(weight, padding: -1) },
      Misfit("conv2d", "[7]", "2 output") { image.conv2d(weight, bias: .ones([7])) },
      Misfit("conv2d", "3×3", "2×2") { Tensor.ones([1, 2, 2, 6]).conv2d(weight) },
      Misfit("convTransposed2d", "[3, 3, 6, 2]", "[3, 3, 6, 6]") { image.convTransposed2d(weight) },
      Misfit("convTransposed2d", "output padding 2") {
        Tensor.ones([1, 4, 5, 2]).convTransposed2d(weight, stride: 2, outputPadding: 2)
      },
      Misfit("convTransposed2d", "3×3", "margin of 2") {
        Tensor.ones([1, 1, 1, 2]).convTransposed2d(weight, padding: 2)
      },
      Misfit("maxPooled2d", "[1, 4, 5, 6]", "5×5") { image.maxPooled2d(window: 5) },
      Misfit("averagePooled2d", "[2, 3]") { x.averagePooled2d(window: 1) },
      Misfit("averagePooled2d", "[1, 4, 5, 6]", "0×0") { image.averagePooled2d(window: 0) },
      Misfit("upsampledNearest", "[1, 4, 5, 6]", "by 0") { image.upsampledNearest(by: 0) },
      Misfit("upsampledBilinear", "[2, 3]") { x.upsampledBilinear(by: 2, alignCorners: true) },
      Misfit("groupNormalized", "[1, 4, 5, 6]", "4 groups") {
        image.groupNormalized(groups: 4, scale: .ones([6]), shift: .ones([6]))
      },
      Misfit("groupNormalized", "[1, 4, 5, 6]", "[5]") {
        image.groupNormalized(groups: 2, scale: .ones([5]), shift: .ones([6]))
      },
      Misfit("layerNormalized", "[2, 3]", "[2, 3]") { x.layerNormalized(scale: x, shift: .ones([3])) },
      Misfit("batchNormalized", "[2, 3]", "[1]") { x.batchNormalized(scale: .ones([3]), shift: .ones([1])).result },
      Misfit("meanSquaredError", "[2, 3]", "[3]") { meanSquaredError(x, .ones([3])) },
      Misfit("binaryCrossEntropy", "[2, 3]", "[2, 1]") { binaryCrossEntropy(logits: x, targets: .ones([2, 1])) },
      Misfit("crossEntropy", "[2, 3]", "3 labels") { crossEntropy(logits: x, labels: [0, 1, 2]) },
      Misfit("crossEntropy", "[2, 3]") { crossEntropy(logits: x, labels: [0, 3]) },
      Misfit("2 numbers", "[3]") { Tensor([1, 2], shape: [3]) },
      Misfit("6 numbers", "[-2, -3]") { Tensor([1, 2, 3, 4, 5, 6], shape: [-2, -3]) },
      Misfit("negative", "[2, -3]") { Tensor(repeating: 0, shape: [2, -3]) },
      Misfit("negative", "[-1]") {
        var generator = RandomGenerator(seed: 0)
        return .normal([-1], using: &generator)
      },
    ])
  func misfits(_ misfit: Misfit) throws {
    let fault = try #require(misfit.operation().fault, "operands that do not fit gave a result")
    for word in misfit.words {
      #expect(fault.reason.contains(word), "the reason does not say \(word): \(fault.reason)")
    }
  }

  @Test("checked() throws the fault, and only that of a faulty tensor")
  func checked() throws {
    #expect(throws: Fault("not written yet")) { try Tensor(fault: Fault("not written yet")).checked() }
    #expect(try Self.x.checked() == Self.x)
  }

  @Test("A faulty tensor has one NaN, equals nothing, not even itself, and is not finite")
  func faulty() {
    let faulty = Tensor(fault: Fault("first"))
    #expect(faulty.item.isNaN && faulty.scalars.count == 1 && faulty.shape == [] && faulty != faulty)
    #expect(!faulty.isFinite && faulty[0].isNaN && "\(faulty)".contains("first"))
    var written = Tensor([7], shape: [1, 1])
    written[0, 1] = 8
    #expect(written.fault != nil && written.item.isNaN, "what was written outside of a shape has no number")
  }
}
