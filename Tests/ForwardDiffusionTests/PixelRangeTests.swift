import ForwardDiffusion
import Tensors
import Testing

/// Between pixels in [0, 1] and the symmetric range in which diffusion works.
@Suite("Pixel ranges")
struct PixelRangeTests {
  @Test("Black is −1, grey 0, white 1")
  func symmetric() throws {
    let pixels = try Tensor([0, 0.25, 0.5, 1]).scaledToSymmetricRange().checked()
    #expect(pixels.scalars == [-1, -0.5, 0, 1], "2x − 1: grey must be 0, the mean of the noise")
  }

  @Test("And back; what is outside stays outside")
  func unit() throws {
    let pixels = try Tensor([-1, -0.5, 0, 1, 3, -3]).scaledToUnitRange().checked()
    #expect(pixels.scalars == [0, 0.25, 0.5, 1, 2, -1], "(x + 1) / 2 without a clamp")
  }

  @Test("There and back is where one was")
  func roundTrip() throws {
    // Multiples of 1/256 are exact in Float, and so is what is done to them.
    let pixels = Tensor((0...256).map { Float($0) / 256 })
    #expect(pixels.scaledToSymmetricRange().scaledToUnitRange() == pixels)
  }
}
