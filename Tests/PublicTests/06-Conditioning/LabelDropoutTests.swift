import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.5 Dropping labels", .exercise("6.5"))
struct Exercise6_5 {
  private func dropped(_ labels: [Int], probability: Double, seed: UInt64) throws -> [Int] {
    var generator = RandomGenerator(seed: seed)
    return try dropped(labels, probability: probability, using: &generator)
  }

  /// What is left of labels, once it is as many.
  private func dropped(
    _ labels: [Int], probability: Double, using generator: inout RandomGenerator
  ) throws -> [Int] {
    let result = droppingLabels(labels, nullLabel: 10, probability: probability, using: &generator)
    try #require(
      result.count == labels.count,
      "labels are replaced, not removed, so they stay as many: yours are \(result.count) instead of \(labels.count)")
    return result
  }

  @Test("As many labels come back, in order, each its own or the null label")
  func placesStay() throws {
    let labels = (0..<200).map { $0 % 10 }
    let result = try dropped(labels, probability: 0.3, seed: 1)
    let wrong = result.indices.first { result[$0] != labels[$0] && result[$0] != 10 } ?? 0
    #expect(
      zip(result, labels).allSatisfy { $0 == $1 || $0 == 10 },
      """
      only the null label may take a label's place, in which the others stay: label \(wrong) of yours is \(result[wrong]) instead \
      of \(labels[wrong]) or 10
      """
    )
  }

  @Test("The share of null labels is the probability", arguments: [0.1, 0.5, 0.9])
  func share(probability: Double) throws {
    let count = 20_000
    let result = try dropped([Int](repeating: 3, count: count), probability: probability, seed: 2)
    let share = Double(result.count { $0 == 10 }) / Double(count)
    // Six standard deviations of a mean of `count` coin tosses: a false alarm in one of 500 million.
    let margin = 6 * (probability * (1 - probability) / Double(count)).squareRoot()
    // All or nothing says little of a single batch, so some more are asked for: by chance 300 of them are alike in one of
    // 10¹³ cases, which is 0.9³⁰⁰.
    var generator = RandomGenerator(seed: 8)
    let others = try (0..<300).map { _ in try dropped([3, 3], probability: probability, using: &generator) }
    let fates = Set(others.map { $0.map { $0 == 10 } })
    let sentence =
      fates == [[true, true], [false, false]]
      ? "a whole batch meets one fate: chance must decide for each image by itself"
      : fates == [[false, false]] && share == 0
        ? "no label was ever dropped"
        : fates == [[true, true]] && share == 1
          ? "all labels are dropped, whatever the probability"
          : probability != 0.5 && abs(share - (1 - probability)) < margin
            ? "the probability is that of dropping, not that of keeping"
            : "the share of dropped labels is off by more than chance explains"
    #expect(
      abs(share - probability) < margin,
      "\(sentence): yours is \(share) of \(count) labels instead of about \(probability)")
  }

  @Test("Chance decides for each image, not for the batch")
  func perImage() throws {
    var generator = RandomGenerator(seed: 3)
    let batches = try (0..<400).map { _ in try dropped([1, 2, 3, 4], probability: 0.5, using: &generator) }
    let mixed = batches.count { batch in Set(batch.map { $0 == 10 }).count == 2 }
    let all = batches.count { $0.allSatisfy { $0 == 10 } }
    let sentence =
      mixed > 0
      ? "the number of batches of which a part is dropped is off by more than chance explains: is each label decided by itself?"
      : all > 0 && all < 400
        ? "each batch was dropped altogether or not at all: one decision for each batch, not for each image"
        : all == 400 ? "every label of every batch was dropped" : "no label of any batch was dropped"
    // A batch is mixed with probability 1 − 2 / 2⁴ = 0.875: 350 ± 6.6 of 400.
    // Six deviations: a false alarm in 500 million.
    #expect(
      abs(mixed - 350) < 40,
      "\(sentence) (a part is dropped in \(mixed) of 400 batches of four, instead of in about 350)")
  }

  @Test("Never and always")
  func ends() throws {
    let labels = [Int](repeating: 7, count: 5_000)
    let counts = try [0, 1].map { try dropped(labels, probability: $0, seed: 4).count { $0 == 10 } }
    // The ends may be asked for by themselves, so what happens between them tells more.
    let quarter = try dropped(labels, probability: 0.25, seed: 9).count { $0 == 10 }
    // Six standard deviations of a count, √(5000 · ¼ · ¾) each.
    let isExchanged = abs(quarter - 3_750) < 184 || counts == [5_000, 0]
    #expect(
      counts == [0, 5_000],
      likelyMistake(
        counts, insteadOf: [0, 5_000], [:],
        otherwise: isExchanged
          ? "the probability is that of dropping, not that of keeping"
          : counts == [0, 0] && quarter == 0
            ? "no label is dropped, whatever the probability"
            : counts == [5_000, 5_000] && quarter == 5_000
              ? "all labels are dropped, whatever the probability"
              : "with the probability 0 none of the labels is dropped, with 1 all are"
      ).about("how many of 5000 labels are dropped, first with the probability 0, then with 1"))
  }

  @Test("Of sets of labels the empty one says nothing")
  func sets() throws {
    var generator = RandomGenerator(seed: 5)
    let sets = [[Int]](repeating: [2, 5], count: 500)
    let result = droppingLabels(sets, nullLabel: [], probability: 0.5, using: &generator)
    try #require(
      result.count == sets.count, "sets are replaced, not removed: yours are \(result.count) instead of \(sets.count)")
    let odd = result.first { $0 != [] && $0 != [2, 5] }
    #expect(
      odd == nil, "a set is dropped as a whole or not at all: one of yours is \(odd ?? []) instead of [] or [2, 5]")
    let empty = result.count { $0.isEmpty }
    // None or all of 500 would be dropped by chance in one of 10¹⁵⁰ cases.
    #expect(empty > 0 && empty < 500, "of 500 sets about half are dropped: yours are \(empty) instead of about 250")
  }

  @Test("All chance comes from the generator that is passed in")
  func generator() throws {
    let labels = [Int](repeating: 0, count: 100)
    let first = try dropped(labels, probability: 0.5, seed: 6)
    let count = first.count { $0 == 10 }
    // None or all of 100, or the same ones for two seeds, by chance: one of 10³⁰ cases.
    try #require(
      count > 0 && count < 100, "of 100 labels about half are dropped: yours are \(count) instead of about 50")
    let again = try first == dropped(labels, probability: 0.5, seed: 6)
    #expect(
      again,
      "the same seed must drop the same labels, so that runs can be repeated: yours dropped others the second time")
    let others = try first != dropped(labels, probability: 0.5, seed: 7)
    #expect(others, "another seed must drop other labels: yours dropped the same")
    var generator = RandomGenerator(seed: 6)
    let twice = try (0..<2).map { _ in try dropped(labels, probability: 0.5, using: &generator) }
    let hasMovedOn = twice[0] != twice[1]
    #expect(hasMovedOn, "the generator must move on: yours dropped the same places in two batches in a row")
  }

  @Test("One number is drawn for each image, in order, whatever the probability")
  func draws() {
    let labels = Array(0..<12)
    for probability in [0, 0.4, 1] {
      var (generator, other) = (RandomGenerator(seed: 77), RandomGenerator(seed: 77))
      let found = droppingLabels(labels, nullLabel: 99, probability: probability, using: &generator)
      let numbers = labels.map { _ in Double(other.uniform()) }
      let right = zip(labels, numbers).map { label, number in number < probability ? 99 : label }
      #expect(
        found == right,
        "with the probability \(probability) those images lose their labels whose numbers, drawn in order, are less: yours are \(found) instead of \(right)"
      )
      #expect(
        generator.next() == other.next(),
        "with the probability \(probability) the generator has not moved on by one number for each image")
    }
  }

  @Test("A number that equals the probability keeps the label")
  func equality() {
    var generator = RandomGenerator(seed: 78)
    var copy = generator
    let probability = Double(copy.uniform())
    #expect(
      droppingLabels([5], nullLabel: 9, probability: probability, using: &generator) == [5],
      "a label is replaced where the number is less than the probability, not where it equals it")
  }

  @Test("The number is compared as a Double with the probability")
  func exactly() {
    for seed in 80..<90 as Range<UInt64> {
      var generator = RandomGenerator(seed: seed)
      var copy = generator
      // Just above the number: as a Float they would be equal.
      let probability = Double(copy.uniform()).nextUp
      #expect(
        droppingLabels([5], nullLabel: 9, probability: probability, using: &generator) == [9],
        "a number that is less than the probability, by however little, drops the label: convert the number to a Double, and not the probability to a Float"
      )
    }
  }
}
