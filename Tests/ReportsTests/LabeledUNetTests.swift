import Datasets
import Reports
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// The network of the shipped digits is that of chapter 3 and nothing else, except for what the label adds to the time.
@Suite("The U-Net with labels", .onWrittenNetworks)
struct LabeledUNetTests {
  private let images: Tensor
  private let timesteps = [3, 700]

  init() {
    var generator = RandomGenerator(seed: 5)
    images = .normal([2, 8, 8, 1], using: &generator)
  }

  private func network(classCount: Int?) throws -> (labeled: LabeledUNet, plain: UNet) {
    var generator = RandomGenerator(seed: 1)
    let configuration = LabeledUNet.Configuration(
      baseWidth: 4, imageChannels: 1, timeWidth: 6, groups: 2, classCount: classCount)
    let labeled = LabeledUNet(configuration, using: &generator)
    let plain = UNet(.init(baseWidth: 4, imageChannels: 1, timeWidth: 6, groups: 2), using: &generator)
    var state = labeled.state
    state["labels.table.weight"] = nil
    try plain.load(state)
    return (labeled, plain)
  }

  @Test("Without labels it is the U-Net of chapter 3, to the bit")
  func withoutLabels() throws {
    let (labeled, plain) = try network(classCount: nil)
    #expect(labeled(images, at: timesteps, given: .none).scalars == plain(images, at: timesteps).scalars)
  }

  @Test("A label whose row is 0 changes nothing, another one does, and only its own image")
  func labels() throws {
    let (labeled, plain) = try network(classCount: 3)
    var state = labeled.state
    let rows: [Float] = [0, 0, 0, 0, 0, 0, 1, -2, 3, -4, 5, -6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    state["labels.table.weight"] = Tensor(rows, shape: [3, 6])
    try labeled.load(state)
    let unlabeled = plain(images, at: timesteps)
    #expect(labeled(images, at: timesteps, given: .classes([0, 0])).scalars == unlabeled.scalars)
    let second = labeled(images, at: timesteps, given: .classes([0, 1]))
    #expect(second.sliced(axis: 0, 0..<1).scalars == unlabeled.sliced(axis: 0, 0..<1).scalars)
    #expect(second.sliced(axis: 0, 1..<2).scalars != unlabeled.sliced(axis: 0, 1..<2).scalars)
  }

  @Test("The rows of the labels that were given have gradients, the others have none")
  func gradients() throws {
    let (labeled, _) = try network(classCount: 3)
    let gradients = labeled(images, at: timesteps, given: .classes([2, 0])).squared().sum().gradients()
    let table = try #require(labeled.parameters.first { $0.path == "labels.table.weight" })
    let gradient = try #require(gradients[table.parameter])
    let sizes = (0..<3).map { gradient.sliced(axis: 0, $0..<$0 + 1).abs().sum().item }
    #expect(sizes[0] > 0 && sizes[1] == 0 && sizes[2] > 0)
  }

  @Test("Labels of the wrong kind are a fault")
  func wrongLabels() throws {
    let (labeled, _) = try network(classCount: 3)
    #expect(
      labeled(images, at: timesteps, given: .none).fault?.reason == "LabeledUNet: one class for each image is needed")
    let (unlabeled, _) = try network(classCount: nil)
    #expect(
      unlabeled(images, at: timesteps, given: .classes([0, 1])).fault?.reason
        == "LabeledUNet: labels for a network that was made without")
  }
}
