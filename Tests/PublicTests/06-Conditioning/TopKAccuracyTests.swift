import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.7 Top-k accuracy", .exercise("6.7"))
struct Exercise6_7 {
  /// Classes by score: 2, 0, 3, 1 for the first image; 1, 3, 2, 0 for the others.
  private let scores = Tensor([0.5, -1, 2, 0.1, -3, 9, 0, 5, -3, 9, 0, 5, -3, 9, 0, 5], shape: [4, 4])

  /// The hits, once there is a number for each image.
  private func hits(_ scores: Tensor, _ labels: [[Int]]) throws -> [Int] {
    let hits = try topKHits(scores: scores, labels: labels)
    try #require(
      hits.count == labels.count,
      "there is one number for each image: yours are \(hits.count) instead of \(labels.count)")
    return hits
  }

  @Test("A hit is a label among the k highest scores, k being the number of the image's labels")
  func hits() throws {
    let found = try hits(scores, [[2], [3], [1, 3], [0]])
    #expect(
      found == [1, 0, 2, 0],
      likelyMistake(
        found, insteadOf: [1, 0, 2, 0],
        [
          "of the third image only one hit is counted, where the two highest scores are both of its labels": [
            1, 0, 1, 0,
          ],
          "class 3 of the second image is no hit: it has one label, so only the highest score counts": [1, 1, 2, 0],
          "every label is a hit, whatever its score": [1, 1, 2, 1],
          "the lowest scores are taken; the highest are wanted": [0, 0, 0, 1],
        ], otherwise: "of an image with k labels, those are hits that are among its k highest scores"
      ).about("scores that rank the classes 2, 0, 3, 1, then 1, 3, 2, 0 three times, and labels [2], [3], [1, 3], [0]"))
  }

  @Test("The order of an image's labels does not count")
  func order() throws {
    let row = scores.sliced(axis: 0, 1..<2)
    let orders = try [[1, 2, 3], [3, 2, 1], [2, 3, 1]].map { try hits(row, [$0])[0] }
    #expect(
      orders == [3, 3, 3],
      likelyMistake(
        orders, insteadOf: [3, 3, 3], [:],
        otherwise: Set(orders).count > 1
          ? "the order of the labels makes a difference; a set is compared with a set"
          : "the labels are the three highest"
      ).about("the labels [1, 2, 3], [3, 2, 1] and [2, 3, 1]"))
    let found = try hits(scores.sliced(axis: 0, 0..<1), [[0, 1]])
    #expect(
      found == [1],
      "of the labels 0 and 1 one is among the two highest, 2 and 0: yours are \(found[0]) hits instead of 1")
  }

  @Test("Scores near 0 and below count like others: it is the order that matters")
  func noThreshold() throws {
    let found = try hits(Tensor([-0.9, -0.8, -0.7], shape: [1, 3]), [[2, 1]])
    #expect(
      found == [2],
      likelyMistake(
        found, insteadOf: [2], ["no score is above 0, yet the k highest count, not those above a threshold": [0]],
        otherwise: "of three scores below 0, classes 1 and 2 have the highest"))
  }

  @Test("Large scores differ as small ones do")
  func largeScores() throws {
    let found = try hits(Tensor([20, 30, 25, -400, -100, -300], shape: [2, 3]), [[1], [1, 2]])
    #expect(
      found == [1, 2],
      likelyMistake(
        found, insteadOf: [1, 2],
        [
          "large scores count as equal, as after a sigmoid or a softmax in Float: compare the scores themselves": [
            0, 1,
          ],
          "large differences are lost, as after a softmax in Float: compare the scores themselves": [1, 1],
        ], otherwise: "the highest of 20, 30 and 25 is class 1, and the two highest of −400, −100, −300 are 1 and 2"))
  }

  @Test("An image without labels has no hits; of equal scores the lower class is first")
  func corners() throws {
    let found = try hits(scores.sliced(axis: 0, 0..<3), [[], [1], []])
    #expect(found == [0, 1, 0], "an image without labels has 0 hits: yours is \(found) instead of [0, 1, 0]")
    let strange = try hits(scores.sliced(axis: 0, 0..<2), [[9, -1, 3], [9, 3]])
    #expect(
      strange == [1, 1],
      likelyMistake(
        strange, insteadOf: [1, 1],
        ["what is no class counts in k: labels 9 and 3 are two, so the two highest scores count": [0, 0]],
        otherwise: "what is no class is never a hit, but counts in k"
      ).about("four classes, the labels [9, −1, 3] and [9, 3]"))
    let equal = try hits(.zeros([2, 30]), [[0, 1], [2, 29]])
    #expect(
      equal == [2, 0],
      likelyMistake(
        equal, insteadOf: [2, 0], ["of equal scores the higher class comes first; the lower is to": [0, 1]],
        otherwise: "of 30 equal scores those of classes 0 and 1 come first"))
  }

  @Test("One accuracy counts images, the other labels")
  func accuracies() {
    // 1/1, 1/3 and 2/4: the mean of the fractions is 11/18; of the eight labels four are hits.
    let (hits, counts) = ([1, 1, 2], [1, 3, 4])
    let (mean, pooled) = (
      meanAccuracy(hits: hits, labelCounts: counts), pooledAccuracy(hits: hits, labelCounts: counts)
    )
    #expect(
      abs(mean - 11.0 / 18) < 1e-12,
      likelyMistake(
        mean, insteadOf: 11.0 / 18,
        [
          "the mean over images has pooled the labels: take each image's fraction first, then the mean": 0.5,
          "whole numbers are divided, which cuts 1/3 and 2/4 down to 0": 1.0 / 3,
          "the fractions are added up and not divided by the number of images": 11.0 / 6,
          "these are hits for each image; divide each image's hits by its number of labels": 4.0 / 3,
          "the fractions are upside down: hits over labels": 2,
        ], otherwise: "the mean over images of 1/1, 1/3 and 2/4 is off"))
    #expect(
      abs(pooled - 0.5) < 1e-12,
      likelyMistake(
        pooled, insteadOf: 0.5,
        [
          "the pooled accuracy is a mean over images; here all labels are put in one pot": 11.0 / 18,
          "whole numbers are divided, which cuts 4/8 down to 0": 0,
          "these are hits for each image; divide by the number of all labels": 4.0 / 3,
          "the fraction is upside down: hits over labels": 2,
        ], otherwise: "of all eight labels four are hits"))
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
    #expect(
      abs(mean - 0.921875) < 1e-12,
      likelyMistake(
        mean, insteadOf: 0.921875,
        [
          "the mean over images has pooled the labels, of which 67 of 72 were found": 67.0 / 72,
          "whole numbers are divided, which cuts the five halves down to 0": 27.0 / 32,
        ], otherwise: "of 32 images 27 are found altogether and 5 by half"))
    #expect(
      abs(pooled - 67.0 / 72) < 1e-12,
      likelyMistake(
        pooled, insteadOf: 67.0 / 72,
        [
          "the pooled accuracy is a mean over images; here all labels are put in one pot": 0.921875,
          "whole numbers are divided, which cuts 67/72 down to 0": 0,
        ], otherwise: "of 72 labels 67 were found"))
  }

  @Test("Images without labels are left out; of nothing at all there is no accuracy")
  func nothing() {
    let mean = meanAccuracy(hits: [0, 1], labelCounts: [0, 1])
    #expect(
      mean == 1,
      likelyMistake(
        mean, insteadOf: 1, ["an image without labels counts as missed; it is to be left out": 0.5],
        otherwise: "0 of 0 labels is neither right nor wrong: the other image alone counts"))
    // A wrong image beside an empty one: 1/2, 0/3 and 2/2, and nothing of the empty one.
    let (hits, counts) = ([1, 0, 0, 2], [2, 3, 0, 2])
    let some = meanAccuracy(hits: hits, labelCounts: counts)
    #expect(
      abs(some - 0.5) < 1e-12,
      likelyMistake(
        some, insteadOf: 0.5,
        [
          "an image with labels and no hit counts too, as 0: only images without labels are left out": 0.75,
          "an image without labels counts as missed; it is to be left out": 0.375,
          "an image without labels counts as found; it is to be left out": 0.625,
          "the mean over images has pooled the labels": 3.0 / 7,
        ], otherwise: "the mean of 1/2, 0/3 and 2/2 is 1/2, without the image that has no labels"))
    let pooledOfSome = pooledAccuracy(hits: hits, labelCounts: counts)
    #expect(
      abs(pooledOfSome - 3.0 / 7) < 1e-12,
      likelyMistake(
        pooledOfSome, insteadOf: 3.0 / 7,
        [
          "labels of an image without a hit count too": 0.75,
          "the pooled accuracy is a mean over images; here all labels are put in one pot": 0.5,
        ], otherwise: "of seven labels three are hits"))
    let pooled = pooledAccuracy(hits: [0, 1], labelCounts: [0, 1])
    #expect(pooled == 1, "of one label one was found: yours is \(pooled) instead of 1")
    let (noMean, noPooled) = (meanAccuracy(hits: [0], labelCounts: [0]), pooledAccuracy(hits: [], labelCounts: []))
    #expect(noMean.isNaN, "where no image has a label there is no mean: yours is \(noMean) instead of NaN")
    #expect(noPooled.isNaN, "where there is no label there is no fraction of them: yours is \(noPooled) instead of NaN")
  }

  @Test("Scores that do not fit the labels are an error")
  func misfit() throws {
    #expect(throws: Fault.self, "scores of four images do not fit the labels of one") {
      try topKHits(scores: scores, labels: [[1]])
    }
    #expect(throws: Fault.self, "faulty scores have no hits") {
      try topKHits(scores: Tensor(fault: Fault("no scores")), labels: [[1]])
    }
    let found = try topKHits(scores: scores, labels: [[2], [1], [1], [1]])
    #expect(found == [1, 1, 1, 1], "scores of four images fit four labels: yours is \(found) instead of [1, 1, 1, 1]")
  }
}
