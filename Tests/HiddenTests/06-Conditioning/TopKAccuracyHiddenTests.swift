import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.7 Top-k accuracy", .exercise("6.7"))
struct Hidden6_7 {
  @Test("Other inputs", arguments: [71, 72, 73] as [UInt64])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let (count, classCount) = (30, 24)
    let scores = Tensor.normal([count, classCount], using: &generator)
    let labels = (0..<count).map { _ in Array(generator.permutation(of: classCount).prefix(generator.integer(below: 6)))
    }
    let rows = scores.scalars
    // A label is a hit if fewer than k classes have a higher score.
    let expected = labels.enumerated().map { image, classes in
      let row = rows[image * classCount..<(image + 1) * classCount]
      return classes.count { label in row.count { $0 > rows[image * classCount + label] } < classes.count }
    }
    #expect(try topKHits(scores: scores, labels: labels) == expected)
  }

  @Test("Other sizes")
  func sizes() throws {
    #expect(try topKHits(scores: Tensor([3], shape: [1, 1]), labels: [[0]]) == [1])
    #expect(try topKHits(scores: .zeros([0, 4]), labels: []) == [])
    #expect(try topKHits(scores: Tensor([1, 2, 3], shape: [1, 3]), labels: [[0, 1, 2]]) == [3])
  }

  @Test("Edge cases")
  func ties() throws {
    let scores = Tensor([1, 0, 1, 0, 1, 0], shape: [1, 6])
    #expect(try topKHits(scores: scores, labels: [[4]]) == [0])
    #expect(try topKHits(scores: scores, labels: [[2, 4]]) == [1])
    #expect(try topKHits(scores: scores, labels: [[1, 2, 3, 4]]) == [3])
  }

  @Test("Precision")
  func accuracies() {
    let (hits, counts) = ([3, 0, 1, 2, 0], [3, 2, 2, 3, 0])
    #expect(abs(meanAccuracy(hits: hits, labelCounts: counts) - (1 + 0 + 0.5 + 2.0 / 3) / 4) < 1e-14)
    #expect(abs(pooledAccuracy(hits: hits, labelCounts: counts) - 0.6) < 1e-14)
    #expect(meanAccuracy(hits: [2, 2], labelCounts: [2, 2]) == 1 && pooledAccuracy(hits: [0], labelCounts: [5]) == 0)
    #expect(meanAccuracy(hits: [], labelCounts: []).isNaN && pooledAccuracy(hits: [0, 0], labelCounts: [0, 0]).isNaN)
  }

  @Test("Together with other exercises")
  func perfect() throws {
    let labels = [[3], [], [0, 2], [1, 2, 3]]
    let hits = try topKHits(scores: multiHot(labels, classCount: 4), labels: labels)
    #expect(hits == labels.map(\.count))
    #expect(meanAccuracy(hits: hits, labelCounts: labels.map(\.count)) == 1)
  }

  @Test("Bad input")
  func bad() throws {
    #expect(throws: Fault.self) { try topKHits(scores: .zeros([4]), labels: [[0]]) }
    #expect(throws: Fault.self) { try topKHits(scores: .zeros([2, 4]), labels: [[0]]) }
    // A class that there is not is never among the highest.
    #expect(try topKHits(scores: Tensor([1, 2], shape: [1, 2]), labels: [[7, 1]]) == [1])
  }
}
