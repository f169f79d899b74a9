import Conditioning
import Learning
import Tensors
import TestSupport
import Testing

@Suite("6.2 Label embeddings", .exercise("6.2"))
struct Hidden6_2 {
  @Test("Other inputs", arguments: [5, 6] as [UInt64])
  func random(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let layer = LabelEmbedding(classCount: 11, width: 16, using: &generator)
    let labels = (0..<9).map { _ in generator.integer(below: 11) }
    let time = Tensor.normal([9, 16], using: &generator)
    let table = layer.table.weight.value.scalars
    let expected = time.scalars.enumerated().map { $1 + table[labels[$0 / 16] * 16 + $0 % 16] }
    expectClose(try layer(time, labels: labels).checked(), Tensor(expected, shape: [9, 16]), "sum", tolerance: 1e-6)
  }

  @Test("Other sizes", arguments: [(1, 24, 32), (5, 24, 8), (3, 2, 1)])
  func sets(count: Int, classCount: Int, width: Int) throws {
    var generator = RandomGenerator(seed: 7)
    let layer = LabelSetEmbedding(classCount: classCount, width: width, using: &generator)
    let time = Tensor.normal([count, width], using: &generator)
    let rows = Tensor(
      (0..<count * classCount).map { _ in generator.uniform() < 0.3 ? 1 : 0 }, shape: [count, classCount])
    expectClose(
      try layer(time, labels: rows).checked(), (time + layer.projection(rows)).detached, "sum", tolerance: 1e-5)
  }

  @Test("Edge cases")
  func edges() throws {
    var generator = RandomGenerator(seed: 8)
    let layer = LabelEmbedding(classCount: 3, width: 4, using: &generator)
    #expect(try layer(.zeros([0, 4]), labels: []).checked().shape == [0, 4])
    let sets = LabelSetEmbedding(classCount: 3, width: 4, using: &generator)
    let bias = try #require(sets.projection.bias).value.detached
    #expect(try sets(.zeros([1, 4]), labels: .zeros([1, 3])).checked().detached == bias.reshaped([1, 4]))
  }

  @Test("Together with other exercises")
  func agreement() throws {
    var generator = RandomGenerator(seed: 9)
    let (single, sets) = (
      LabelEmbedding(classCount: 4, width: 6, using: &generator),
      LabelSetEmbedding(classCount: 4, width: 6, using: &generator)
    )
    single.table.weight.value = sets.projection.weight.value
    let bias = try #require(sets.projection.bias).value.detached
    let time = Tensor.normal([3, 6], using: &generator)
    expectClose(
      try sets(time, labels: oneHot([3, 0, 1], classCount: 4)).checked(),
      try single(time, labels: [3, 0, 1]).checked().detached + bias, "one-hot set and label", tolerance: 1e-6)
  }

  @Test("Bad input")
  func bad() {
    var generator = RandomGenerator(seed: 10)
    let layer = LabelEmbedding(classCount: 3, width: 4, using: &generator)
    #expect(layer(.zeros([2, 4]), labels: [1]).fault != nil)
    #expect(layer(.zeros([2, 5]), labels: [1, 2]).fault != nil)
    #expect(layer(.zeros([2, 4]), labels: [1, 3]).fault != nil)
    let sets = LabelSetEmbedding(classCount: 3, width: 4, using: &generator)
    #expect(sets(.zeros([2, 4]), labels: .zeros([2, 5])).fault != nil)
    // So that a missing answer does not pass for a refusal.
    #expect(layer(.zeros([2, 4]), labels: [1, 2]).fault == nil)
  }
}
