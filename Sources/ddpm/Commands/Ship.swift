import ArgumentParser
import Fetching
import Foundation
import Learning
import Reports
import Training

/// Takes a finished run into `models/`, for the authors of the course.
struct Ship: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a run's weights into models/, with a card that says what they are.",
    discussion: "For the authors of the course. The run must be one of `ddpm train --shipped`, trained to its end.",
    shouldDisplay: false)

  @Argument(help: "Which shipped model it is: \(ShippedModel.names).")
  var name: String

  @Argument(help: "The folder of the run.")
  var run: String

  @Option(help: ArgumentHelp("What `ddpm evaluate` printed, for the card.", valueName: "file"))
  var scores: String?

  func run() async throws {
    let (model, folder) = (try ShippedModel.named(name), RunFolder(run))
    let (network, recipe) = try TrainedModel.read(run)
    guard recipe.ofTraining == model.recipe.ofTraining else {
      throw CommandError("\(run): this run has another recipe than the shipped model \(name)")
    }
    let training = try FinishedTraining(of: folder)
    guard training.steps == recipe.steps else {
      throw CommandError("\(run): only \(training.steps) of \(recipe.steps) steps are done")
    }
    let scoreText = try scores.map { try String(contentsOfFile: $0, encoding: .utf8) }

    var shipped = recipe
    shipped.data.path = nil
    // How it draws may be decided when it has been trained.
    if let sampler = model.recipe.objective.denoising?.sampler { shipped.objective.denoising?.sampler = sampler }
    var checkpoint = Checkpoint(metadata: ["config": try shipped.json])
    checkpoint.add(network.network)
    try createFolder(URL(fileURLWithPath: "models", isDirectory: true))
    let file = URL(fileURLWithPath: "models/\(name).safetensors")
    try checkpoint.write(to: file)
    let card = ModelCard(
      model: model, recipe: shipped, parameterCount: network.network.parameterCount, training: training,
      checksum: try await Checksum.sha256(of: file), scores: scoreText)
    let cardFile = file.deletingPathExtension().appendingPathExtension("md")
    try Data(try card.text.utf8).write(to: cardFile, options: .atomic)
    print("\(file.relativePath)\n\(cardFile.relativePath)")
  }
}

extension Recipe {
  /// The recipe of the training alone, wherever its data was found and however it draws.
  fileprivate var ofTraining: Recipe {
    var recipe = self
    (recipe.data.path, recipe.data.classNames) = (nil, nil)
    recipe.objective.denoising?.sampler = SamplerConfiguration()
    return recipe
  }
}

/// What a shipped model is and how it came about, for people.
struct ModelCard {
  let model: ShippedModel
  let recipe: Recipe
  let parameterCount: Int
  let training: FinishedTraining
  let checksum: String
  let scores: String?

  /// The card in Markdown.
  var text: String {
    get throws {
      let needsPath = recipe.data.source.needsPath
      return """
        # \(model.name)

        \(model.summary.prefix(1).uppercased() + model.summary.dropFirst()). Trained by this program on two cores; to train it \
        anew: `ddpm train --shipped \(model.name)\(needsPath ? " --data-path FOLDER" : "")`

        | | |
        |---|---|
        | Data | \(recipe.data.source.rawValue), \(recipe.imageDescription) |
        | Parameters | \(parameterCount) |
        | Training | \(recipe.steps) steps of \(recipe.batch) images, seed \(recipe.seed) |
        | Time of the steps | \(String(format: "%.0f", training.seconds / 60)) minutes |
        | Mean loss of the last 100 steps | \(String(format: "%.4f", training.lastLoss)) |
        | SHA-256 | `\(checksum)` |
        \(scores.map { "\n## Scores\n\n```\n\($0.trimmingCharacters(in: .newlines))\n```\n" } ?? "")
        ## Recipe

        ```json
        \(try recipe.json)
        ```

        """
    }
  }
}
