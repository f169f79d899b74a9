import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.1 Labels as rows of ones and zeros", .exercise("6.1"))
struct Hidden6_1 {
  @Test("Other inputs", arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let classCount = 24
    let sets = (0..<40).map { _ in (0..<generator.integer(below: 5)).map { _ in generator.integer(below: classCount) } }
    let rows = try multiHot(sets, classCount: classCount).checked()
    #expect(rows.shape == [40, 24])
    let expected = sets.flatMap { set in (0..<classCount).map { set.contains($0) ? Float(1) : 0 } }
    #expect(rows.scalars == expected)
  }

  @Test("Other sizes", arguments: [(1, 1), (7, 10), (100, 3)])
  func sizes(count: Int, classCount: Int) throws {
    var generator = RandomGenerator(seed: 4)
    let labels = (0..<count).map { _ in generator.integer(below: classCount) }
    let rows = try oneHot(labels, classCount: classCount).checked()
    #expect(rows.shape == [count, classCount])
    #expect(rows.argmax(axis: 1) == labels)
    #expect(rows.sum().item == Float(count))
  }

  @Test("Edge cases")
  func edges() throws {
    #expect(try multiHot([], classCount: 3).checked().shape == [0, 3])
    #expect(try multiHot([[], []], classCount: 3).checked() == .zeros([2, 3]))
    #expect(try oneHot([0, 4], classCount: 5).checked() == Tensor([1, 0, 0, 0, 0, 0, 0, 0, 0, 1], shape: [2, 5]))
    #expect(
      try multiHot([[0, 1, 2], [2, 2, 2]], classCount: 3).checked() == Tensor([1, 1, 1, 0, 0, 1], shape: [2, 3]))
  }

  @Test("Bad input", arguments: [[[0], [24]], [[-3]], [[1, 2, 99]]])
  func bad(labels: [[Int]]) {
    #expect(multiHot(labels, classCount: 24).fault != nil)
    #expect(oneHot([labels[0][0], 24], classCount: 24).fault != nil)
  }
}
