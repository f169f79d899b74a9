import Convolution
import Tensors
import TestSupport
import Testing

/// Vectors of eight channels, against the engine's convolution.
@Suite("0.3 Eight channels at a time", .exercise("0.3"))
struct Hidden0_3 {
  @Test("Other sizes", arguments: HiddenCase.all)
  func sizes(example: HiddenCase) {
    let (x, w, _) = example.draw(seed: 107)
    let (stride, padding) = (example.stride, example.padding)
    expectClose(
      vectorConvolution(x, weight: w, stride: stride, padding: padding), x.conv2d(w, stride: stride, padding: padding),
      "convolution", tolerance: hiddenTolerance)
  }

  @Test("Other inputs", arguments: [1, 2, 5, 8, 11, 15, 16, 23, 40])
  func packing(outputs: Int) throws {
    var generator = RandomGenerator(seed: 108)
    let weight = (0..<6 * outputs).map { _ in generator.normal() }
    let packed = packedWeight(weight, outputs: outputs)
    let pieces = (outputs + 7) / 8
    try #require(packed.count == 6 * pieces)
    for row in 0..<6 {
      let lanes = packed[row * pieces..<(row + 1) * pieces].flatMap { vector in (0..<8).map { vector[$0] } }
      #expect(Array(lanes.prefix(outputs)) == Array(weight[row * outputs..<(row + 1) * outputs]))
      #expect(lanes.dropFirst(outputs).allSatisfy { $0 == 0 })
    }
  }

  @Test("Edge cases")
  func nothing() {
    #expect(packedWeight([], outputs: 5).isEmpty)
    #expect(vectorConvolution(.ones([0, 4, 4, 2]), weight: .ones([3, 3, 2, 10])).shape == [0, 2, 2, 10])
    // The reach of the kernel is past the image on all sides at once.
    #expect(
      vectorConvolution(.ones([1, 1, 1, 2]), weight: .ones([5, 5, 2, 9]), padding: 2).scalars
        == [Float](repeating: 2, count: 9))
  }

  @Test("Together with other exercises")
  func naive() {
    var generator = RandomGenerator(seed: 109)
    let x = Tensor.normal([2, 5, 4, 3], using: &generator)
    let w = Tensor.normal([2, 3, 3, 12], using: &generator)
    expectClose(
      vectorConvolution(x, weight: w, stride: 2, padding: 1), naiveConvolution(x, weight: w, stride: 2, padding: 1),
      "vectors beside loops", tolerance: hiddenTolerance)
  }

  @Test("Bad input")
  func faults() {
    #expect(vectorConvolution(Tensor(fault: Fault("x")), weight: .ones([1, 1, 1, 1])).fault == Fault("x"))
    #expect(vectorConvolution(.ones([1, 3, 3, 2]), weight: .ones([3, 3, 3, 8])).fault != nil)
    #expect(vectorConvolution(.ones([1, 3, 3, 2]), weight: .ones([3, 3, 2, 8])).shape == [1, 1, 1, 8])
  }
}
