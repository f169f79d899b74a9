/// Which images a training sees at which step: a pure function of the step number, so that a training is resumed
/// exactly by going on with the next step.
///
/// Every epoch visits each image once, in an order of its own that depends on the seed and the epoch alone. The last
/// batch of an epoch holds what is left and may be smaller, as in a PyTorch `DataLoader`. An unlimited source has no
/// epochs: its images follow each other and none comes twice.
public struct Batches: Hashable, Sendable {
  /// How many images there are; nil for an unlimited source.
  public let count: Int?
  /// How many images a batch holds, except perhaps the last of an epoch.
  public let size: Int
  /// Chooses the order within the epochs.
  public let seed: UInt64

  /// Batches of `size` images out of `count`.
  ///
  /// A size or count below 1 leaves nothing to visit: every batch is empty.
  public init(of count: Int?, size: Int, seed: UInt64) {
    self.count = count.map { max($0, 0) }
    self.size = max(size, 0)
    self.seed = seed
  }

  /// The number of batches in an epoch; nil for an unlimited source.
  public var batchesPerEpoch: Int? {
    count.map { $0 == 0 || size == 0 ? 0 : ($0 - 1) / size + 1 }
  }

  /// The indices of the images to use at a step, where the first step is 0; none before it.
  public func indices(step: Int) -> [Int] {
    guard step >= 0 else { return [] }
    guard let count, let batchesPerEpoch else {
      let start = step &* size
      return (0..<size).map { start &+ $0 }
    }
    guard batchesPerEpoch > 0 else { return [] }
    let (epoch, batch) = step.quotientAndRemainder(dividingBy: batchesPerEpoch)
    let start = batch * size
    let end = size < count - start ? start + size : count
    return Array(shuffled(count, upTo: end, epoch: epoch)[start..<end])
  }

  /// The first `end` places of the order of one epoch, by the shuffle of Fisher and Yates: place after place draws from
  /// the images that are left. The rest is not shuffled.
  private func shuffled(_ count: Int, upTo end: Int, epoch: Int) -> [Int] {
    var generator = SplitMix64(seed: seed, index: UInt64(epoch))
    var order = Array(0..<count)
    for place in 0..<end { order.swapAt(place, place + generator.integer(below: count - place)) }
    return order
  }
}
