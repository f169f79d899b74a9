import ArgumentParser
import Datasets
import Foundation
import Images
import Reports
import Scoring
import Tensors
import Training

/// The shortest way from nothing to digits.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw digits with a model that comes with the course, then train a small one and draw with it.")

  @Option(parsing: .unconditional, help: ArgumentHelp("About how long to train.", valueName: "time"))
  var minutes = 2.0

  @Option(help: ArgumentHelp("Where the pictures go (default: runs/demo, each time anew).", valueName: "folder"))
  var out: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Decides everything random.", valueName: "number"))
  var seed: UInt64 = 0

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    try validateDuration("--minutes", minutes)
    if out == "" { throw ValidationError("--out: the name of the folder is empty") }
  }

  func run() throws {
    engine.apply()
    let folder = RunFolder(out ?? "runs/demo")
    // A folder that was asked for may hold a training of many hours.
    if out == nil { try folder.removeRun() }
    try createFolder(folder.url)
    let classifier = try (try? ShippedModel.digitClassifier.url()).map {
      try Classifier(contentsOf: $0.path, name: ShippedModel.digitClassifier.name)
    }
    let shipped = try drawWithShippedModel(in: folder, classifier)
    say("Now a network that has never seen a digit learns what is under the noise.")
    var run = try TrainingRun(
      beginning: recipe(steps: try recipe(steps: 1000).stepsInTime(seconds: minutes * 60)), in: folder)
    try run.trainShowingProgress()
    let sampler = try run.trainer.makeImageSampler()
    try draw(with: sampler, in: folder)
    let own = try classifier.flatMap { classifier in try scoresIfWritten { try score(sampler, by: classifier) } }
    try report(shipped: shipped, own: own, folder)
  }

  private func say(_ line: String) { Terminal.standardError.write(line: line) }

  // MARK: The model that comes with the course

  /// Draws ten columns of digits, and says how well they are recognized; nil where the model is not there.
  private func drawWithShippedModel(in folder: RunFolder, _ classifier: Classifier?) throws -> Recognition? {
    guard let file = try? ShippedModel.digits.url() else { return nil }
    say(
      "First, digits by a network that was trained on MNIST: models/\(ShippedModel.digits.name).safetensors"
    )
    let sampler = try ImageSampler(contentsOf: file.path).showingProgress()
    let picture = folder.url.appendingPathComponent("shipped.png")
    let labels = LabelChoice(sampler.recipe)
    try sampler.grid(count: 60, seed: seed, labels: labels, scale: 3).writePNG(to: picture)
    say("Look at them: \(picture.relativePath)")
    let drawn = ImageSet(drawnBy: sampler, seed: seed, labels: labels, count: 200)
    return try classifier.flatMap { classifier in
      try scoresIfWritten { try Recognition(of: drawn, using: classifier) }
    }
  }

  /// Scores rest on exercises that drawing does without. Where they are not written yet, it is said, and there are no scores.
  private func scoresIfWritten<Result>(_ score: () throws -> Result) throws -> Result? {
    do {
      return try score()
    } catch let fault as Fault {
      say("No scores: \(fault.reason)")
      return nil
    }
  }

  // MARK: The model of a few minutes

  private func draw(with sampler: ImageSampler, in folder: RunFolder) throws {
    say("Drawing: \(sampler.sampler.steps ?? 0) steps from pure noise to digits.")
    let (sampler, labels) = (sampler.showingProgress(), LabelChoice(sampler.recipe))
    try sampler.grid(count: 60, seed: seed, labels: labels, scale: 3).writePNG(to: digits(folder))
    try sampler.processPicture(indices: 0..<10, seed: seed, states: 8, labels: labels, scale: 3)
      .writePNG(to: strip(folder))
  }

  private func digits(_ folder: RunFolder) -> URL { folder.url.appendingPathComponent("digits.png") }

  private func strip(_ folder: RunFolder) -> URL { folder.url.appendingPathComponent("process.png") }

  /// Scores a thousand of its digits against built-in ones that it has not seen.
  private func score(_ sampler: ImageSampler, by classifier: Classifier) throws -> Scores {
    let digits = SyntheticDigits(seed: ~seed)
    let reference = Reference(
      name: "built-in digits", images: ImageSet(digits, at: Array(0..<4000), name: "built-in digits"),
      heldOut: ImageSet(digits, at: Array(4000..<5000), name: "other built-in digits"))
    let drawn = ImageSet(drawnBy: sampler, seed: seed, labels: LabelChoice(sampler.recipe), count: 1000)
    var progress = ScoringProgress()
    return try scores(of: drawn, against: reference, using: classifier) { progress.show($0, $1, of: $2) }
  }

  private func recipe(steps: Int) -> Recipe {
    var recipe = ShippedModel.digits.recipe
    recipe.data.source = .synthetic
    // Longer steps and a little guidance: what the network has not learned well in so short a time shows less.
    recipe.objective.denoising?.sampler.steps = 25
    recipe.objective.denoising?.sampler.guidanceScale = 1.25
    recipe.objective.denoising?.sampler.guidanceInterval = nil
    recipe.learningRates = .warmupCosine(warmupSteps: min(100, steps / 10))
    // It remembers about a twentieth of the steps, so that almost nothing of the first weights is left in it.
    recipe.average = AverageConfiguration(decay: max(1 - 20 / Double(steps), 0))
    (recipe.batch, recipe.steps, recipe.seed) = (32, steps, seed)
    return recipe
  }

  // MARK: What came of it

  private func report(shipped: Recognition?, own: Scores?, _ folder: RunFolder) throws {
    print("digits it drew:             \(digits(folder).relativePath)")
    print("how they emerge from noise: \(strip(folder).relativePath)")
    print("how the loss fell:          \(folder.lossChart.relativePath)")
    if let shipped {
      print(
        "Of the shipped model's digits, \(percent(shipped.confidentShare)) are recognized with more than 0.9 confidence, and "
          + "\(percent(shipped.accuracy ?? .nan)) as the digit that was asked for.")
    }
    if let own {
      print(
        "Of this model's digits, \(percent(own.confidentShare)) are recognized so, and \(percent(own.accuracy ?? .nan)) as asked for; "
          + "of the built-in digits \(percent(own.realConfidentShare)) are.")
      print(
        String(
          format:
            "Their mean ink is %.1f where the built-in digits have %.1f, their digit-feature Fréchet distance %.1f where "
            + "other built-in digits have %.1f.", own.meanInk, own.realMeanInk, own.frechetDistance, own.floor))
    }
    print(
      "Next: \(CommandLine.arguments[0]) sample --digits 2026 --out 2026.png, then chapters/00-convolution.md and ./course"
    )
  }

  private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
