import Tensors
import TestSupport
import Testing

/// Pooling and upsampling.
@Suite("Gradients of pooling and upsampling")
struct ResamplingGradientTests {
  /// Windows side by side, overlapping, with gaps between, and with rows left over.
  @Test(
    "Pooling",
    arguments: [(window: 1, stride: nil), (2, nil), (2, 1), (3, 2), (2, 3), (5, 1)].flatMap {
      (window: Int, stride: Int?) in
      [[2, 5, 7, 3], [1, 6, 6, 17]].flatMap { (shape: Shape) -> [GradientCase] in
        let step = stride ?? window
        let result: Shape = [shape[0], (shape[1] - window) / step + 1, (shape[2] - window) / step + 1, shape[3]]
        let setting = " of windows \(window), stride \(stride.map(String.init) ?? "the window's")"
        return [
          GradientCase("averagePooled2d" + setting, [shape]) {
            $0[0].averagePooled2d(window: window, stride: stride)
          } reference: {
            DoubleArray(
              NaiveKernels.averagePool($0[0].elements, .init(shape), window: window, stride: step), shape: result)
          },
          GradientCase("maxPooled2d" + setting, [shape], from: .distinct) {
            $0[0].maxPooled2d(window: window, stride: stride)
          } reference: {
            DoubleArray(NaiveKernels.maxPool($0[0].elements, .init(shape), window: window, stride: step), shape: result)
          },
        ]
      }
    })
  func pooling(_ example: GradientCase) { example.check() }

  @Test(
    "Upsampling",
    arguments: [1, 2, 3].flatMap { factor in
      [[1, 1, 1, 3], [2, 3, 4, 5], [1, 5, 1, 17]].flatMap { (shape: Shape) -> [GradientCase] in
        let result: Shape = [shape[0], factor * shape[1], factor * shape[2], shape[3]]
        return [
          GradientCase("upsampledNearest by \(factor)", [shape]) {
            $0[0].upsampledNearest(by: factor)
          } reference: {
            DoubleArray(NaiveKernels.upsampleNearest($0[0].elements, .init(shape), factor: factor), shape: result)
          }
        ]
          + [true, false].map { aligned in
            GradientCase("upsampledBilinear by \(factor), corners \(aligned ? "aligned" : "not aligned"),", [shape]) {
              $0[0].upsampledBilinear(by: factor, alignCorners: aligned)
            } reference: {
              DoubleArray(
                NaiveKernels.upsampleBilinear($0[0].elements, .init(shape), factor: factor, alignCorners: aligned),
                shape: result)
            }
          }
      }
    })
  func upsampling(_ example: GradientCase) { example.check() }

  /// Worked out by hand from the positions of the new pixels: −¼, ¼, ¾, 1¼ without, 0, ⅓, ⅔, 1 with aligned corners.
  @Test("Two pixels become four at the places that PyTorch documents")
  func knownInterpolation() {
    let x = Tensor([0, 12], shape: [1, 1, 2, 1])
    let free = x.upsampledBilinear(by: 2, alignCorners: false)
    let aligned = x.upsampledBilinear(by: 2, alignCorners: true)
    #expect(free == Tensor([0, 3, 9, 12, 0, 3, 9, 12], shape: [1, 2, 4, 1]))
    expectClose(
      aligned, Tensor([0, 4, 8, 12, 0, 4, 8, 12], shape: [1, 2, 4, 1]), "the result with aligned corners",
      tolerance: 1e-6)
  }

  @Test("NaN is the largest of its window")
  func poolingNaN() {
    let x = Tensor([1, .nan, 3, 4, 5, 6, 7, 8], shape: [1, 2, 4, 1])
    let y = x.maxPooled2d(window: 2)
    #expect(y[0, 0, 0, 0].isNaN && y[0, 0, 1, 0] == 8)
  }
}
