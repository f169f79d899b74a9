import Datasets
import Reports
import Tensors
import TestSupport
import Testing

@testable import Scoring

@Suite("What images show", .onWrittenChapters)
struct LabelTests {
  @Test("The accuracy is the share of the images that show their label, for each class too")
  func accuracy() throws {
    // The third image shows c, but should show b.
    let images = try imagesShowing([[0], [1], [2], [3]], labels: .classes([0, 1, 1, 3]))
    let seen = try Observations(of: images, by: .ofFirstPixels())
    #expect(try seen.accuracy == 0.75)
    #expect(try seen.perClass == [0: 1, 1: 0.5, 3: 1])
    #expect(try seen.topK == nil)
    #expect(seen.confidentShare == 1, "e¹⁰ against three ones")
  }

  @Test("Classes are known by their names, whatever their numbers")
  func names() {
    let labels = Labels.classes([0, 1, 0])
    #expect(labels.renamed(from: ["b", "a"], to: ["a", "b", "c"]) == .classes([1, 0, 1]))
    #expect(labels.renamed(from: ["b", "x"], to: ["a", "b", "c"]) == .none, "nobody can tell whether x is shown")
    #expect(labels.renamed(from: ["b"], to: ["a", "b"]) == .none, "the null label is no class")
    #expect(Labels.sets([[0, 1], []]).renamed(from: ["c", "a"], to: ["a", "b", "c"]) == .sets([[2, 0], []]))
    #expect(Labels.sets([[0, 1]]).renamed(from: ["c", "x"], to: ["a", "b", "c"]) == .none)
  }

  @Test("Images that show their labels keep them in any order")
  func order() throws {
    let shown = (0..<600).map { [$0 * 7 % 4] }
    let images = try imagesShowing(shown, labels: .classes(shown.flatMap { $0 }))
    let seen = try Observations(of: images, by: .ofFirstPixels())
    #expect(seen.features.shape == [600, 4])
    #expect(try seen.accuracy == 1)
    #expect(try seen.shuffled().accuracy == 1, "features and labels no longer belong together")
    #expect(seen.shuffled().features != seen.features)
  }

  @Test("With sets, each image counts, or each object")
  func sets() throws {
    // One of one is found, and one of three: a, and not b and d.
    let images = try imagesShowing([[2], [0, 2]], labels: .sets([[2], [0, 1, 3]]))
    let classifier = try Classifier.ofFirstPixels(showsSets: true)
    let seen = try Observations(of: images, by: classifier)
    // Of b and d, which are equal, b is before d: the surest three are a, c and b.
    let scores = try #require(try seen.topK)
    #expect(abs(scores.mean - (1 + 2.0 / 3) / 2) < 1e-12)
    #expect(scores.pooled == 0.75)
    #expect(scores.imageCount == 2)
    #expect(try TopKScores(of: images, using: classifier) == scores)
    #expect(try seen.accuracy == scores.mean)
    #expect(try seen.perClass == nil)
    #expect(seen.confidentShare == 1, "σ(5) is 0.993")
  }

  @Test("A classifier that is not sure of one of several classes is not sure of the image")
  func unsure() throws {
    var scalars = [Float](repeating: 0, count: 32)
    scalars[0] = 1
    scalars[16] = 1
    scalars[17] = 0.75  // 0.5 in [−1, 1], where the logit is 0.
    let images = try ImageSet(Tensor(scalars, shape: [2, 4, 4, 1]))
    #expect(try Observations(of: images, by: .ofFirstPixels(showsSets: true)).confidentShare == 0.5)
  }

  @Test("A model is asked for what the real images show, each class as often as there")
  func wantedLabels() throws {
    let shown = SyntheticDigits(seed: Reference.Kind.seed).labels(at: Array(0..<50))
    let wanted = try Reference.Kind.synthetic.labels(for: ShippedModel.digits.recipe, count: 50, dataPath: nil)
    #expect(wanted?.labels(for: 0..<50) == shown)
    #expect(
      errorMessage { try Reference.Kind.mnist.labels(for: ShippedModel.digits.recipe, count: 50, dataPath: nil) }
        == "mnist needs --data-path, the folder that holds it (ddpm data fetch mnist --to FOLDER brings it)")
  }
}
