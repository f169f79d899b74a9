import Convolution
import Tensors
import TestSupport
import Testing

/// Eight output channels at a time: how the weight is packed, and that nothing else changes.
@Suite("0.3 Eight channels at a time", .exercise("0.3"))
struct Exercise0_3 {
  @Test("Ten outputs make two vectors a row, the second filled up with zeros")
  func packing() throws {
    // In row r, output o is 100·r + o.
    let weight = (0..<3).flatMap { row in (1...10).map { Float(100 * row + $0) } }
    let packed = packedWeight(weight, outputs: 10)
    try #require(
      packed.count == 6,
      """
      \(packed.count) vectors for 3 rows of 10 outputs: outputs 0…7 fill one vector and outputs 8 and 9 begin a second, so \
      it is outputs / 8 rounded up for each row. Each row begins a vector of its own
      """)
    for row in 0..<3 {
      let first = Float(100 * row)
      #expect(
        packed[2 * row]
          == SIMD8(first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7, first + 8),
        """
        vector \(2 * row) is \(packed[2 * row]), not outputs 0…7 of row \(row): the pieces of one row stand together, then \
        come those of the next
        """)
      #expect(
        packed[2 * row + 1] == SIMD8(first + 9, first + 10, 0, 0, 0, 0, 0, 0),
        "vector \(2 * row + 1) is \(packed[2 * row + 1]), not outputs 8 and 9 of row \(row) and six zeros")
    }
  }

  @Test("Whole vectors are not followed by an empty one", arguments: [8, 16, 24])
  func wholeVectors(outputs: Int) throws {
    let weight = (0..<2 * outputs).map { Float($0) }
    let packed = packedWeight(weight, outputs: outputs)
    try #require(
      packed.count == 2 * outputs / 8,
      "\(packed.count) vectors for 2 rows of \(outputs): where outputs are a multiple of 8 there is no rest")
    #expect(
      packed.flatMap { vector in (0..<8).map { vector[$0] } } == weight,
      "with nothing to fill up, the lanes are the weight in its own order")
  }

  @Test("Numbers by hand, with three outputs in a vector of eight")
  func byHand() throws {
    let pixel = Tensor([1, 10], shape: [1, 1, 1, 2])
    let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 2, 3])
    let y = vectorConvolution(pixel, weight: weight)
    #expect(
      y.fault == nil,
      """
      \(y.fault?.reason ?? ""): of a vector as many lanes are written out as there are outputs left; the lanes past the last \
      output are no channels
      """)
    guard y.fault == nil else { return }
    #expect(
      y == Tensor([41, 52, 63], shape: [1, 1, 1, 3]),
      "each output sums over all inputs: 1·1 + 10·4, 1·2 + 10·5, 1·3 + 10·6")
  }

  @Test("Outputs below, at and above the length of a vector", arguments: [1, 7, 8, 9, 16, 19])
  func outputs(count: Int) throws {
    let example = ConvolutionCase([1, 3, 4, 2], [2, 3, 2, count], stride: 1, padding: 1)
    let (x, weight, _) = example.draw(seed: UInt64(count))
    let y = vectorConvolution(x, weight: weight, padding: 1)
    #expect(
      y.fault == nil,
      "\(y.fault?.reason ?? ""): of the last vector only the lanes that are outputs are written out")
    guard y.fault == nil else { return }
    let expected = example.convolved(x, weight)
    // Of several pieces the first one, in the place of all the others.
    let first = Tensor.concatenated([Tensor](repeating: expected.sliced(axis: 3, 0..<min(8, count)), count: 3), axis: 3)
    expectAnswer(
      y, expected, "\(count) outputs",
      mistakes: [
        (
          first.sliced(axis: 3, 0..<count),
          "outputs 8 and on are those of the first vector again: a row of the packed weight has several vectors"
        )
      ])
  }

  @Test("All strides, paddings, rows and columns", arguments: ConvolutionCase.all)
  func formula(example: ConvolutionCase) {
    let (x, weight, _) = example.draw(seed: 2)
    let (stride, padding) = (example.stride, example.padding)
    expectAnswer(
      vectorConvolution(x, weight: weight, stride: stride, padding: padding), example.convolved(x, weight),
      "Convolution of \(example)",
      mistakes: [
        (example.convolved(x, weight) { $0 * stride + $1 }, "the padding is missing: windows begin at −padding"),
        (example.convolved(x, weight) { $0 + $1 - padding }, "the stride is missing: windows begin a stride apart"),
      ])
  }

  @Test("It is PyTorch's conv2d without a bias", arguments: ["k3p1", "k3s2p1", "k5x3p2", "wide"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    // Up to 9 · 24 = 216 products a sum, of random sign: √216 · 6e-8 = 1e-6 of their size, and some.
    expectAnswer(
      vectorConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv2d, \(kind)", tolerance: 2e-5)
  }

  @Test("What does not fit is a fault")
  func misfit() {
    let image = Tensor.ones([1, 3, 3, 1])
    #expect(vectorConvolution(image, weight: .ones([3, 3, 2, 8])).fault != nil, "two channels do not fit grey images")
    #expect(
      vectorConvolution(image, weight: .ones([3, 3, 1, 2])) == Tensor([9, 9], shape: [1, 1, 1, 2]), "one channel does")
  }
}
