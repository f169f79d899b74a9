import Foundation
import Images
import Learning
import Sampling
import Tensors
import UNetUpsampling

/// Draws images with a trained network.
struct Drawing {
  let configuration: RunConfiguration
  let model: UNet
  var clipsPrediction = true

  /// Images drawn at a time.
  static let batch = 64

  /// A network from its file, or from the folder of its run.
  init(contentsOf path: String) throws {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = isThere && isFolder.boolValue ? RunFolder(path).model : URL(fileURLWithPath: path)
    if isFolder.boolValue, !FileManager.default.fileExists(atPath: file.path) {
      throw CommandError("\(path): there is no \(file.lastPathComponent) in this folder")
    }
    let checkpoint = try Checkpoint(contentsOf: file)
    guard let json = checkpoint.metadata["config"] else {
      throw CommandError("\(file.path): these weights do not say which network they are for")
    }
    configuration = try RunConfiguration(json: json, origin: file.path)
    guard checkpoint.tensors.values.allSatisfy(\.isFinite) else {
      throw CommandError("\(file.path): not all weights are finite numbers")
    }
    // Before a network is made, which would take long if the file claimed a huge one.
    let count = checkpoint.tensors.values.reduce(0) { $0 + $1.shape.elementCount }
    guard configuration.approximateParameterCount < 2 * Double(count) + 1e6 else {
      throw CommandError("\(file.path): \(count) weights are too few for the network that the file says they are for")
    }
    do {
      try configuration.checkMemory(images: Self.batch, training: false)
    } catch {
      throw CommandError("\(file.path): \(error)")
    }
    var generator = RandomGenerator(seed: 0)
    model = UNet(configuration.model, using: &generator)
    try checkpoint.restore(model)
  }

  init(configuration: RunConfiguration, model: UNet) {
    self.configuration = configuration
    self.model = model
  }

  /// The images of the given numbers that belong to a seed, `[count, side, side, channels]` around [−1, 1]. An image does
  /// not depend on which others are drawn.
  func images(_ numbers: Range<Int>, seed: UInt64) throws -> Tensor {
    var generators = numbers.map { Self.generator(seed: seed, number: $0) }
    return try sample(&generators) { _, _ in }
  }

  /// How images emerge from noise: the states of one image for each seed, from x_T to x_0, at even distances.
  ///
  /// - Parameters:
  ///   - seeds: At most ``batch``.
  ///   - count: How many states; fewer where there are not as many timesteps.
  func states(seeds: [UInt64], count: Int) throws -> [Tensor] {
    var generators = seeds.map { Self.generator(seed: $0, number: 0) }
    let kept = Set(keptSteps(timestepCount: configuration.timesteps, states: count))
    try UnfinishedRecord.current.check()
    var states: [Tensor] = []
    _ = try sample(&generators) { remaining, x in
      if kept.contains(remaining) { states.append(x) }
    }
    return states
  }

  /// The noise of one image. The streams with low numbers are the training's: an image must not begin with noise that the
  /// network has been trained on.
  private static func generator(seed: UInt64, number: Int) -> RandomGenerator {
    RandomGenerator(seed: seed, stream: 1 << 63 | UInt64(number))
  }

  private func sample(
    _ generators: inout [RandomGenerator], _ onStep: (_ remaining: Int, _ x: Tensor) -> Void
  ) throws -> Tensor {
    let sampler = AncestralSampler(schedule: configuration.noiseSchedule, clipsPrediction: clipsPrediction)
    let shape: Shape = [configuration.imageSide, configuration.imageSide, configuration.model.imageChannels]
    var progress = Progress(total: configuration.timesteps, unit: "denoising steps")
    defer { progress.clear() }
    let start = ContinuousClock.now
    let images = sampler.sample(
      imageShape: shape, generators: &generators,
      predictNoise: { x, timesteps in
        // A fault makes short work of the steps that are left.
        Interruption.isRequested ? Tensor(fault: Fault("interrupted")) : model(x, at: timesteps)
      },
      onStep: { remaining, x in
        let isSlow = ContinuousClock.now - start > .seconds(1)
        if isSlow, remaining > 0 { progress.show(configuration.timesteps - remaining) }
        onStep(remaining, x)
      })
    if Interruption.isRequested { throw CancellationError() }
    try images.checked()
    if !images.isFinite { try UnfinishedRecord.current.check() }
    return images
  }

  /// The columns of a grid that is about as wide as high.
  static func columns(for count: Int) -> Int { max(1, Int(Double(count).squareRoot().rounded(.up))) }
}
