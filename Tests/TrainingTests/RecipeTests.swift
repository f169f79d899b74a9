import Foundation
import Reports
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@testable import Training

@Suite("Recipes")
struct RecipeTests {
  private let recipe = Recipe.small(steps: 100)

  @Test func comeBackFromJSON() throws {
    var extreme = Recipe.small(steps: 3, seed: .max)
    extreme.data.source = .mnist
    extreme.data.path = "a folder/with \"quotes\" and ü"
    extreme.optimizer.learningRate = 0.1 + 0.2
    extreme.learningRates = .oneCycle
    extreme.average = nil
    extreme.objective.denoising?.sampler = SamplerConfiguration(
      .ddim, steps: 5, spacing: .trailing, eta: 0.5, clips: false, variance: .beta)
    extreme.objective.denoising?.loss = .bound
    var velocity = recipe
    velocity.objective.denoising?.prediction = .velocity
    for recipe in [recipe, extreme, velocity] {
      let json = try recipe.json
      #expect(try Recipe(json: json, origin: "config.json") == recipe)
      #expect(try Recipe(json: json, origin: "config.json").json == json, "the same settings, the same text")
    }
  }

  /// What the first version of this program wrote, with the settings of `Recipe.small(steps: 100)`.
  private static let firstFormat = """
    {
      "averageDecay" : 0.8,
      "batch" : 2,
      "data" : "synthetic",
      "imageSide" : 28,
      "learningRate" : 0.002,
      "model" : {
        "baseWidth" : 8,
        "groups" : 8,
        "imageChannels" : 1,
        "timeWidth" : 16
      },
      "schedule" : "cosine",
      "seed" : 7,
      "steps" : 100,
      "timesteps" : 10,
      "warmupSteps" : 10
    }
    """

  @Test func theFirstFormatIsStillRead() throws {
    #expect(try Recipe(json: Self.firstFormat, origin: "config.json") == recipe)
    #expect(
      errorMessage {
        try Recipe(json: Self.firstFormat.replacing(#""batch" : 2,"#, with: ""), origin: "config.json")
      } == "config.json: this is not the configuration of a run (batch is missing)")
  }

  @Test func theSecondFormatPredictsNoiseByTheSimpleLoss() throws {
    let json = try recipe.json.replacing(#""formatVersion" : 3"#, with: #""formatVersion" : 2"#)
      .replacing(/\n *"(prediction|loss)" : "[a-z]*",/, with: "")
    #expect(!json.contains("prediction") && !json.contains("loss"))
    let read = try Recipe(json: json, origin: "config.json")
    #expect(read.objective == recipe.objective)
  }

  @Test func aLaterFormatIsNotGuessedAt() throws {
    let later = try recipe.json.replacing(#""formatVersion" : 3"#, with: #""formatVersion" : 4"#)
    #expect(
      errorMessage { try Recipe(json: later, origin: "config.json") }
        == "config.json: it has the format version 4, which a later version of this program wrote")
  }

  @Test(arguments: [
    ("", "config.json: this is not the configuration of a run (damaged, or a number is out of range)"),
    ("{\"steps\": 3", "config.json: this is not the configuration of a run (damaged, or a number is out of range)"),
    ("[1, 2]", "config.json: this is not the configuration of a run (damaged, or a number is out of range)"),
  ])
  func damagedFiles(json: String, expected: String) {
    #expect(errorMessage { try Recipe(json: json, origin: "config.json") } == expected)
  }

  /// The text of one setting, another in its place, and what is wrong with it.
  @Test(arguments: [
    (#""batch" : 2,"#, "", "this is not the configuration of a run (batch is missing)"),
    (#""batch" : 2"#, #""batch" : "two""#, "this is not the configuration of a run (batch has an impossible value)"),
    (
      #""groups" : 8"#, #""groups" : null"#,
      "this is not the configuration of a run (objective.denoising.network.groups has an impossible value)"
    ),
    (#""name" : "unet""#, #""name" : "vnet""#, "there is no network vnet; there are "),
    (#""groups" : 8"#, #""groups" : 0"#, "groups is 0, but must be from 1 to 4096"),
    (
      #""groups" : 8"#, #""groups" : 3"#, "baseWidth is 8, but must be a multiple of 3, the groups of the normalization"
    ),
    (#""baseWidth" : 8"#, #""baseWidth" : 8000"#, "baseWidth is 8000, but must be from 1 to 4096"),
    (
      #""imageChannels" : 1,\n    "imageSide""#, #""imageChannels" : 2,\n    "imageSide""#,
      "imageChannels is 2, but must be 1, for gray, or 3, for color"
    ),
    (
      #""imageChannels" : 1,\n    "imageSide""#, #""imageChannels" : 3,\n    "imageSide""#,
      "the network is for images of 1 channel(s), but those of the data have 3"
    ),
    (#""timeWidth" : 16"#, #""timeWidth" : 15"#, "timeWidth is 15, but must be even"),
    (#""timeWidth" : 16"#, #""timeWidth" : 0"#, "timeWidth is 0, but must be from 2 to 65536"),
    (
      #""imageSide" : 28"#, #""imageSide" : 30"#,
      "imageSide is 30, but must be a multiple of 4: the network halves it 2 times"
    ),
    (#""imageSide" : 28"#, #""imageSide" : -28"#, "imageSide is -28, but must be from 4 to 4096"),
    (#""timesteps" : 10"#, #""timesteps" : 1000000000"#, "timesteps is 1000000000, but must be from 1 to 1000000"),
    (#""batch" : 2"#, #""batch" : 0"#, "batch is 0, but must be from 1 to 65536"),
    (#""steps" : 100"#, #""steps" : 0"#, "steps is 0, but must be from 1 to 1000000000"),
    (#""warmupSteps" : 10"#, #""warmupSteps" : -1"#, "warmupSteps is -1, but must be from 0 to 1000000000"),
    (#""decay" : 0.8"#, #""decay" : 1.5"#, "average.decay is 1.5, but must be from 0 to 1"),
    (#""learningRate" : 0.002"#, #""learningRate" : -1"#, "the learning rate is -1.0, but must lie between 0 and 10"),
    (#""eta" : 0"#, #""eta" : 2"#, "eta is 2.0, but must be from 0 to 1"),
    (#""labelDropout" : 0"#, #""labelDropout" : 0.1"#, "labelDropout is 0.1, but the network is made without labels"),
    (
      #""seed" : 7"#, #""seed" : -7"#,
      "this is not the configuration of a run (damaged, or a number is out of range)"
    ),
  ])
  func impossibleSettings(setting: String, other: String, expected: String) throws {
    let (setting, other) = (setting.replacing("\\n", with: "\n"), other.replacing("\\n", with: "\n"))
    let json = try recipe.json
    try #require(json.contains(setting), "the file no longer has the setting that this test spoils: \(json)")
    let text = errorMessage { try Recipe(json: json.replacing(setting, with: other), origin: "config.json") }
    #expect(text?.hasPrefix("config.json: " + expected) == true, "\(text ?? "nothing") was said")
  }

  @Test(arguments: [8, 16, 32], [16, 256])
  func theNumberOfWeightsIsKnownInAdvance(base: Int, timeWidth: Int) {
    let configuration = UNet.Configuration(baseWidth: base, imageChannels: 1, timeWidth: timeWidth)
    var generator = RandomGenerator(seed: 0)
    let count = Double(UNet(configuration, using: &generator).parameterCount)
    // Biases and norms, which grow like the width itself, are left out: about 60 numbers a channel.
    #expect(abs(configuration.approximateParameterCount - count) < 0.05 * count + 100 * Double(base))
  }

  @Test(.onWrittenChapters) func aNetworkThatDoesNotFitIntoMemoryIsNotTried() throws {
    var huge = recipe
    huge.unet.baseWidth = 4096
    let text = try #require(errorMessage { try Trainer(huge, source: try huge.data.open(seed: 0)) })
    #expect(text.hasPrefix("this network with 2 images of 28 × 28 × 1 at a time takes about "))
    #expect(text.hasSuffix("; choose a smaller network or batch"))
    #expect(text.contains("GB of memory, but this machine has "))
  }
}

@Suite("What the network sees", .onWrittenChapters)
struct PreparedImagesTests {
  @Test("Digits for a larger network get a black border, the same on all sides")
  func border() {
    let digits = Tensor.ones([2, 28, 28, 1])
    let prepared = DataConfiguration(.mnist, imageSide: 32, imageChannels: 1).prepared(digits)
    #expect(prepared.shape == [2, 32, 32, 1])
    #expect(prepared.sliced(axis: 1, 2..<30).sliced(axis: 2, 2..<30) == digits)
    #expect(prepared.sum().item == Float(2 * (28 * 28 - (32 * 32 - 28 * 28))), "black is −1")
  }

  @Test("Color images and digits much larger than the data are refused")
  func tooLarge() {
    #expect(throws: RecipeError.self) {
      try DataConfiguration(.synthetic, imageSide: 36, imageChannels: 1).open(seed: 0)
    }
    #expect(throws: Never.self) {
      try DataConfiguration(.synthetic, imageSide: 32, imageChannels: 1).open(seed: 0)
    }
  }
}
