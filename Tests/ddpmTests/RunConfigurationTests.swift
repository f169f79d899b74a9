import Foundation
import Tensors
import Testing
import UNetUpsampling

@testable import ddpm

@Suite("Settings of a run")
struct RunConfigurationTests {
  private let configuration = RunConfiguration.small(steps: 100)

  @Test func comeBackFromJSON() throws {
    var extreme = RunConfiguration.small(steps: 3, seed: .max)
    extreme.data = .mnist
    extreme.dataPath = "a folder/with \"quotes\" and ü"
    extreme.learningRate = 0.1 + 0.2
    for configuration in [configuration, extreme] {
      let json = try configuration.json
      #expect(try RunConfiguration(json: json, origin: "config.json") == configuration)
      #expect(try RunConfiguration(json: json, origin: "config.json").json == json, "the same settings, the same text")
    }
  }

  @Test(arguments: [
    ("", "config.json: this is not the configuration of a run (damaged, or a number is out of range)"),
    ("{\"steps\": 3", "config.json: this is not the configuration of a run (damaged, or a number is out of range)"),
    ("[1, 2]", "config.json: this is not the configuration of a run (damaged, or a number is out of range)"),
  ])
  func damagedFiles(json: String, expected: String) {
    #expect(errorMessage { try RunConfiguration(json: json, origin: "config.json") } == expected)
  }

  /// The text of one setting, another in its place, and what is wrong with it.
  @Test(arguments: [
    (#""batch" : 2,"#, "", "this is not the configuration of a run (batch is missing)"),
    (#""batch" : 2"#, #""batch" : "two""#, "this is not the configuration of a run (batch has an impossible value)"),
    (
      #""groups" : 8"#, #""groups" : null"#,
      "this is not the configuration of a run (model.groups has an impossible value)"
    ),
    (#""groups" : 8"#, #""groups" : 0"#, "groups is 0, but must be from 1 to 4096"),
    (#""groups" : 8"#, #""groups" : 3"#, "base is 8, but must be a multiple of 3, the groups of the normalisation"),
    (#""baseWidth" : 8"#, #""baseWidth" : 8000"#, "base is 8000, but must be from 1 to 4096"),
    (#""imageChannels" : 1"#, #""imageChannels" : 2"#, "imageChannels is 2, but must be 1, for grey, or 3, for colour"),
    (#""imageChannels" : 1"#, #""imageChannels" : 0"#, "imageChannels is 0, but must be from 1 to 3"),
    (#""timeWidth" : 16"#, #""timeWidth" : 15"#, "timeWidth is 15, but must be even"),
    (#""timeWidth" : 16"#, #""timeWidth" : 0"#, "timeWidth is 0, but must be from 2 to 65536"),
    (
      #""imageSide" : 28"#, #""imageSide" : 30"#,
      "imageSide is 30, but must be a multiple of 4: the network halves it twice"
    ),
    (#""imageSide" : 28"#, #""imageSide" : -28"#, "imageSide is -28, but must be from 4 to 4096"),
    (#""timesteps" : 10"#, #""timesteps" : 1000000000"#, "timesteps is 1000000000, but must be from 1 to 1000000"),
    (#""batch" : 2"#, #""batch" : 0"#, "batch is 0, but must be from 1 to 65536"),
    (#""steps" : 100"#, #""steps" : 0"#, "steps is 0, but must be from 1 to 1000000000"),
    (#""warmupSteps" : 10"#, #""warmupSteps" : -1"#, "warmupSteps is -1, but must be from 0 to 1000000000"),
    (#""averageDecay" : 0.8"#, #""averageDecay" : 1.5"#, "averageDecay is 1.5, but must be from 0 to 1"),
    (#""learningRate" : 0.002"#, #""learningRate" : -1"#, "the learning rate is -1.0, but must lie between 0 and 10"),
    (
      #""seed" : 7"#, #""seed" : -7"#,
      "this is not the configuration of a run (damaged, or a number is out of range)"
    ),
  ])
  func impossibleSettings(setting: String, other: String, expected: String) throws {
    let json = try configuration.json
    try #require(json.contains(setting), "the file no longer has the setting that this test spoils")
    let text = errorMessage { try RunConfiguration(json: json.replacing(setting, with: other), origin: "config.json") }
    #expect(text == "config.json: " + expected)
  }

  @Test(arguments: [8, 16, 32], [16, 256])
  func theNumberOfWeightsIsKnownInAdvance(base: Int, timeWidth: Int) {
    var configuration = configuration
    configuration.model.baseWidth = base
    configuration.model.timeWidth = timeWidth
    var generator = RandomGenerator(seed: 0)
    let count = Double(UNet(configuration.model, using: &generator).parameterCount)
    // Biases and norms, which grow like the width itself, are left out: about 60 numbers a channel.
    #expect(abs(configuration.approximateParameterCount - count) < 0.05 * count + 100 * Double(base))
  }

  @Test func aNetworkThatDoesNotFitIntoMemoryIsNotTried() throws {
    var huge = configuration
    huge.model.baseWidth = 4096
    let text = try #require(errorMessage { try Trainer(huge, source: try huge.openData()) })
    #expect(text.hasPrefix("base 4096 with 2 images of 28 × 28 at a time takes about "))
    #expect(text.hasSuffix("; choose less"))
    #expect(text.contains("GB of memory, but this machine has "))
  }
}
