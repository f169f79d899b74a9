import Datasets
import Learning
import Reports
import Tensors
import TestSupport
import Testing

@testable import Scoring

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where the exercises that scoring runs on are written; where they are not, theirs are the tests that fail.
  static var onWrittenChapters: Self {
    .enabled("scoring needs exercises that are not written yet") { (try? ScoringRehearsal.run()) != nil }
  }
}

extension Classifier {
  /// One whose features are the first four pixels of an image of 4 × 4, as far as they are brighter than the middle gray, and whose
  /// logits are ten times these: it says which of the four pixels is bright, or which ones are.
  static func ofFirstPixels(showsSets: Bool = false, channels: Int = 1) throws -> Classifier {
    let configuration = ImageClassifier.Configuration(
      widths: [1], featureWidth: 4, imageSide: 4, imageChannels: channels, classCount: 4, showsSets: showsSets)
    var generator = RandomGenerator(seed: 0)
    let network = ImageClassifier(configuration, using: &generator)
    for path in ["stages.0.conv1", "stages.0.conv2"] { try makeTransparent(path, in: network) }
    for path in ["hidden", "output"] { try silence([path], in: network) }
    var hidden = try tensor("hidden.weight", of: network)
    var output = try tensor("output.weight", of: network)
    for pixel in 0..<4 {
      hidden[pixel, pixel] = 1
      output[pixel, pixel] = 10
    }
    // With sets, a pixel must be brighter than half to be there.
    let bias = Tensor(repeating: showsSets ? -5 : 0, shape: [4])
    try set(["hidden.weight": hidden, "output.weight": output, "output.bias": bias], in: network)
    return Classifier(network, configuration, classNames: ["a", "b", "c", "d"], name: "first-pixels")
  }
}

/// Images of 4 × 4, black but for the first four pixels, which are normal: in [−1, 1] they have the standard deviation 0.1 and the
/// mean 0.5 + shift, so that the features have them too.
func gaussianImages(_ count: Int, shift: Float = 0, stream: UInt64 = 0) throws -> ImageSet {
  var generator = RandomGenerator(seed: 11, stream: stream)
  let noise = Tensor.normal([count, 4], using: &generator).scalars
  var scalars = [Float](repeating: 0, count: count * 16)
  for image in 0..<count {
    for pixel in 0..<4 { scalars[image * 16 + pixel] = (0.5 + shift + 0.1 * noise[image * 4 + pixel] + 1) / 2 }
  }
  return try ImageSet(Tensor(scalars, shape: [count, 4, 4, 1]))
}

/// Black images of 4 × 4 in which some of the first four pixels are white.
func imagesShowing(_ sets: [[Int]], labels: Labels) throws -> ImageSet {
  var scalars = [Float](repeating: 0, count: sets.count * 16)
  for (image, pixels) in sets.enumerated() {
    for pixel in pixels { scalars[image * 16 + pixel] = 1 }
  }
  return try ImageSet(
    Tensor(scalars, shape: [sets.count, 4, 4, 1]), labels: labels, classNames: ["a", "b", "c", "d"])
}
