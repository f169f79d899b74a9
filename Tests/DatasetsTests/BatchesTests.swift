import Datasets
import Testing

@Suite struct BatchesTests {
  @Test("every epoch visits each image exactly once", arguments: [(10, 3), (8, 4), (1, 5), (7, 1), (1000, 128)])
  func coversEachEpoch(count: Int, size: Int) throws {
    let batches = Batches(of: count, size: size, seed: 3)
    let perEpoch = try #require(batches.batchesPerEpoch)
    #expect(perEpoch == Int((Double(count) / Double(size)).rounded(.up)), "the last, partial batch must be counted")
    for epoch in 0..<3 {
      let visits = (0..<perEpoch).map { batches.indices(step: epoch * perEpoch + $0) }
      #expect(visits.flatMap { $0 }.sorted() == Array(0..<count), "epoch \(epoch) repeats or misses an image")
      #expect(visits.dropLast().allSatisfy { $0.count == size }, "only the last batch may be smaller")
    }
  }

  @Test("the order depends on the seed and the epoch, and on nothing else")
  func ordersDiffer() {
    let batches = Batches(of: 100, size: 100, seed: 3)
    #expect(batches.indices(step: 5) == batches.indices(step: 5), "a step asked for twice must give the same images")
    #expect(batches.indices(step: 0) != batches.indices(step: 1), "each epoch needs its own order")
    #expect(batches.indices(step: 0) != Batches(of: 100, size: 100, seed: 4).indices(step: 0), "the seed has no effect")
    let small = Batches(of: 100, size: 30, seed: 3)
    #expect((4..<8).flatMap { small.indices(step: $0) } == batches.indices(step: 1), "the batch size changes the order")
  }

  // The published seed of a course must mean the same order next year. (Computed by this code; a change is a break.)
  @Test("the order is fixed for good") func isStable() {
    #expect(Batches(of: 10, size: 10, seed: 1).indices(step: 0) == [4, 0, 6, 8, 5, 1, 9, 3, 2, 7])
  }

  @Test("all orders are equally likely") func isUniform() {
    var tally: [[Int]: Int] = [:]
    for seed in 0..<6000 { tally[Batches(of: 3, size: 3, seed: UInt64(seed)).indices(step: 0), default: 0] += 1 }
    #expect(tally.count == 6, "some order of three images never comes")
    // Binomial with 6000 draws of probability 1/6: mean 1000, standard deviation 29; five of them are 145.
    for (order, times) in tally { #expect(abs(times - 1000) < 145, "the order \(order) came \(times) times") }
  }

  @Test("an unlimited source goes on for ever without repeating") func unlimited() {
    let batches = Batches(of: nil, size: 4, seed: 9)
    #expect(batches.batchesPerEpoch == nil)
    #expect(batches.indices(step: 0) == [0, 1, 2, 3])
    #expect(batches.indices(step: 2) == [8, 9, 10, 11])
  }

  @Test("nonsense gives empty batches instead of a crash") func degenerate() {
    #expect(Batches(of: 0, size: 4, seed: 0).indices(step: 0).isEmpty)
    #expect(Batches(of: -3, size: 4, seed: 0).batchesPerEpoch == 0)
    #expect(Batches(of: 5, size: 0, seed: 0).indices(step: 0).isEmpty)
    #expect(Batches(of: 5, size: -1, seed: 0).batchesPerEpoch == 0)
    #expect(Batches(of: 5, size: 2, seed: 0).indices(step: -1).isEmpty)
    #expect(Batches(of: 5, size: .max, seed: 0).indices(step: 1).count == 5)
    #expect(Batches(of: nil, size: 2, seed: 0).indices(step: .max).count == 2)
  }
}
