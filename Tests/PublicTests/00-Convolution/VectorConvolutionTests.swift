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
      likelyMistake(
        packed.count, insteadOf: 6,
        [
          "outputs 8 and 9 have no vector: the number of vectors is outputs / 8 rounded up, for each row": 3,
          "each row begins a vector of its own, and does not go on in the last one's": 4,
          "a vector holds eight outputs, not one": 30,
        ], otherwise: "3 rows of 10 outputs: outputs 0…7 fill one vector, and outputs 8 and 9 begin a second"))
    for row in 0..<3 {
      let outputs = (1...10).map { Double(100 * row + $0) }
      let piecesApart = lanes(packed[1]) == lanes(first: 101)
      for (number, right) in [(2 * row, Array(outputs[..<8])), (2 * row + 1, outputs[8...] + [0, 0, 0, 0, 0, 0])] {
        let found = lanes(packed[number])
        try #require(
          found == right,
          likelyMistake(
            found, insteadOf: right, [:],
            otherwise: piecesApart
              ? "the pieces of one row stand together, then come those of the next"
              : found.prefix(2) == right.prefix(2) && number % 2 == 1
                ? "the lanes that are no outputs are filled up with zeros"
                : number % 2 == 0 ? "it holds outputs 0…7 of row \(row)" : "it holds outputs 8 and 9 of row \(row)"
          ).about("vector \(number)"))
      }
    }
  }

  private func lanes(_ vector: SIMD8<Float>) -> [Double] { (0..<8).map { Double(vector[$0]) } }

  private func lanes(first: Double) -> [Double] { (0..<8).map { first + Double($0) } }

  @Test("Whole vectors are not followed by an empty one", arguments: [8, 16, 24])
  func wholeVectors(outputs: Int) throws {
    let weight = (0..<2 * outputs).map { Float($0) }
    let packed = packedWeight(weight, outputs: outputs)
    try #require(
      packed.count == 2 * outputs / 8,
      likelyMistake(
        packed.count, insteadOf: 2 * outputs / 8,
        ["where outputs are a multiple of 8 there is no rest, and no vector for it": 2 * (outputs / 8 + 1)],
        otherwise: "2 rows of \(outputs) outputs fill \(outputs / 8) vectors each"))
    let lanes = packed.flatMap(lanes(_:))
    #expect(
      lanes == weight.map(Double.init),
      likelyMistake(
        lanes, insteadOf: weight.map(Double.init), [:],
        otherwise: "with nothing to fill up, the lanes are the weight in its own order"))
  }

  @Test("Numbers by hand, with three outputs in a vector of eight")
  func byHand() throws {
    let pixel = Tensor([1, 10], shape: [1, 1, 1, 2])
    let weight = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 1, 2, 3])
    let y = vectorConvolution(pixel, weight: weight)
    try expectNoFault(y, elements: 8, insteadOf: 3)
    let found = y.scalars.map(Double.init)
    #expect(
      y == Tensor([41, 52, 63], shape: [1, 1, 1, 3]),
      likelyMistake(
        found, insteadOf: [41, 52, 63],
        [
          "only the first input is heard": [1, 2, 3], "only the last input is kept: they add up": [40, 50, 60],
          "each input has a vector of its own; this is the first one's for both": [11, 22, 33],
        ], otherwise: "each output sums over all inputs: 1·1 + 10·4, 1·2 + 10·5, 1·3 + 10·6"))
  }

  @Test("Outputs below, at and above the length of a vector", arguments: [1, 7, 8, 9, 16, 19])
  func outputs(count: Int) throws {
    let example = ConvolutionCase([1, 3, 4, 2], [2, 3, 2, count], stride: 1, padding: 1)
    let (x, weight, _) = example.draw(seed: UInt64(count))
    let y = vectorConvolution(x, weight: weight, padding: 1)
    let expected = example.convolved(x, weight)
    let pixels = expected.shape.elementCount / count
    try expectNoFault(y, elements: pixels * ((count + 7) / 8 * 8), insteadOf: pixels * count)
    // Of several pieces the first one, in the place of all the others.
    let first = Tensor.concatenated([Tensor](repeating: expected.sliced(axis: 3, 0..<min(8, count)), count: 3), axis: 3)
    expectClose(
      y, expected, counted(count, "output"), tolerance: roundingTolerance,
      mistakes: [
        "outputs 8 and on are those of the first vector again: a row of the packed weight has several vectors":
          first.sliced(axis: 3, 0..<count),
        "the vectors are taken as if all first pieces came first; the pieces of one ky, kx and c stand together":
          example.convolved(x, takenPieceByPiece(weight)),
        "whether a pixel is there is asked of its row and column, not of its index in the array: a column of −1 is the row above":
          example.convolvedWithoutColumns(x, weight),
        "the sum goes on from one piece to the next; each begins with 0": summedUp(expected, startsWithWindow: true),
        "the sum goes on from one window to the next; each begins with 0": summedUp(expected, startsWithWindow: false),
        "the pixel's place is not multiplied with its number of channels, `inputs`": example.convolved(
          takenWithoutInputs(x), weight),
      ])
  }

  /// The weight that one sees who finds the vector of a piece and a tap at piece · taps + tap.
  private func takenPieceByPiece(_ weight: Tensor) -> Tensor {
    let (numbers, outputs) = (weight.scalars, weight.shape[3])
    let (taps, pieces) = (numbers.count / outputs, (outputs + 7) / 8)
    var taken: [Float] = []
    for tap in 0..<taps {
      for output in 0..<outputs {
        let vector = output / 8 * taps + tap
        let source = vector % pieces * 8 + output % 8
        taken.append(source < outputs ? numbers[vector / pieces * outputs + source] : 0)
      }
    }
    return Tensor(taken, shape: weight.shape)
  }

  /// The images that one sees who finds channel c of a pixel at the pixel's number + c.
  private func takenWithoutInputs(_ x: Tensor) -> Tensor {
    let (numbers, inputs) = (x.scalars, x.shape[3])
    return Tensor(numbers.indices.map { numbers[$0 / inputs + $0 % inputs] }, shape: x.shape)
  }

  /// Outputs whose eight sums go on from piece to piece, and perhaps from window to window.
  private func summedUp(_ y: Tensor, startsWithWindow: Bool) -> Tensor {
    let outputs = y.shape[3]
    var sums = [Float](repeating: 0, count: 8)
    return Tensor(
      y.scalars.enumerated().map { index, number in
        if index % outputs == 0, startsWithWindow { sums = [Float](repeating: 0, count: 8) }
        sums[index % outputs % 8] += number
        return sums[index % outputs % 8]
      }, shape: y.shape)
  }

  @Test("All strides, paddings, rows and columns", arguments: ConvolutionCase.all)
  func formula(example: ConvolutionCase) {
    let (x, weight, _) = example.draw(seed: 2)
    let (stride, padding) = (example.stride, example.padding)
    expectClose(
      vectorConvolution(x, weight: weight, stride: stride, padding: padding), example.convolved(x, weight),
      "Convolution of \(example)", tolerance: roundingTolerance,
      mistakes: [
        "the kernel is mirrored: networks correlate, they do not mirror":
          example.convolved(x, example.mirrored(weight)),
        "the padding is missing: windows begin at −padding": example.convolved(x, weight) { $0 * stride + $1 },
        "the stride is missing: windows begin a stride apart": example.convolved(x, weight) { $0 + $1 - padding },
        "whether a pixel is there is asked of its row and column, not of its index in the array: a column of −1 is the row above":
          example.convolvedWithoutColumns(x, weight),
        "the pixel's place is not multiplied with its number of channels, `inputs`": example.convolved(
          takenWithoutInputs(x), weight),
        "the sum goes on from one window to the next; each begins with 0": summedUp(
          example.convolved(x, weight), startsWithWindow: false),
      ])
  }

  @Test("It is PyTorch's conv2d without a bias", arguments: ["k3p1", "k3s2p1", "k5x3p2", "wide"])
  func oracle(kind: String) throws {
    let fixture = try Fixture(named: "operations")
    let name = "conv2d.\(kind)"
    expectClose(
      vectorConvolution(
        fixture["\(name)/x"], weight: fixture["\(name)/weight"], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding")) + fixture["\(name)/bias"],
      fixture["\(name)/output"], "conv2d, \(kind)", tolerance: oracleTolerance)
  }

  @Test("What does not fit is a fault")
  func misfit() {
    let image = Tensor.ones([1, 3, 3, 1])
    #expect(
      vectorConvolution(image, weight: .ones([3, 3, 2, 8])).fault != nil,
      "two channels do not fit gray images: the result must be faulty, and yours is not")
    // Sums of ones: exact.
    expectClose(
      vectorConvolution(image, weight: .ones([3, 3, 1, 2])), Tensor([9, 9], shape: [1, 1, 1, 2]),
      "A window as large as the image", tolerance: 0)
  }

  /// Requires an answer without a fault, and looks whether the fault is that of a known mistake.
  ///
  /// - Parameter wrong: How many numbers there are where all lanes are written out.
  private func expectNoFault(_ y: Tensor, elements wrong: Int, insteadOf right: Int) throws {
    let reason = y.fault?.reason ?? ""
    let sentence: Comment =
      wrong != right && reason.hasPrefix("\(wrong) numbers")
      ? """
      of the last vector only as many lanes are written out as there are outputs left: the lanes past the last output are no \
      channels (\(reason))
      """
      : reason.hasPrefix("0 numbers")
        ? "no lane was written out: where the outputs are a multiple of 8, `outputs % 8` is 0, and the last vector is full (\(reason))"
        : "the result is faulty: \(reason)"
    try #require(y.fault == nil, sentence)
  }
}
