import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// Each pixel becomes a block, and a block's gradient comes together in its pixel.
@Suite("3.2 Nearest-neighbor upsampling", .exercise("3.2"))
struct Exercise3_2 {
  /// An image of one channel.
  private func image(_ rows: [[Float]]) -> Tensor {
    Tensor(rows.flatMap { $0 }, shape: [1, rows.count, rows.first?.count ?? 0, 1])
  }

  @Test("Four pixels become four blocks")
  func blocks() {
    expectClose(
      nearestUpsampled(image([[1, 2], [3, 4]]), by: 2),
      image([[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]), "[1 2; 3 4] by 2", tolerance: 0,
      mistakes: [
        "the whole image is repeated like a tile (remainder), not each pixel (quotient)":
          image([[1, 2, 1, 2], [3, 4, 3, 4], [1, 2, 1, 2], [3, 4, 3, 4]]),
        "rows and columns are exchanged": image([[1, 1, 3, 3], [1, 1, 3, 3], [2, 2, 4, 4], [2, 2, 4, 4]]),
        "pixels are spread apart with zeros between them; they must fill their blocks":
          image([[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]),
      ])
  }

  @Test("Images that are not square, with channels, by 3: the engine's twin")
  func engine() throws {
    let x = normal([2, 3, 5, 4], seed: 1)
    let result = try nearestUpsampled(x, by: 3).checked()
    try #require(
      result.shape == [2, 9, 15, 4],
      """
      3 × 5 pixels by 3 are 9 × 15, in as many images and channels as before: yours is \(result.shape) instead of \
      [2, 9, 15, 4]
      """)
    /// The images whose pixel (row, column) is taken from elsewhere; what lies outside is no number, here −1000.
    func taken(_ place: (_ row: Int, _ column: Int) -> (Int, Int)) -> Tensor {
      var images = Tensor.zeros([2, 9, 15, 4])
      for image in 0..<2 {
        for row in 0..<9 {
          for column in 0..<15 {
            let (y, x0) = place(row, column)
            for channel in 0..<4 {
              let number = x[image, y, x0, channel]
              images[image, row, column, channel] = number.isNaN ? -1000 : number
            }
          }
        }
      }
      return images
    }
    let found = Tensor(result.scalars.map { $0.isNaN ? -1000 : $0 }, shape: result.shape)
    expectClose(
      found, x.upsampledNearest(by: 3), "3 × 5 pixels by 3 (with −1000 for what is no number)", tolerance: 0,
      mistakes: [
        "rows and columns are exchanged: the row's quotient is looked up among the columns": taken {
          ($1 / 3, $0 / 3)
        },
        "the whole image is repeated like a tile (remainder), not each pixel (quotient)": taken { ($0 % 3, $1 % 5) },
        "pixels are looked up at the remainder by the factor; the quotient says of which pixel this is a copy": taken {
          ($0 % 3, $1 % 3)
        },
        "pixels are looked up at their own row and column, which are those of the larger images": taken { ($0, $1) },
      ])
  }

  @Test("The gradient of a pixel is the sum over its block")
  func blockSums() {
    let upstream = image([[1, 2, 10, 20], [3, 4, 30, 40], [100, 200, 5, 6], [300, 400, 7, 8]])
    expectClose(
      nearestUpsamplingGradient(upstream, by: 2), image([[10, 100], [1000, 26]]), "the gradient of four blocks",
      tolerance: 0,
      mistakes: [
        "each block was averaged; all its pixels are copies of one, whose gradient is their sum":
          image([[2.5, 25], [250, 6.5]]),
        "only the first pixel of each block was taken; all its pixels count": image([[1, 10], [100, 5]]),
        "only the last pixel of each block was taken; add up, do not overwrite": image([[4, 40], [400, 8]]),
        "pixels that lie half an image apart were added up; a block is pixels side by side":
          image([[116, 228], [340, 452]]),
        "rows and columns are exchanged": image([[10, 1000], [100, 26]]),
        "each block was added up and divided by the factor; it is the sum": image([[5, 50], [500, 13]]),
      ])
  }

  @Test("If every enlarged pixel counts 1, every pixel counts factor²", arguments: [1, 2, 3])
  func ones(factor: Int) {
    let shape: Shape = [2, 2 * factor, 3 * factor, 2]
    let found = nearestUpsamplingGradient(.ones(shape), by: factor)
    let right = Tensor(repeating: Float(factor * factor), shape: [2, 2, 3, 2])
    let leavesImage = found.fault == nil && found.scalars.contains(where: \.isNaN)
    expectClose(
      found, right,
      """
      the gradient of the sum of all pixels, enlarged by \(factor)\(leavesImage
        ? ": NaN is what a tensor gives outside of its shape; a block has factor · factor pixels, for every factor" : "")
      """, tolerance: 0,
      mistakes: [
        "columns are compared with the height, not with the width":
          .concatenated([right.sliced(axis: 2, 0..<2), .zeros([2, 2, 1, 2])], axis: 2),
        "it is averaged over blocks, or of one pixel of each; changing a pixel changes factor² of them, which add up":
          .ones([2, 2, 3, 2]),
      ])
  }

  @Test("Adjoint: ⟨enlarged x, y⟩ = ⟨x, gradient of y⟩")
  func adjoint() throws {
    let (x, y) = (normal([2, 3, 4, 2], seed: 2), normal([2, 9, 12, 2], seed: 3))
    let (up, down) = try (
      nearestUpsampled(x, by: 3).checked(), nearestUpsamplingGradient(y, by: 3).checked()
    )
    try #require(up.shape == y.shape, "\(x.shape) by 3: yours is \(up.shape) instead of \(y.shape)")
    try #require(
      down.shape == x.shape, "the gradient for \(y.shape) by 3: yours is \(down.shape) instead of \(x.shape)")
    let (above, below) = (innerProduct(up, y), innerProduct(x, down))
    // The products are added up in Double; a sum of nine Floats, of size 3, is off by at most 9 · 6e-8 of the terms: 1e-5 over 48.
    #expect(
      abs(above - below) < 1e-4,
      """
      what you enlarge and the gradient that you hand back do not belong together: yours give ⟨enlarged x, y⟩ = \(Float(above)), \
      but ⟨x, gradient of y⟩ = \(Float(below))
      """)
  }

  @Test("Enlarging and averaging over the blocks leads back")
  func thereAndBack() {
    let x = normal([1, 4, 3, 2], seed: 4)
    // Four equal numbers added up and divided by four: exact.
    expectClose(
      nearestUpsampled(x, by: 2).averagePooled2d(window: 2), x, "the means of the blocks", tolerance: 0)
    expectClose(
      nearestUpsamplingGradient(x.upsampledNearest(by: 2), by: 2), x * 4, "the sums of the blocks", tolerance: 0,
      mistakes: ["each block was averaged, or one pixel of it taken; add up all four": x])
  }

  @Test("PyTorch computes the same")
  func oracle() throws {
    let fixture = try Fixture(named: "operations")
    let factor = try fixture.integer("upsampledNearest/factor")
    let (x, upstream) = (fixture["upsampledNearest/x"], fixture["upsampledNearest/upstream"])
    // Copies are exact; a sum of four is rounded three times.
    expectClose(
      nearestUpsampled(x, by: factor), fixture["upsampledNearest/output"], "\(x.shape) by \(factor), against PyTorch",
      tolerance: 0)
    expectClose(
      nearestUpsamplingGradient(upstream, by: factor), fixture["upsampledNearest/grad.x"],
      "the gradient for \(upstream.shape) by \(factor), against PyTorch", tolerance: 3e-7,
      mistakes: [
        "each block was averaged, not summed": fixture["upsampledNearest/grad.x"] / Float(factor * factor)
      ])
  }

  @Test("Whatever the extents: the formula, and what comes back to a pixel is the sum of its block")
  func extents() throws {
    var generator = RandomGenerator(seed: 14)
    for _ in 0..<40 {
      let extents = (0..<5).map { _ in 1 + generator.integer(below: 4) }
      let (shape, factor) = (Shape(extents.dropLast()), extents[4])
      let x = Tensor.normal(shape, using: &generator)
      let place = "\(shape) by \(factor)"
      let enlarged = try nearestUpsampled(x, by: factor).checked()
      guard expectClose(enlarged, x.upsampledNearest(by: factor), "images of \(place)", tolerance: 0) else { return }
      // Small whole numbers: their sums are exact.
      let upstream = Tensor(
        (0..<enlarged.shape.elementCount).map { _ in Float(generator.integer(below: 9)) }, shape: enlarged.shape)
      var sums = Tensor.zeros(shape)
      for n in 0..<shape[0] {
        for row in 0..<enlarged.shape[1] {
          for column in 0..<enlarged.shape[2] {
            for c in 0..<shape[3] { sums[n, row / factor, column / factor, c] += upstream[n, row, column, c] }
          }
        }
      }
      guard expectClose(nearestUpsamplingGradient(upstream, by: factor), sums, "the gradient, \(place)", tolerance: 0)
      else { return }
    }
  }
}
