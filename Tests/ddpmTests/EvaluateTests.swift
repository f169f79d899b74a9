import Reports
import Testing

@testable import Scoring
@testable import ddpm

@Suite("Scoring from the command line")
struct EvaluateTests {
  private func complaint(_ line: String) -> String? {
    printedError {
      var command = try DDPM.parseAsRoot(line.split(separator: " ").map(String.init))
      try command.run()
    }
  }

  @Test(arguments: [
    ("evaluate --against mnist", "Missing expected argument '<model|folder>'"),
    ("evaluate x", "Missing expected argument '--against <against>'"),
    ("evaluate x --against imagenet", "The value 'imagenet' is invalid for '--against <against>'."),
    ("evaluate x --against mnist --count 1", "--count 1: must be from 2 to 1000000"),
    ("evaluate x --against synthetic --json ", "Missing value for '--json <file>'"),
    (
      "evaluate x --against scenes --data-path y",
      "--data-path: scenes images are drawn by the program and need no folder"
    ),
    ("evaluate x --against mnist --json /none/scores.json", "/none/scores.json: the folder /none is not there"),
    ("evaluate x --against mnist --classifier /none", "/none: "),
  ])
  func refused(line: String, expected: String) {
    #expect(complaint(line)?.hasPrefix(expected) == true, "\(complaint(line) ?? "nothing is wrong")")
  }

  @Test("Scores are told in words, and the distance by its right name")
  func text() {
    var scores = Scores(
      reference: "mnist", referenceCount: 60_000, imageCount: 2000, classifier: "digit-classifier",
      featureLayer: ImageClassifier.featureLayer, featureWidth: 64, classifierAccuracy: 0.99, frechetDistance: 3,
      floor: 2, floorCount: 2000, extrapolatedDistance: nil, extrapolatedStandardError: nil, precision: 0.8,
      recall: 0.7, precisionRecallCount: 1000, confidentShare: 0.95, realConfidentShare: 0.98, meanInk: 33,
      realMeanInk: 34, accuracy: nil, perClassAccuracy: nil, meanTopK: nil, pooledTopK: nil)
    let text = scores.text(subject: "digit")
    #expect(text.hasPrefix("digit-feature Fréchet distance"))
    #expect(text.contains("2 with 2000 that are held out; the distance is 1.50 times it"))
    #expect(!text.contains("infinitely"), "there was no extrapolation")
    #expect(!text.contains("\naccuracy"), "it is not known what the images should show")
    scores.floorCount = 1000
    #expect(
      !scores.text(subject: "digit").contains("times it"), "distances of 2000 and of 1000 images are not comparable")
    scores.extrapolatedDistance = 1
    scores.extrapolatedStandardError = 0.25
    scores.perClassAccuracy = ["7": 0.5]
    scores.accuracy = 0.5
    scores.lists = ["test": TopKScores(imageCount: 256, mean: 0.9, pooled: 0.8)]
    let full = scores.text(subject: "digit")
    for part in ["1 ± 0.25", "  7 ", "50.0 %", "test.json", "0.900 over images, 0.800 pooled (256 images)"] {
      #expect(full.contains(part), "\(part) is missing in \(full)")
    }
  }
}
