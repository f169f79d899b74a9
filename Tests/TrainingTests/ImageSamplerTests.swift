import Foundation
import Learning
import Reports
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@testable import Training

@Suite("Drawing images", .onWrittenChapters)
struct ImageSamplerTests {
  private let folder: TemporaryFolder
  private let file: URL
  private let sampler: ImageSampler
  /// The weights of a training that has not begun: they draw as any others.
  private let weights: Checkpoint

  init() throws {
    folder = try TemporaryFolder()
    file = folder.file("model.safetensors")
    let recipe = Recipe.small(steps: 1)
    weights = try Trainer(recipe, source: try recipe.data.open(seed: recipe.seed)).weights
    try weights.write(to: file)
    sampler = try ImageSampler(contentsOf: file.path)
  }

  @Test func anImageDoesNotDependOnItsCompany() throws {
    let three = try sampler.images(0..<3, seed: 4, labels: nil)
    let alone = try sampler.images(2..<3, seed: 4, labels: nil)
    #expect(three.shape == [3, 28, 28, 1])
    #expect(three.sliced(axis: 0, 2..<3) == alone, "the noise of an image comes from a generator that others use too")
    #expect(three.sliced(axis: 0, 0..<1) != alone, "two images have the same noise")
  }

  @Test func noImageBeginsWithTheNoiseOfATraining() throws {
    let seed: UInt64 = 4
    let start = try #require(try sampler.process(indices: 0..<1, seed: seed, states: 2, labels: nil).first)
    let width = 28 * 28
    for stream in 0...UInt64(3) {
      var training = RandomGenerator(seed: seed, stream: stream)
      // A step draws its timesteps first, so the same noise might begin at any later number.
      let drawn = Set(Tensor.normal([4 * width], using: &training).scalars.map(\.bitPattern))
      let shared = start.scalars.count { drawn.contains($0.bitPattern) }
      #expect(shared < width / 10, "\(shared) of \(width) numbers are those of the training's stream \(stream)")
    }
  }

  @Test func aStripEndsInTheImagesOfItsSeed() throws {
    let states = try sampler.process(indices: 0..<2, seed: 4, states: 3, labels: nil)
    #expect(states.count == 3)
    #expect(states.last == (try sampler.images(0..<2, seed: 4, labels: nil)))
  }

  @Test func aRunsFolderStandsForItsWeights() throws {
    #expect(
      try ImageSampler(contentsOf: folder.url.path).images(0..<1, seed: 1, labels: nil)
        == sampler.images(0..<1, seed: 1, labels: nil))
    try FileManager.default.removeItem(at: file)
    #expect(
      errorMessage { try ImageSampler(contentsOf: folder.url.path) }
        == "\(folder.url.path): there is no model.safetensors in this folder")
  }

  // MARK: Files that cannot be drawn with

  /// What is said of the weights with other metadata.
  private func complaint(config: String?) throws -> String? {
    var other = weights
    other.metadata["config"] = config
    try other.write(to: file)
    return errorMessage { try ImageSampler(contentsOf: file.path) }
  }

  @Test func weightsOfAnotherNetwork() throws {
    #expect(try complaint(config: nil) == "\(file.path): these weights do not say which network they are for")
    #expect(
      try complaint(config: "{}") == "\(file.path): this is not the configuration of a run (data is missing)")
    var other = sampler.recipe
    other.unet.baseWidth = 16
    #expect(
      try complaint(config: other.json)?.hasPrefix("\(file.path): the tensor ") == true, "no shape was compared")
    other.unet.baseWidth = 1024
    #expect(
      try complaint(config: other.json)
        == "\(file.path): \(weights.tensors.values.reduce(0) { $0 + $1.shape.elementCount }) weights are too few for the "
        + "network that the file says they are for", "making such a network would take minutes")
    other = sampler.recipe
    other.data.imageSide = 30
    #expect(
      try complaint(config: other.json)
        == "\(file.path): imageSide is 30, but must be a multiple of 4: the network halves it 2 times")
  }

  @Test func weightsThatAreNoNumbers() throws {
    var other = weights
    other.tensors["convOut.bias"] = Tensor([.nan])
    try other.write(to: file)
    #expect(
      errorMessage { try ImageSampler(contentsOf: file.path) } == "\(file.path): not all weights are finite numbers")
  }
}
