import ForwardDiffusion
import Tensors
import TestSupport
import Testing

/// Between pixels in [0, 1] and the symmetric range in which diffusion works.
@Suite("1.1 Pixels from −1 to 1", .exercise("1.1"))
struct Exercise1_1 {
  @Test("Black is −1, gray 0, white 1")
  func symmetric() throws {
    let pixels = try Tensor([0, 0.25, 0.5, 1]).scaledToSymmetricRange().checked()
    #expect(
      pixels.scalars == [-1, -0.5, 0, 1],
      likelyMistake(
        pixels.scalars.map(Double.init), insteadOf: [-1, -0.5, 0, 1],
        [
          "moved but not stretched: this reaches from −0.5 to 0.5": [-0.5, -0.25, 0, 0.5],
          "stretched but not moved: this reaches from 0 to 2, and gray must be 0, the mean of the noise": [
            0, 0.5, 1, 2,
          ],
          "first moved, then stretched by the old amount: this reaches from −2 to 0": [-2, -1.5, -1, 0],
          "that is the way back: these pixels come from [0, 1]": [0.5, 0.625, 0.75, 1],
          "the pixels are as they were": [0, 0.25, 0.5, 1],
        ], otherwise: "black must become −1, gray 0 and white 1"))
  }

  @Test("And back")
  func unit() throws {
    let pixels = try Tensor([-1, -0.5, 0, 1]).scaledToUnitRange().checked()
    #expect(
      pixels.scalars == [0, 0.25, 0.5, 1],
      likelyMistake(
        pixels.scalars.map(Double.init), insteadOf: [0, 0.25, 0.5, 1],
        [
          "halved before it was moved: this reaches from 0.5 to 1.5": [0.5, 0.75, 1, 1.5],
          "moved but not halved: this reaches from 0 to 2": [0, 0.5, 1, 2],
          "that is the way there: these pixels come from [−1, 1]": [-3, -2, -1, 1],
          "the 1 is halved, but not the pixel: both are": [-0.5, 0, 0.5, 1.5],
          "the pixels are as they were": [-1, -0.5, 0, 1],
        ], otherwise: "−1 must become 0, 0 must become 0.5 and 1 must stay 1"))
  }

  @Test("What is outside stays outside")
  func outside() throws {
    let back = try Tensor([3, -3]).scaledToUnitRange().checked()
    #expect(
      back.scalars == [2, -1],
      likelyMistake(
        back.scalars.map(Double.init), insteadOf: [2, -1],
        ["nothing is clamped here: the code that draws a picture decides what to do with the rest": [1, 0]],
        otherwise: "what lies outside of [−1, 1] is moved by the same rule as what lies inside"))
    let there = try Tensor([2, -1]).scaledToSymmetricRange().checked()
    #expect(
      there.scalars == [3, -3],
      likelyMistake(
        there.scalars.map(Double.init), insteadOf: [3, -3], ["nothing is clamped here": [1, -1]],
        otherwise: "what lies outside of [0, 1] is moved by the same rule as what lies inside"))
    let far = try Tensor([255, -64]).scaledToSymmetricRange().checked()
    #expect(
      far.scalars == [509, -129],
      likelyMistake(
        far.scalars.map(Double.init), insteadOf: [509, -129], [:],
        otherwise:
          "no number is taken for a byte: what lies far outside of [0, 1] is moved by the same rule as what lies inside"
      ))
  }

  @Test("There and back is where one was")
  func roundTrip() throws {
    // Multiples of 1/256 are exact in Float, and so is what is done to them.
    let pixels = Tensor((0...256).map { Float($0) / 256 })
    let returned = try pixels.scaledToSymmetricRange().scaledToUnitRange().checked()
    #expect(returned == pixels, different(returned, pixels, "from [0, 1] there and back is where one was"))
    let symmetric = Tensor((-256...256).map { Float($0) / 256 })
    let there = try symmetric.scaledToUnitRange().scaledToSymmetricRange().checked()
    #expect(there == symmetric, different(there, symmetric, "from [−1, 1] back and there again is where one was"))
  }

  private func different(_ found: Tensor, _ right: Tensor, _ sentence: String) -> Comment {
    likelyMistake(
      found.scalars.map(Double.init), insteadOf: right.scalars.map(Double.init), [:], otherwise: sentence)
  }

  @Test("Images keep their shape", arguments: [[2, 3, 4, 1], [1, 5, 5, 3], [7]])
  func shape(dimensions: [Int]) throws {
    var generator = RandomGenerator(seed: 1)
    let pixels = Tensor.uniform(Shape(dimensions), in: 0..<1, using: &generator)
    let symmetric = try pixels.scaledToSymmetricRange().checked()
    #expect(
      symmetric.shape == pixels.shape,
      "each pixel is moved by itself, and the shape stays: yours is \(symmetric.shape) instead of \(pixels.shape)")
    // Rounded to Float once or twice each way, of numbers up to 2: 4 · 6e-8.
    expectClose(
      symmetric.scaledToUnitRange(), pixels, "there and back again", tolerance: 2.4e-7, relativeTo: .number(1))
  }

  @Test("Gradients pass: the derivative is 2 there and ½ back")
  func gradients() throws {
    let pixels = Tensor([0.1, 0.6, 0.9]).variable
    let there = try pixels.scaledToSymmetricRange().checked()
    try expectDerivative(there, pixels, 2, "the range is twice as wide there")
    let back = try pixels.scaledToUnitRange().checked()
    try expectDerivative(back, pixels, 0.5, "the range is half as wide on the way back")
  }

  private func expectDerivative(_ moved: Tensor, _ pixels: Tensor, _ right: Double, _ sentence: String) throws {
    try #require(
      moved.shape == pixels.shape, "the shape stays: yours is \(moved.shape) instead of \(pixels.shape)")
    let found = try #require(
      moved.gradients(from: .ones([3]))[pixels],
      "no gradient comes back to the pixels: compute with the tensor, not with its scalars"
    ).scalars.map(Double.init)
    // A factor and nothing else: exact.
    #expect(
      found == [right, right, right],
      likelyMistake(found, insteadOf: [right, right, right], [:], otherwise: "\(sentence), and that is the derivative"))
  }
}
