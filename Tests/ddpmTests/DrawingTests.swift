import Foundation
import Learning
import Tensors
import Testing
import UNetUpsampling

@testable import ddpm

@Suite("Drawing", .onWrittenChapters)
struct DrawingTests {
  private let folder: TemporaryFolder
  private let file: URL
  private let drawing: Drawing
  /// The weights of a training that has not begun: they draw as any others.
  private let weights: Checkpoint

  init() throws {
    folder = try TemporaryFolder()
    file = folder.file("model.safetensors")
    let configuration = RunConfiguration.small(steps: 1)
    weights = try Trainer(configuration, source: try configuration.openData()).weights
    try weights.write(to: file)
    drawing = try Drawing(contentsOf: file.path)
  }

  @Test func anImageDoesNotDependOnItsCompany() throws {
    let three = try drawing.images(0..<3, seed: 4)
    let alone = try drawing.images(2..<3, seed: 4)
    #expect(three.shape == [3, 28, 28, 1])
    #expect(three.sliced(axis: 0, 2..<3) == alone, "the noise of an image comes from a generator that others use too")
    #expect(three.sliced(axis: 0, 0..<1) != alone, "two images have the same noise")
  }

  @Test func noImageBeginsWithTheNoiseOfATraining() throws {
    let seed: UInt64 = 4
    let start = try #require(try drawing.states(seeds: [seed], count: 2).first)
    let width = 28 * 28
    for stream in 0...UInt64(3) {
      var training = RandomGenerator(seed: seed, stream: stream)
      // A step draws its timesteps first, so the same noise might begin at any later number.
      let drawn = Set(Tensor.normal([4 * width], using: &training).scalars.map(\.bitPattern))
      let shared = start.scalars.count { drawn.contains($0.bitPattern) }
      #expect(shared < width / 10, "\(shared) of \(width) numbers are those of the training's stream \(stream)")
    }
  }

  @Test func aStripEndsInTheImageOfItsSeed() throws {
    let states = try drawing.states(seeds: [4, 5], count: 3)
    #expect(states.count == 3)
    #expect(states.last?.sliced(axis: 0, 0..<1) == (try drawing.images(0..<1, seed: 4)))
    #expect(states.last?.sliced(axis: 0, 1..<2) == (try drawing.images(0..<1, seed: 5)))
  }

  @Test func aRunsFolderStandsForItsWeights() throws {
    #expect(try Drawing(contentsOf: folder.url.path).images(0..<1, seed: 1) == drawing.images(0..<1, seed: 1))
    try FileManager.default.removeItem(at: file)
    #expect(
      errorMessage { try Drawing(contentsOf: folder.url.path) }
        == "\(folder.url.path): there is no model.safetensors in this folder")
  }

  // MARK: Files that cannot be drawn with

  /// What is said of the weights with other metadata.
  private func complaint(config: String?) throws -> String? {
    var other = weights
    other.metadata["config"] = config
    try other.write(to: file)
    return errorMessage { try Drawing(contentsOf: file.path) }
  }

  @Test func weightsOfAnotherNetwork() throws {
    #expect(try complaint(config: nil) == "\(file.path): these weights do not say which network they are for")
    #expect(
      try complaint(config: "{}") == "\(file.path): this is not the configuration of a run (data is missing)")
    var other = drawing.configuration
    other.model.baseWidth = 16
    #expect(
      try complaint(config: other.json)?.hasPrefix("\(file.path): the tensor ") == true, "no shape was compared")
    other.model.baseWidth = 1024
    #expect(
      try complaint(config: other.json)
        == "\(file.path): \(weights.tensors.values.reduce(0) { $0 + $1.shape.elementCount }) weights are too few for the "
        + "network that the file says they are for", "making such a network would take minutes")
    other = drawing.configuration
    other.imageSide = 4096
    #expect(
      try complaint(config: other.json)?.hasPrefix(
        "\(file.path): base 8 with 64 images of 4096 × 4096 at a time takes ")
        == true)
  }

  @Test func weightsThatAreNoNumbers() throws {
    var other = weights
    other.tensors["convOut.bias"] = Tensor([.nan])
    try other.write(to: file)
    #expect(
      errorMessage { try Drawing(contentsOf: file.path) } == "\(file.path): not all weights are finite numbers")
  }
}
