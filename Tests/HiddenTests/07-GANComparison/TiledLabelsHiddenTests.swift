import GANComparison
import Learning
import Tensors
import TestSupport
import Testing

@Suite("7.9 Labels for both players", .exercise("7.9"))
struct Hidden7_9 {
  @Test("Other sizes", arguments: [(1, 1, 1, 1, 1), (4, 4, 4, 4, 4), (2, 3, 5, 3, 7), (3, 2, 3, 1, 3)])
  func tiles(_ s: (count: Int, height: Int, width: Int, channels: Int, labelWidth: Int)) throws {
    var generator = RandomGenerator(seed: 91)
    let layer = TiledLabels(classCount: 6, labelWidth: s.labelWidth, using: &generator)
    let labels = (0..<s.count).map { _ in generator.integer(below: 6) }
    let images = Tensor.normal([s.count, s.height, s.width, s.channels], using: &generator)
    let table = layer.table.weight.value.detached
    let result = try layer(images, labels: labels).checked()
    try #require(result.shape == [s.count, s.height, s.width, s.channels + s.labelWidth])
    var wrong = 0
    for n in 0..<s.count {
      for y in 0..<s.height {
        for x in 0..<s.width {
          for c in 0..<s.channels where result[n, y, x, c] != images[n, y, x, c] { wrong += 1 }
          for k in 0..<s.labelWidth where result[n, y, x, s.channels + k] != table[labels[n], k] { wrong += 1 }
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test("Other inputs", arguments: [(1, 3, 2), (6, 4, 4), (3, 1, 9)])
  func latents(count: Int, latentWidth: Int, labelWidth: Int) throws {
    var generator = RandomGenerator(seed: 92)
    let layer = LatentLabels(classCount: 5, labelWidth: labelWidth, using: &generator)
    let labels = (0..<count).map { _ in generator.integer(below: 5) }
    let z = Tensor.normal([count, latentWidth], using: &generator)
    let result = try layer(z, labels: labels).checked().detached
    try #require(result.shape == [count, latentWidth + labelWidth])
    #expect(result.sliced(axis: 1, 0..<latentWidth) == z)
    #expect(
      result.sliced(axis: 1, latentWidth..<latentWidth + labelWidth)
        == layer.table.weight.value.detached.gathered(rows: labels))
  }

  @Test("Together with other exercises")
  func report() throws {
    var generator = RandomGenerator(seed: 93)
    let (latent, tiled) = (
      LatentLabels(classCount: 10, labelWidth: 10, using: &generator),
      TiledLabels(classCount: 10, labelWidth: 10, using: &generator)
    )
    // The conditional networks of report 004.
    let maker = Generator(latentWidth: 138, widths: [256, 256, 64], using: &generator)
    let judge = Discriminator(imageChannels: 13, using: &generator)
    #expect(maker.parameterCount + latent.parameterCount == 1_880_292)
    #expect(judge.parameterCount + tiled.parameterCount == 673_636)
    let images = try maker(latent(.normal([2, 128], using: &generator), labels: [3, 6])).checked()
    #expect(images.shape == [2, 32, 32, 3])
    #expect(try judge(tiled(images, labels: [3, 6])).checked().shape == [2])
  }

  @Test("Edge cases")
  func gradients() throws {
    var generator = RandomGenerator(seed: 94)
    let layer = TiledLabels(classCount: 3, labelWidth: 2, using: &generator)
    let upstream = Tensor.normal([2, 2, 2, 3], using: &generator)
    let result = try layer(.zeros([2, 2, 2, 1]), labels: [1, 1]).checked()
    let gradient = try #require(result.gradients(from: upstream)[layer.table.weight])
    let sum = upstream.sliced(axis: -1, 1..<3).sum(axes: [0, 1, 2]).reshaped([1, 2])
    let none = Tensor.zeros([1, 2])
    expectClose(gradient, .concatenated([none, sum, none], axis: 0), "gradient", tolerance: 1e-5)
  }

  @Test("Bad input")
  func bad() {
    var generator = RandomGenerator(seed: 95)
    let (latent, tiled) = (
      LatentLabels(classCount: 3, labelWidth: 2, using: &generator),
      TiledLabels(classCount: 3, labelWidth: 2, using: &generator)
    )
    #expect(latent(.ones([1, 4]), labels: [3]).fault != nil)
    #expect(latent(.ones([1, 4]), labels: [0, 1]).fault != nil)
    #expect(tiled(.ones([1, 4, 4, 1]), labels: [-1]).fault != nil)
    #expect(tiled(.ones([2, 4, 4]), labels: [0, 1]).fault != nil)
    #expect(latent(.ones([1, 4]), labels: [2]).fault == nil && tiled(.ones([1, 4, 4, 1]), labels: [2]).fault == nil)
  }
}
