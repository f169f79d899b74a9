import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.3 Labels as channels", .exercise("6.3"))
struct Hidden6_3 {
  private func check(_ count: Int, _ height: Int, _ width: Int, _ channels: Int, _ classCount: Int) throws {
    var generator = RandomGenerator(seed: UInt64(count * 1000 + height * 100 + width * 10 + classCount))
    let images = Tensor.normal([count, height, width, channels], using: &generator)
    let labels = Tensor.normal([count, classCount], using: &generator)
    let result = try withLabelChannels(images, labels: labels).checked()
    try #require(result.shape == [count, height, width, channels + classCount])
    var wrong = 0
    for n in 0..<count {
      for y in 0..<height {
        for x in 0..<width {
          for c in 0..<channels + classCount {
            let expected = c < channels ? images[n, y, x, c] : labels[n, c - channels]
            if result[n, y, x, c] != expected { wrong += 1 }
          }
        }
      }
    }
    #expect(wrong == 0, "\(wrong) elements are wrong")
  }

  @Test("Other sizes", arguments: [(3, 5, 2, 3, 10), (1, 1, 1, 1, 1), (2, 8, 8, 3, 24)])
  func sizes(_ sizes: (Int, Int, Int, Int, Int)) throws {
    try check(sizes.0, sizes.1, sizes.2, sizes.3, sizes.4)
  }

  @Test("Edge cases", arguments: [(4, 4, 4, 4, 4), (3, 3, 3, 1, 3), (2, 2, 3, 2, 3), (2, 3, 2, 3, 3)])
  func equalExtents(_ sizes: (Int, Int, Int, Int, Int)) throws {
    try check(sizes.0, sizes.1, sizes.2, sizes.3, sizes.4)
  }

  @Test("Together with other exercises")
  func hot() throws {
    let rows = multiHot([[0, 2], []], classCount: 3)
    let result = try withLabelChannels(.zeros([2, 2, 2, 1]), labels: rows).checked()
    #expect(result.sum(axes: [1, 2]) == Tensor([0, 4, 0, 4, 0, 0, 0, 0], shape: [2, 4]))
  }

  @Test("Other inputs")
  func gradients() throws {
    var generator = RandomGenerator(seed: 1)
    let (images, labels) = (
      Tensor.normal([2, 2, 3, 2], using: &generator).variable, Tensor.normal([2, 5], using: &generator).variable
    )
    let gradients = try withLabelChannels(images, labels: labels).checked().sum().gradients()
    #expect(gradients[images] == .ones([2, 2, 3, 2]))
    #expect(gradients[labels] == Tensor(repeating: 6, shape: [2, 5]))
  }

  @Test("Bad input")
  func bad() {
    #expect(withLabelChannels(.ones([2, 3, 3, 1]), labels: .ones([2])).fault != nil)
    #expect(withLabelChannels(.ones([2, 9]), labels: .ones([2, 3])).fault != nil)
    #expect(withLabelChannels(Tensor(fault: Fault("no images")), labels: .ones([2, 3])).fault?.reason == "no images")
    #expect(withLabelChannels(.ones([2, 3, 3, 1]), labels: .ones([2, 4])).fault == nil)
  }
}
