import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.5 Dropping labels", .exercise("6.5"))
struct Hidden6_5 {
  @Test("Other inputs", arguments: [0.02, 0.25, 0.75])
  func share(probability: Double) {
    var generator = RandomGenerator(seed: 51)
    let count = 50_000
    let labels = (0..<count).map { _ in generator.integer(below: 24) }
    let result = droppingLabels(labels, nullLabel: 24, probability: probability, using: &generator)
    let share = Double(result.count { $0 == 24 }) / Double(count)
    // Six standard deviations of a mean of `count` coin tosses: a false alarm in one of 500 million.
    #expect(abs(share - probability) < 6 * (probability * (1 - probability) / Double(count)).squareRoot())
    #expect(zip(result, labels).allSatisfy { $0 == $1 || $0 == 24 } && result.count == count)
  }

  @Test("Other sizes", arguments: [1, 2, 16])
  func batches(count: Int) {
    var generator = RandomGenerator(seed: 52)
    // Neighbors are dropped together with probability p², as independent ones are.
    let draws = 8_000
    let results = (0..<draws).map { _ in
      droppingLabels([Int](repeating: 1, count: count), nullLabel: 0, probability: 0.3, using: &generator)
    }
    #expect(results.allSatisfy { $0.count == count })
    let all = Double(results.count { $0.count == count && $0.allSatisfy { $0 == 0 } }) / Double(draws)
    var expected = 1.0
    for _ in 0..<count { expected *= 0.3 }
    // Six standard deviations: a false alarm in one of 500 million. For 16 labels 0.3¹⁶ · 8000 = 3.4e-5 draws are
    // expected, so one is let pass; two would come by chance in one of 1.7 billion.
    #expect(abs(all - expected) < 6 * (expected * (1 - expected) / Double(draws)).squareRoot() + 1 / Double(draws))
  }

  @Test("Edge cases")
  func edges() {
    var generator = RandomGenerator(seed: 53)
    #expect(droppingLabels([Int](), nullLabel: 10, probability: 0.5, using: &generator) == [])
    #expect(droppingLabels([10, 10], nullLabel: 10, probability: 0, using: &generator) == [10, 10])
    #expect(droppingLabels([0, 1], nullLabel: -1, probability: 1, using: &generator) == [-1, -1])
  }

  @Test("Other inputs")
  func otherTypes() {
    var generator = RandomGenerator(seed: 54)
    let names = [String](repeating: "red cube", count: 300)
    let result = droppingLabels(names, nullLabel: "", probability: 0.4, using: &generator)
    // Were all or none dropped by chance, it would be in one of 10⁶⁶ cases.
    #expect(Set(result) == ["red cube", ""] && result.count == 300)
  }

  @Test("Together with other exercises")
  func emptySets() throws {
    var generator = RandomGenerator(seed: 55)
    let sets = droppingLabels(
      [[Int]](repeating: [1, 2], count: 64), nullLabel: [], probability: 0.5, using: &generator)
    let sums = try multiHot(sets, classCount: 4).checked().sum(axes: [1]).scalars
    // All or none of 64 are dropped by chance in one of 10¹⁹ cases.
    #expect(sums.count == 64 && sums.allSatisfy { $0 == 0 || $0 == 2 } && sums.contains(0) && sums.contains(2))
  }
}
