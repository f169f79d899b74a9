import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.7 Top-k accuracy", .exercise("6.7"))
struct Exercise6_7 {
  /// Classes by score: 2, 0, 3, 1 for the first image; 1, 3, 2, 0 for the others.
  private let scores = Tensor([0.5, -1, 2, 0.1, -3, 9, 0, 5, -3, 9, 0, 5], shape: [3, 4])

  @Test("A hit is a label among the k highest scores, k being the number of the image's labels")
  func hits() throws {
    let hits = try topKHits(scores: scores, labels: [[2], [3], [1, 3]])
    try #require(hits.count == 3, "one number for each image, not \(hits.count)")
    #expect(hits[0] == 1, "class 2 has the highest score of all: a hit, though \(hits[0]) were counted")
    #expect(
      hits[1] == 0, "one label, so only the highest score counts, which is class 1's: class 3 is no hit; is k fixed?")
    #expect(hits[2] == 2, "two labels, and they have the two highest scores: 2 hits, not \(hits[2])")
  }

  @Test("The order of an image's labels does not count")
  func order() throws {
    for labels in [[1, 2, 3], [3, 2, 1], [2, 3, 1]] {
      #expect(
        try topKHits(scores: scores.sliced(axis: 0, 1..<2), labels: [labels]) == [3],
        "the labels \(labels) are the three highest in another order: a set is compared with a set")
    }
    #expect(
      try topKHits(scores: scores.sliced(axis: 0, 0..<1), labels: [[0, 1]]) == [1],
      "of the labels 0 and 1 one is among the two highest, 2 and 0")
  }

  @Test("Scores near 0 and below count like others: it is the order that matters")
  func noThreshold() throws {
    let low = Tensor([-0.9, -0.8, -0.7], shape: [1, 3])
    #expect(try topKHits(scores: low, labels: [[2, 1]]) == [2], "the k highest, not those above a threshold")
  }

  @Test("An image without labels has no hits; of equal scores the lower class is first")
  func corners() throws {
    #expect(try topKHits(scores: scores, labels: [[], [1], []]) == [0, 1, 0])
    let equal = Tensor.zeros([2, 30])
    #expect(
      try topKHits(scores: equal, labels: [[0, 1], [2, 29]]) == [2, 0], "of 30 equal scores classes 0 and 1 come first")
  }

  @Test("One accuracy counts images, the other labels")
  func accuracies() {
    // 1/1 and 1/3: the mean of the fractions is 2/3, of the four labels two are hits.
    let (mean, pooled) = (
      meanAccuracy(hits: [1, 1], labelCounts: [1, 3]), pooledAccuracy(hits: [1, 1], labelCounts: [1, 3])
    )
    #expect(
      abs(mean - 2.0 / 3) < 1e-12,
      mean == 0.5
        ? "the mean over images has pooled the labels: take each image's fraction first, then the mean"
        : "the mean of 1/1 and 1/3 is 2/3, not \(mean)")
    #expect(
      abs(pooled - 0.5) < 1e-12,
      abs(pooled - 2.0 / 3) < 1e-12
        ? "the pooled accuracy is a mean over images; here all labels are put in one pot"
        : "2 of 4 labels are 1/2, not \(pooled)")
  }

  @Test("The report's 0.921875 is a mean over images: 29.5 of 32, where of 72 labels it would be no whole number")
  func report() {
    // test.json: 6 images of one label, 12 of two and 14 of three. One miss in each of five images of two costs 2.5
    // images.
    let labelCounts = [Int](repeating: 1, count: 6) + [Int](repeating: 2, count: 12) + [Int](repeating: 3, count: 14)
    let hits = labelCounts.enumerated().map { (6..<11).contains($0) ? 1 : $1 }
    let (mean, pooled) = (
      meanAccuracy(hits: hits, labelCounts: labelCounts), pooledAccuracy(hits: hits, labelCounts: labelCounts)
    )
    // 27 + 5 · ½ is exact.
    #expect(abs(mean - 0.921875) < 1e-12, "the mean over 32 images is \(mean), not 29.5/32")
    #expect(abs(pooled - 67.0 / 72) < 1e-12, "of the 72 labels 67 were found, but the pooled accuracy is \(pooled)")
  }

  @Test("Images without labels are left out; of nothing at all there is no accuracy")
  func nothing() {
    let mean = meanAccuracy(hits: [0, 1], labelCounts: [0, 1])
    #expect(
      mean == 1, "0 of 0 labels is neither right nor wrong: the other image alone counts, but the mean is \(mean)")
    #expect(pooledAccuracy(hits: [0, 1], labelCounts: [0, 1]) == 1)
    #expect(meanAccuracy(hits: [0], labelCounts: [0]).isNaN && pooledAccuracy(hits: [], labelCounts: []).isNaN)
  }

  @Test("Scores that do not fit the labels are an error")
  func misfit() throws {
    #expect(throws: Fault.self) { try topKHits(scores: scores, labels: [[1]]) }
    #expect(throws: Fault.self) { try topKHits(scores: Tensor(fault: Fault("no scores")), labels: [[1]]) }
    #expect(try topKHits(scores: scores, labels: [[2], [1], [1]]) == [1, 1, 1], "scores that do fit are none")
  }
}
