import Foundation

/// A model that comes with the course: its weights are in `models/`, with a card beside them.
public struct ShippedModel: Sendable {
  /// What it is called on a command line, such as `digits`.
  public let name: String
  /// What it does, in one line.
  public let summary: String
  /// How it was trained. Data that comes from a folder has none here.
  public let recipe: Recipe

  /// All that there are.
  public static let all = [digits, digitsGAN, scenes, digitClassifier, sceneClassifier, catClassifier]

  /// The names of all of them, for help and errors.
  public static let names = all.map(\.name).joined(separator: ", ")

  /// The model of that name.
  ///
  /// - Throws: ``RecipeError`` that lists the names there are.
  public static func named(_ name: String) throws -> ShippedModel {
    guard let model = all.first(where: { $0.name == name }) else {
      throw RecipeError("there is no shipped model \(name); there are \(names)")
    }
    return model
  }

  /// The file with its weights: in `models/` of the current folder, or of one above the program's own file.
  ///
  /// - Throws: ``RecipeError`` where it is in none of them.
  public func url() throws -> URL {
    let file = "models/\(name).safetensors"
    var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    var candidates = [URL(fileURLWithPath: file)]
    while let next = folder, next.path != "/" {
      candidates.append(next.appendingPathComponent(file))
      folder = next.deletingLastPathComponent()
    }
    guard let found = candidates.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
      throw RecipeError("\(file): there is no such file here or beside the program; name a model with --model")
    }
    return found
  }
}

// MARK: - The models that draw

extension ShippedModel {
  /// Digits of MNIST, by label and without.
  public static let digits = ShippedModel(
    name: "digits", summary: "MNIST's digits by label and without, for guidance",
    recipe: Recipe(
      data: DataConfiguration(.mnist, imageSide: 28, imageChannels: 1),
      objective: .denoising(
        DenoisingConfiguration(
          // Ten digits, and a row for no label.
          network: Architecture(LabeledUNet.Configuration(baseWidth: 16, imageChannels: 1, classCount: 11)),
          prediction: .velocity, schedule: ScheduleConfiguration(.cosine, timesteps: 1000), labelDropout: 0.1,
          sampler: SamplerConfiguration(
            .ddim, steps: 50, spacing: .trailing, guidanceScale: 1.5, guidanceInterval: 0.35...0.7))),
      optimizer: OptimizerConfiguration(.adam, learningRate: 2e-3), learningRates: .warmupCosine(warmupSteps: 500),
      average: AverageConfiguration(decay: 0.9995), batch: 64, steps: 40_000))

  /// Scenes by sets of labels: the network of report 002, narrower, with attention to a token for each label. With the same 3,400
  /// steps of 32 scenes a classifier finds 44 % of the objects on the first list where labels are only added to the time, 58 % where
  /// they scale channels too, and 85 % where pixels attend to tokens.
  public static let scenes = ShippedModel(
    name: "scenes", summary: "scenes of cubes, spheres and cylinders by sets of labels",
    recipe: Recipe(
      data: DataConfiguration(.scenes, imageSide: 32, imageChannels: 3),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(
            DiffusersUNet.Configuration(
              widths: [16, 32, 64], attentionLevels: [2], blocksPerLevel: 1, headWidth: 16, groups: 8, classCount: 24,
              scalesChannels: true, labelTokens: 3)),
          prediction: .velocity, schedule: ScheduleConfiguration(.cosine, timesteps: 1000), labelDropout: 0.1,
          sampler: SamplerConfiguration(.ddim, steps: 50, spacing: .trailing, guidanceScale: 2))),
      optimizer: OptimizerConfiguration(.adam, learningRate: 2e-3), learningRates: .warmupCosine(warmupSteps: 500),
      average: AverageConfiguration(decay: 0.999), batch: 32, steps: 32_000))
}

extension ShippedModel {
  /// A GAN on the same digits, to be compared with: report 004's, narrower, for gray images with a border.
  public static let digitsGAN = ShippedModel(
    name: "digits-gan", summary: "MNIST's digits by label, by a GAN",
    recipe: Recipe(
      data: DataConfiguration(.mnist, imageSide: 32, imageChannels: 1),
      objective: .adversarial(
        AdversarialConfiguration(
          network: DCGAN.Configuration(
            latentWidth: 64, generatorWidths: [128, 64, 32], discriminatorWidths: [32, 64, 128], imageChannels: 1,
            classCount: 10))),
      optimizer: OptimizerConfiguration(.adam, learningRate: 2e-4, beta1: 0.5), batch: 64, steps: 12_000))
}

// MARK: - The classifiers that scores rest on

extension ShippedModel {
  /// Tells the digits of MNIST apart.
  public static let digitClassifier = classifier(
    "digit-classifier", summary: "tells MNIST's digits apart, for scores",
    of: DataConfiguration(.mnist, imageSide: 28, imageChannels: 1),
    classCount: 10, steps: 4000)

  /// Says which objects are in a scene.
  public static let sceneClassifier = classifier(
    "scene-classifier", summary: "says which objects are in a scene, for scores",
    of: DataConfiguration(.scenes, imageSide: 32, imageChannels: 3), classCount: 24, steps: 5000)

  /// Tells the cats of CIFAR-10 from its frogs.
  public static let catClassifier = classifier(
    "cat-classifier", summary: "tells CIFAR-10's cats from its frogs, for scores",
    of: DataConfiguration(.cifar10, classes: ["cat", "frog"], imageSide: 32, imageChannels: 3), classCount: 2,
    steps: 2000)

  private static func classifier(
    _ name: String, summary: String, of data: DataConfiguration, classCount: Int, steps: Int
  ) -> ShippedModel {
    ShippedModel(
      name: name, summary: summary,
      recipe: Recipe(
        data: data,
        objective: .classification(
          ImageClassifier.Configuration(
            widths: [16, 32, 32], imageSide: data.imageSide, imageChannels: data.imageChannels, classCount: classCount,
            showsSets: data.source.hasLabelSets)),
        optimizer: OptimizerConfiguration(.adam, learningRate: 2e-3), learningRates: .warmupCosine(warmupSteps: 100),
        batch: 64, steps: steps))
  }
}
