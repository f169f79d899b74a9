import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// Interpolation between four pixels, and its adjoint, by both conventions for where pixels lie.
@Suite("3.3 Bilinear upsampling", .exercise("3.3"))
struct Exercise3_3 {
  /// A row of pixels, and the same numbers as a column: [the batch, height, width, one channel].
  private func line(_ numbers: [Float], asColumn: Bool) -> Tensor {
    Tensor(numbers, shape: asColumn ? [1, numbers.count, 1, 1] : [1, 1, numbers.count, 1])
  }

  @Test("Where pixels lie: half-pixel centres")
  func halfPixels() {
    let positions = (0..<8).map { sourcePosition(of: $0, size: 4, factor: 2, alignCorners: false) }
    let expected = [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]
    let unheld = [-0.25] + expected[1...6] + [3.25]
    let edges = (0..<8).map { Double($0) / 2 }
    let aligned = (0..<8).map { Double($0) * 3 / 7 }
    let what =
      switch positions {
      case unheld: "the first lies at −0.25 and the last at 3.25: hold positions between 0 and size − 1"
      case edges, edges.map { min($0, 3) }:
        "this is index / factor; the centre of pixel i lies at i + ½, in both images"
      case _ where zip(positions, aligned).allSatisfy { agree($0, $1, relative: 1e-12) || $0 == $1 }:
        "these are the positions for aligned corners; the conventions are exchanged"
      default: "(index + ½) / 2 − ½, between 0 and 3, but the positions are \(positions)"
      }
    #expect(positions == expected, Comment(rawValue: what))
  }

  @Test("Where pixels lie: aligned corners")
  func alignedCorners() {
    let positions = (0..<8).map { sourcePosition(of: $0, size: 4, factor: 2, alignCorners: true) }
    let expected = (0..<8).map { Double($0) * 3 / 7 }
    #expect(
      positions.first == 0 && positions.last == 3,
      "with aligned corners 0 lies at 0 and 7 at 3, not \(positions.first ?? .nan) and \(positions.last ?? .nan)")
    #expect(
      positions[1] != 0.25, "these are half-pixel centres; with aligned corners the 8 positions are evenly 3/7 apart")
    // A product and a quotient in Double.
    #expect(
      zip(positions, expected).allSatisfy { abs($0 - $1) < 1e-14 },
      "8 positions from 0 to 3 are 3/7 apart, (size − 1) / (factor · size − 1), but are \(positions)")
  }

  @Test("Between a black and a white pixel", arguments: [false, true])
  func ramp(asColumn: Bool) {
    let x = line([0, 1], asColumn: asColumn)
    let halfPixel = line([0, 0.25, 0.75, 1], asColumn: asColumn)
    let aligned = line([0, 1.0 / 3, 2.0 / 3, 1], asColumn: asColumn)
    // The other axis, of one pixel, is enlarged as well: two equal rows or columns.
    func doubled(_ line: Tensor) -> Tensor { .concatenated([line, line], axis: asColumn ? 2 : 1) }
    for (alignCorners, expected, other) in [(false, halfPixel, aligned), (true, aligned, halfPixel)] {
      expectClose(
        bilinearUpsampled(x, by: 2, alignCorners: alignCorners), doubled(expected),
        "[0, 1] \(asColumn ? "downwards" : "to the right") by 2, \(alignCorners ? "aligned corners" : "half-pixel centres")",
        tolerance: 2e-7,
        mistakes: [
          "these are the positions of the other convention": doubled(other),
          "the nearest pixel was taken, nothing is interpolated": doubled(line([0, 0, 1, 1], asColumn: asColumn)),
          "the shares of the two neighbours are exchanged":
            doubled(Tensor(expected.scalars.map { $0 == 0 || $0 == 1 ? $0 : 1 - $0 }, shape: expected.shape)),
        ])
    }
  }

  @Test("Four neighbours, each weighted by row and by column")
  func products() throws {
    var x = Tensor.zeros([1, 2, 2, 1])
    x[0, 0, 1, 0] = 1
    // The right column's share, times the top row's.
    let along = [0, 0.25, 0.75, 1].map { Float($0) }
    let expected = Tensor(along.reversed().flatMap { down in along.map { down * $0 } }, shape: [1, 4, 4, 1])
    expectClose(
      bilinearUpsampled(x, by: 2, alignCorners: false), expected, "one white pixel at the top right", tolerance: 2e-7,
      mistakes: [
        "rows and columns are exchanged": expected.transposed([0, 2, 1, 3]),
        "the rows' shares are exchanged, top for bottom":
          Tensor(along.flatMap { down in along.map { down * $0 } }, shape: [1, 4, 4, 1]),
      ])
  }

  @Test("A slope stays a slope where corners are aligned, and what is even stays even", arguments: [2, 3])
  func slopes(factor: Int) {
    func slope(_ height: Int, _ width: Int) -> Tensor {
      var numbers: [Float] = []
      for row in 0..<height {
        let down = Float(row) / Float(height - 1)
        numbers += (0..<width).map { 2 * down - Float($0) / Float(width - 1) }
      }
      return Tensor(numbers, shape: [1, height, width, 1])
    }
    // A few roundings of numbers up to 2.
    expectClose(
      bilinearUpsampled(slope(3, 5), by: factor, alignCorners: true), slope(3 * factor, 5 * factor),
      "a slope by \(factor)",
      tolerance: 1e-6)
    for alignCorners in [false, true] {
      expectClose(
        bilinearUpsampled(.ones([1, 3, 4, 2]), by: factor, alignCorners: alignCorners),
        .ones([1, 3 * factor, 4 * factor, 2]), "an even image by \(factor): the four shares must add up to 1",
        tolerance: 1e-6)
    }
  }

  @Test("Adjoint: ⟨enlarged x, y⟩ = ⟨x, gradient of y⟩", arguments: [false, true])
  func adjoint(alignCorners: Bool) throws {
    let (x, y) = (normal([2, 3, 4, 2], seed: 1), normal([2, 6, 8, 2], seed: 2))
    let up = try bilinearUpsampled(x, by: 2, alignCorners: alignCorners).checked()
    let down = try bilinearUpsamplingGradient(y, by: 2, alignCorners: alignCorners).checked()
    try #require(up.shape == y.shape && down.shape == x.shape, "\(x.shape) by 2 is \(y.shape), and back")
    // The products are added up in Double; each number is off by a few roundings of 6e-8 of its size, 192 of them.
    #expect(
      abs(innerProduct(up, y) - innerProduct(x, down)) < 1e-4,
      """
      the gradient must hand each enlarged pixel's number back to the four pixels it was made of, in the same shares, and \
      add up what arrives
      """)
  }

  @Test("The gradient loses nothing", arguments: [false, true])
  func nothingLost(alignCorners: Bool) throws {
    let gradient = try bilinearUpsamplingGradient(.ones([1, 9, 12, 2]), by: 3, alignCorners: alignCorners).checked()
    try #require(gradient.shape == [1, 3, 4, 2], "the gradient has the shape of the images that were enlarged")
    let sum = gradient.scalars.reduce(0) { $0 + Double($1) }
    // 216 ones in shares, each rounded to 6e-8.
    #expect(
      abs(sum - 216) < 1e-3,
      """
      216 pixels that count 1 each must arrive as 216 in all, not \(sum): add up what arrives at a pixel, do not overwrite \
      it, and hand on each number in shares that add up to 1
      """)
  }

  @Test("PyTorch computes the same", arguments: ["upsampledBilinear", "upsampledBilinear.corners"])
  func oracle(name: String) throws {
    let fixture = try Fixture(named: "operations")
    let (factor, alignCorners) = try (
      fixture.integer("\(name)/factor"), fixture.integer("\(name)/alignCorners") == 1
    )
    let x = fixture["\(name)/x"]
    // Shares rounded to Float, and a sum of four products; in the gradient of some sixteen.
    expectClose(
      bilinearUpsampled(x, by: factor, alignCorners: alignCorners), fixture["\(name)/output"], "the images",
      tolerance: 1e-6,
      mistakes: [
        "the conventions are exchanged: align-corners where half-pixel centres are asked for, or the other way round":
          x.upsampledBilinear(by: factor, alignCorners: !alignCorners)
      ])
    expectClose(
      bilinearUpsamplingGradient(fixture["\(name)/upstream"], by: factor, alignCorners: alignCorners),
      fixture["\(name)/grad.x"], "the gradient", tolerance: 2e-6)
  }
}
