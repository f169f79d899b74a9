import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.5 Dropping labels", .exercise("6.5"))
struct Exercise6_5 {
  private func dropped(_ labels: [Int], probability: Double, seed: UInt64) -> [Int] {
    var generator = RandomGenerator(seed: seed)
    return droppingLabels(labels, nullLabel: 10, probability: probability, using: &generator)
  }

  @Test("As many labels come back, in order, each its own or the null label")
  func placesStay() throws {
    let labels = (0..<200).map { $0 % 10 }
    let result = dropped(labels, probability: 0.3, seed: 1)
    try #require(
      result.count == labels.count, "\(labels.count) labels must stay \(labels.count): they are replaced, not removed")
    let wrong = zip(result, labels).first { $0 != $1 && $0 != 10 }
    #expect(wrong == nil, "label \(wrong?.1 ?? 0) became \(wrong?.0 ?? 0): only the null label, 10, may take its place")
  }

  @Test("The share of null labels is the probability", arguments: [0.1, 0.5, 0.9])
  func share(probability: Double) throws {
    let count = 20_000
    let result = dropped([Int](repeating: 3, count: count), probability: probability, seed: 2)
    try #require(result.count == count, "all labels must come back, dropped or not")
    let share = Double(result.count { $0 == 10 }) / Double(count)
    // Six standard deviations of a mean of `count` coin tosses: a false alarm in one of 500 million.
    let margin = 6 * (probability * (1 - probability) / Double(count)).squareRoot()
    let message =
      share == 0
      ? "no label was ever dropped"
      : share == 1
        ? "all labels were dropped: chance must decide for each image, not once for the batch"
        : abs(share - (1 - probability)) < margin
          ? "the probability is that of dropping, not that of keeping" : "the share of dropped labels is off"
    #expect(abs(share - probability) < margin, "\(message): \(share) of them, where the probability is \(probability)")
  }

  @Test("Chance decides for each image, not for the batch")
  func perImage() throws {
    var generator = RandomGenerator(seed: 3)
    let batches = (0..<400).map { _ in
      droppingLabels([1, 2, 3, 4], nullLabel: 10, probability: 0.5, using: &generator)
    }
    try #require(batches.allSatisfy { $0.count == 4 }, "all labels must come back, dropped or not")
    let mixed = batches.count { batch in Set(batch.map { $0 == 10 }).count == 2 }
    #expect(
      mixed != 0,
      Set(batches.joined()).count == 5
        ? "in 400 batches of four either all labels were dropped or none: one decision for each batch, not for each image"
        : "in 400 batches of four all labels met the same fate: is chance asked at all?")
    // A batch is mixed with probability 1 − 2 / 2⁴ = 0.875: 350 ± 6.6 of 400.
    // Six deviations: a false alarm in 500 million.
    #expect(
      abs(mixed - 350) < 40,
      "\(mixed) of 400 batches are mixed, where about 350 should be: are the decisions independent?")
  }

  @Test("Never and always", arguments: [0, 1] as [Double])
  func ends(probability: Double) throws {
    let labels = [Int](repeating: 7, count: 5_000)
    let result = dropped(labels, probability: probability, seed: 4)
    try #require(result.count == labels.count, "all labels must come back, dropped or not")
    let count = result.count { $0 == 10 }
    #expect(
      count == (probability == 0 ? 0 : 5_000),
      "with probability \(probability) \(count) of 5000 labels were dropped; with 0 none is, with 1 all are")
  }

  @Test("Of sets of labels the empty one says nothing")
  func sets() throws {
    var generator = RandomGenerator(seed: 5)
    let sets = [[Int]](repeating: [2, 5], count: 500)
    let result = droppingLabels(sets, nullLabel: [], probability: 0.5, using: &generator)
    try #require(result.count == sets.count, "all sets must come back, dropped or not")
    #expect(result.allSatisfy { $0 == [] || $0 == [2, 5] }, "a set is dropped as a whole")
    #expect(result.contains([]) && result.contains([2, 5]), "of 500 sets about half are dropped")
  }

  @Test("All chance comes from the generator that is passed in")
  func generator() throws {
    let labels = [Int](repeating: 0, count: 100)
    let first = dropped(labels, probability: 0.5, seed: 6)
    try #require(first.count == labels.count, "all labels must come back, dropped or not")
    #expect(
      first == dropped(labels, probability: 0.5, seed: 6),
      "the same seed must drop the same labels, so that a run can be repeated")
    #expect(first != dropped(labels, probability: 0.5, seed: 7), "another seed must drop others")
    var generator = RandomGenerator(seed: 6)
    let twice = (0..<2).map { _ in droppingLabels(labels, nullLabel: 10, probability: 0.5, using: &generator) }
    #expect(twice[0] != twice[1], "the generator must move on: two batches in a row dropped the same places")
  }
}
