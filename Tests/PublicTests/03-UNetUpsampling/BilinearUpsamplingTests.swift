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

  /// The positions of 4 pixels made 8.
  private func positions(_ position: (_ index: Double) -> Double) -> [Double] { (0..<8).map { position(Double($0)) } }

  /// Whose shares of the two neighbors are exchanged.
  private enum Exchanged { case nothing, rows, columns, both }

  /// Goes through the numbers of enlarged images: each lies at a place and is a share of the number at another, in Double.
  private func forEachShare(
    of small: Shape, by factor: Int, alignCorners: Bool, exchanged: Exchanged,
    _ body: (_ enlarged: [Int], _ small: [Int], _ share: Float) -> Void
  ) {
    func pair(_ index: Int, _ size: Int, _ exchanges: Bool) -> [(place: Int, share: Double)] {
      let position =
        alignCorners
        ? (factor * size > 1 ? Double(index * (size - 1)) / Double(factor * size - 1) : 0)
        : min(max((Double(index) + 0.5) / Double(factor) - 0.5, 0), Double(size - 1))
      let (first, share) = (Int(position), position - position.rounded(.down))
      return [(first, exchanges ? share : 1 - share), (min(first + 1, size - 1), exchanges ? 1 - share : share)]
    }
    for image in 0..<small[0] {
      for row in 0..<factor * small[1] {
        for column in 0..<factor * small[2] {
          for (y, down) in pair(row, small[1], exchanged == .rows || exchanged == .both) {
            for (x, along) in pair(column, small[2], exchanged == .columns || exchanged == .both) {
              for channel in 0..<small[3] {
                body([image, row, column, channel], [image, y, x, channel], Float(down * along))
              }
            }
          }
        }
      }
    }
  }

  /// Images enlarged; what can be done otherwise is a parameter.
  private func enlarged(_ x: Tensor, by factor: Int, alignCorners: Bool, exchanged: Exchanged = .nothing) -> Tensor {
    let s = x.shape
    var result = Tensor.zeros([s[0], s[1] * factor, s[2] * factor, s[3]])
    forEachShare(of: x.shape, by: factor, alignCorners: alignCorners, exchanged: exchanged) { to, from, share in
      result[to[0], to[1], to[2], to[3]] += share * x[from[0], from[1], from[2], from[3]]
    }
    return result
  }

  /// A gradient handed back; what can be done otherwise is a parameter.
  private func handedBack(
    _ upstream: Tensor, by factor: Int, alignCorners: Bool, overwrites: Bool = false, exchanged: Exchanged = .nothing
  ) -> Tensor {
    let s = upstream.shape
    var gradient = Tensor.zeros([s[0], s[1] / factor, s[2] / factor, s[3]])
    forEachShare(of: gradient.shape, by: factor, alignCorners: alignCorners, exchanged: exchanged) { from, to, share in
      let number = share * upstream[from[0], from[1], from[2], from[3]]
      gradient[to[0], to[1], to[2], to[3]] = number + (overwrites ? 0 : gradient[to[0], to[1], to[2], to[3]])
    }
    return gradient
  }

  /// What is compared, and where NaN comes from if there is any.
  private func what(_ subject: String, _ found: Tensor) -> String {
    found.fault == nil && found.scalars.contains(where: \.isNaN)
      ? "\(subject): NaN comes of a pixel outside of x (rows lie among `height` pixels, columns among `width`) or of a position that is none"
      : subject
  }

  @Test("Where pixels lie: half-pixel centers")
  func halfPixels() {
    let found = (0..<8).map { sourcePosition(of: $0, size: 4, factor: 2, alignCorners: false) }
    let expected = [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]
    #expect(
      found == expected,
      likelyMistake(
        found, insteadOf: expected,
        [
          "the first lies at −0.25 and the last at 3.25: hold positions between 0 and size − 1":
            positions { ($0 + 0.5) / 2 - 0.5 },
          "the last lies at 3.25: hold positions below size − 1 too": positions { max(($0 + 0.5) / 2 - 0.5, 0) },
          "the first lies at −0.25: hold positions above 0 too": positions { min(($0 + 0.5) / 2 - 0.5, 3) },
          "this is index / factor; the center of pixel i lies at i + ½, in both images": positions { $0 / 2 },
          "this is index / factor, held to 0 … 3; the center of pixel i lies at i + ½, in both images":
            positions { min($0 / 2, 3) },
          "index / factor was divided in whole numbers, which drops the half": positions { ($0 / 2).rounded(.down) },
          "the ½ that the center is from the edge is added, but not subtracted again":
            positions { min(($0 + 0.5) / 2, 3) },
          "these are the positions for aligned corners; the conventions are exchanged": positions { $0 * 3 / 7 },
        ], within: 1e-12, otherwise: "the 8 pixels that are made of 4 lie at (index + ½) / factor − ½, from 0 to 3"))
  }

  @Test("Where pixels lie: aligned corners")
  func alignedCorners() {
    let found = (0..<8).map { sourcePosition(of: $0, size: 4, factor: 2, alignCorners: true) }
    let expected = positions { $0 * 3 / 7 }
    // A product and a quotient in Double.
    #expect(
      zip(found, expected).allSatisfy { abs($0 - $1) < 1e-14 },
      likelyMistake(
        found, insteadOf: expected,
        [
          "these are half-pixel centers; the conventions are exchanged":
            positions { min(max(($0 + 0.5) / 2 - 0.5, 0), 3) },
          "these are half-pixel centers; the conventions are exchanged, and positions are not held":
            positions { ($0 + 0.5) / 2 - 0.5 },
          "this is index / factor, so that the last does not lie at size − 1": positions { $0 / 2 },
          "this is index / factor, held to size − 1; the 8 positions are evenly apart": positions { min($0 / 2, 3) },
          "8 pixels have 7 intervals between them, not 8": positions { $0 * 3 / 8 },
          "the last of 4 pixels lies at size − 1 = 3, not at 4": positions { $0 * 4 / 7 },
          "the quotient was taken in whole numbers": positions { ($0 * 3 / 7).rounded(.down) },
        ], within: 1e-12, otherwise: "with aligned corners 8 positions lie evenly between 0 and size − 1 = 3"))
  }

  @Test("A single pixel lies at 0", arguments: [1, 2, 3])
  func onePixel(factor: Int) {
    for alignCorners in [false, true] {
      for index in 0..<factor {
        let found = sourcePosition(of: index, size: 1, factor: factor, alignCorners: alignCorners)
        #expect(
          found == 0,
          likelyMistake(
            found, insteadOf: 0, [:],
            otherwise: found.isNaN && alignCorners && factor == 1
              ? "of one pixel made one, factor · size − 1 is 0, and 0 / 0 is no number: say that it lies at 0"
              : "where there was but one pixel, all that are made of it lie there, at 0"
          ).about("pixel \(index) of \(factor), \(alignCorners ? "aligned corners" : "half-pixel centers")"))
      }
    }
  }

  @Test("Between a black and a white pixel", arguments: [false, true])
  func ramp(asColumn: Bool) {
    let x = line([0, 1], asColumn: asColumn)
    let halfPixel = line([0, 0.25, 0.75, 1], asColumn: asColumn)
    let aligned = line([0, 1.0 / 3, 2.0 / 3, 1], asColumn: asColumn)
    // The other axis, of one pixel, is enlarged as well: two equal rows or columns.
    func doubled(_ line: Tensor) -> Tensor { .concatenated([line, line], axis: asColumn ? 2 : 1) }
    // A share rounded to Float, and two products: three times half a unit in the last place, 6e-8.
    for (alignCorners, expected, other) in [(false, halfPixel, aligned), (true, aligned, halfPixel)] {
      let found = bilinearUpsampled(x, by: 2, alignCorners: alignCorners)
      expectClose(
        found, doubled(expected),
        what(
          "[0, 1] \(asColumn ? "downwards" : "to the right") by 2, \(alignCorners ? "aligned corners" : "half-pixel centers")",
          found),
        tolerance: 2e-7,
        mistakes: [
          "these are the positions of the other convention": doubled(other),
          "the nearest pixel was taken, nothing is interpolated": doubled(line([0, 0, 1, 1], asColumn: asColumn)),
          "rows and columns are exchanged": doubled(line([0.5, 0.5, 0.5, 0.5], asColumn: asColumn)),
          "the shares of the two neighbors are exchanged":
            enlarged(x, by: 2, alignCorners: alignCorners, exchanged: .both),
        ])
    }
  }

  @Test("Four neighbors, each weighted by row and by column")
  func products() throws {
    var x = Tensor.zeros([1, 2, 2, 1])
    x[0, 0, 1, 0] = 1
    // The right column's share, times the top row's.
    let along: [Float] = [0, 0.25, 0.75, 1]
    let expected = Tensor(along.reversed().flatMap { down in along.map { down * $0 } }, shape: [1, 4, 4, 1])
    let found = bilinearUpsampled(x, by: 2, alignCorners: false)
    expectClose(
      found, expected, what("one white pixel at the top right", found), tolerance: 2e-7,
      mistakes: [
        "rows and columns are exchanged": expected.transposed([0, 2, 1, 3]),
        "the rows' shares are exchanged, top for bottom": enlarged(x, by: 2, alignCorners: false, exchanged: .rows),
        "the columns' shares are exchanged, left for right":
          enlarged(x, by: 2, alignCorners: false, exchanged: .columns),
        "the shares of the two neighbors are exchanged": enlarged(x, by: 2, alignCorners: false, exchanged: .both),
        "the shares of a row and a column are added; they are multiplied":
          Tensor(along.reversed().flatMap { down in along.map { down + $0 } }, shape: [1, 4, 4, 1]),
        "the rows are not interpolated, only the columns":
          Tensor([0, 0, 1, 1].flatMap { row in along.map { row == 0 ? $0 : 0 } }, shape: [1, 4, 4, 1]),
        "the columns are not interpolated, only the rows":
          Tensor(along.reversed().flatMap { down in [0, 0, down, down] }, shape: [1, 4, 4, 1]),
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
    let found = bilinearUpsampled(slope(3, 5), by: factor, alignCorners: true)
    // A few roundings of numbers up to 2.
    expectClose(
      found, slope(3 * factor, 5 * factor), what("a slope by \(factor), aligned corners", found), tolerance: 1e-6,
      mistakes: [
        "the rows' shares are exchanged, top for bottom":
          enlarged(slope(3, 5), by: factor, alignCorners: true, exchanged: .rows),
        "the columns' shares are exchanged, left for right":
          enlarged(slope(3, 5), by: factor, alignCorners: true, exchanged: .columns),
        "these are the positions of the other convention": slope(3, 5).upsampledBilinear(
          by: factor, alignCorners: false),
        "the nearest pixel was taken, nothing is interpolated": slope(3, 5).upsampledNearest(by: factor),
      ])
    for alignCorners in [false, true] {
      expectClose(
        bilinearUpsampled(.ones([1, 3, 4, 2]), by: factor, alignCorners: alignCorners),
        .ones([1, 3 * factor, 4 * factor, 2]),
        "an image of ones by \(factor), in shares that add up to 1, \(alignCorners ? "aligned corners" : "half-pixel centers")",
        tolerance: 1e-6)
    }
  }

  @Test("Adjoint: ⟨enlarged x, y⟩ = ⟨x, gradient of y⟩", arguments: [false, true])
  func adjoint(alignCorners: Bool) throws {
    let (x, y) = (normal([2, 3, 4, 2], seed: 1), normal([2, 6, 8, 2], seed: 2))
    let up = try bilinearUpsampled(x, by: 2, alignCorners: alignCorners).checked()
    let down = try bilinearUpsamplingGradient(y, by: 2, alignCorners: alignCorners).checked()
    try #require(up.shape == y.shape, "\(x.shape) by 2: yours is \(up.shape) instead of \(y.shape)")
    try #require(
      down.shape == x.shape, "the gradient for \(y.shape) by 2: yours is \(down.shape) instead of \(x.shape)")
    let (above, below) = (innerProduct(up, y), innerProduct(x, down))
    let right = enlarged(x, by: 2, alignCorners: alignCorners)
    // Both may be wrong alike, and then they belong together.
    try #require(
      isClose(up, right, 1e-5) || abs(above - below) < 1e-4,
      """
      mend your enlarged image first, then see whether the gradient belongs to it\(what("", up)) \
      (⟨enlarged x, y⟩ is \(above.isNaN ? "NaN" : "\(Float(above))") instead of \(Float(innerProduct(right, y))))
      """)
    func mistaken(overwrites: Bool = false, exchanged: Exchanged = .nothing, otherCorners: Bool = false) -> Double {
      innerProduct(
        x,
        handedBack(
          y, by: 2, alignCorners: alignCorners != otherCorners, overwrites: overwrites, exchanged: exchanged))
    }
    // The products are added up in Double; each number is off by a few roundings of 6e-8 of its size, 192 of them.
    #expect(
      abs(above - below) < 1e-4,
      likelyMistake(
        below, insteadOf: above,
        [
          "add up what arrives at a pixel of the gradient, do not overwrite it": mistaken(overwrites: true),
          "the gradient's shares of the two neighbors are exchanged": mistaken(exchanged: .both),
          "the gradient's shares of the two rows are exchanged": mistaken(exchanged: .rows),
          "the gradient's shares of the two columns are exchanged": mistaken(exchanged: .columns),
          "the gradient has the positions of the other convention": mistaken(otherCorners: true),
        ], within: 1e-5,
        otherwise: """
          ⟨x, gradient of y⟩ must be ⟨enlarged x, y⟩: each enlarged pixel's number goes back to the four pixels that it was \
          made of, in the same shares; at the edge these may be one pixel, which gets all of its shares
          """))
  }

  @Test("The gradient loses nothing", arguments: [false, true])
  func nothingLost(alignCorners: Bool) throws {
    let gradient = try bilinearUpsamplingGradient(.ones([1, 9, 12, 2]), by: 3, alignCorners: alignCorners).checked()
    try #require(
      gradient.shape == [1, 3, 4, 2],
      "the gradient has the shape of the images that were enlarged: yours is \(gradient.shape) instead of [1, 3, 4, 2]")
    let total = { (gradient: Tensor) in gradient.scalars.reduce(0) { $0 + Double($1) } }
    let sum = total(gradient)
    // 216 ones in shares, each rounded to 6e-8.
    #expect(
      abs(sum - 216) < 1e-3,
      likelyMistake(
        sum, insteadOf: 216,
        [
          "add up what arrives at a pixel, do not overwrite it": total(
            handedBack(.ones([1, 9, 12, 2]), by: 3, alignCorners: alignCorners, overwrites: true)),
          "what arrives is averaged over 9 pixels; it is added up": 24,
        ], within: 1e-4,
        otherwise: """
          216 pixels that count 1 each must arrive as 216 in all: hand each on in shares that add up to 1, and add up what \
          arrives at a pixel, do not overwrite it
          """))
  }

  @Test("PyTorch computes the same", arguments: ["upsampledBilinear", "upsampledBilinear.corners"])
  func oracle(name: String) throws {
    let fixture = try Fixture(named: "operations")
    let (factor, alignCorners) = try (
      fixture.integer("\(name)/factor"), fixture.integer("\(name)/alignCorners") == 1
    )
    let (x, upstream) = (fixture["\(name)/x"], fixture["\(name)/upstream"])
    let how = "by \(factor), \(alignCorners ? "aligned corners" : "half-pixel centers"), against PyTorch"
    // Shares rounded to Float, and a sum of four products; in the gradient of some sixteen.
    let found = bilinearUpsampled(x, by: factor, alignCorners: alignCorners)
    expectClose(
      found, fixture["\(name)/output"], what("\(x.shape) \(how)", found), tolerance: 1e-6,
      mistakes: [
        "the conventions are exchanged: align-corners where half-pixel centers are asked for, or the other way around":
          x.upsampledBilinear(by: factor, alignCorners: !alignCorners),
        "the nearest pixel was taken, nothing is interpolated": x.upsampledNearest(by: factor),
        "the shares of the two neighbors are exchanged":
          enlarged(x, by: factor, alignCorners: alignCorners, exchanged: .both),
        "the rows' shares are exchanged, top for bottom":
          enlarged(x, by: factor, alignCorners: alignCorners, exchanged: .rows),
        "the columns' shares are exchanged, left for right":
          enlarged(x, by: factor, alignCorners: alignCorners, exchanged: .columns),
      ])
    func mistaken(overwrites: Bool = false, exchanged: Exchanged = .nothing, otherCorners: Bool = false) -> Tensor {
      handedBack(
        upstream, by: factor, alignCorners: alignCorners != otherCorners, overwrites: overwrites, exchanged: exchanged)
    }
    expectClose(
      bilinearUpsamplingGradient(upstream, by: factor, alignCorners: alignCorners), fixture["\(name)/grad.x"],
      "the gradient for \(upstream.shape) \(how)", tolerance: 2e-6,
      mistakes: [
        "add up what arrives at a pixel, do not overwrite it": mistaken(overwrites: true),
        "the shares of the two neighbors are exchanged": mistaken(exchanged: .both),
        "the shares of the two rows are exchanged": mistaken(exchanged: .rows),
        "the shares of the two columns are exchanged": mistaken(exchanged: .columns),
        "the conventions are exchanged": mistaken(otherCorners: true),
      ])
  }

  @Test("Positions for other factors than 2")
  func otherFactors() {
    let centers = sourcePosition(of: 4, size: 3, factor: 3, alignCorners: false)
    #expect(
      abs(centers - 1) < 1e-12,
      "by centers, new pixel 4 of 9 lies on old pixel 1 of 3, (4 + ½) / 3 − ½: the factor counts. Yours is \(centers)")
    let corners = sourcePosition(of: 2, size: 3, factor: 1, alignCorners: true)
    #expect(
      abs(corners - 2) < 1e-12,
      "with a factor of 1 every pixel stays where it is; only an axis of one pixel is special. Yours is \(corners) instead of 2"
    )
  }

  @Test("Whatever the extents: the shares, and the gradient by the same shares", arguments: [false, true])
  func extents(alignCorners: Bool) throws {
    var generator = RandomGenerator(seed: 15)
    for _ in 0..<30 {
      let extents = (0..<5).map { _ in 1 + generator.integer(below: 4) }
      let (shape, factor) = (Shape(extents.dropLast()), extents[4])
      let x = Tensor.normal(shape, using: &generator)
      let place = "\(shape) by \(factor), \(alignCorners ? "aligned corners" : "half-pixel centers")"
      // Four products, and up to some dozens of them in the gradient.
      let right = enlarged(x, by: factor, alignCorners: alignCorners)
      guard
        expectClose(
          bilinearUpsampled(x, by: factor, alignCorners: alignCorners), right, "images of \(place)", tolerance: 2e-6)
      else { return }
      let upstream = Tensor.normal(right.shape, using: &generator)
      guard
        expectClose(
          bilinearUpsamplingGradient(upstream, by: factor, alignCorners: alignCorners),
          handedBack(upstream, by: factor, alignCorners: alignCorners), "the gradient, \(place)", tolerance: 5e-6)
      else { return }
    }
  }
}
