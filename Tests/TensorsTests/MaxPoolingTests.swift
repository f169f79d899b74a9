import Tensors
import Testing

/// What gradients against finite differences cannot show: ties and NaN.
@Suite("Max pooling")
struct MaxPoolingTests {
  @Test("The first of equals wins, NaN before all, in every channel of a vector and beyond", arguments: [1, 16, 19])
  func tiesAndNaN(channels: Int) {
    // Windows of 2 × 2: one of equals, one whose third number is NaN, one whose first is, one of −∞.
    let rows: [[Float]] = [
      [3, 3, 1, 2, .nan, 5, -.infinity, -.infinity], [3, 3, .nan, 9, 7, .nan, -.infinity, -.infinity],
    ]
    let image = Tensor(
      rows.flatMap { row in row.flatMap { [Float](repeating: $0, count: channels) } }, shape: [1, 2, 8, channels]
    ).variable
    let pooled = image.maxPooled2d(window: 2)
    let gradient = pooled.gradients(from: .ones([1, 1, 4, channels]))[image]
    for channel in 0..<channels {
      let largest = (0..<4).map { pooled[0, 0, $0, channel] }
      #expect(largest[0] == 3 && largest[1].isNaN && largest[2].isNaN && largest[3] == -.infinity)
      let reached = (0..<16).filter { gradient?[0, $0 / 8, $0 % 8, channel] == 1 }
      #expect(reached == [0, 4, 6, 10], "the gradient goes to the winner alone")
    }
  }
}
