import Foundation
import Reports
import TestSupport
import Testing

@testable import Training

/// The files in `models/` are what the program says they are.
@Suite("The shipped models", .onWrittenReports)
struct ShippedModelTests {
  @Test(
    "Each has a recipe that can be trained, without a folder of anybody's machine",
    arguments: ShippedModel.all.map(\.name))
  func recipe(name: String) throws {
    let model = try ShippedModel.named(name)
    #expect(model.recipe.problem == nil)
    #expect(model.recipe.data.path == nil)
  }

  @Test(
    "Each file holds the network of its recipe, and its card says the same", arguments: ShippedModel.all.map(\.name))
  func file(name: String) throws {
    let model = try ShippedModel.named(name)
    let url = try model.url()
    let (network, recipe) = try TrainedModel.read(url.path)
    var expected = model.recipe
    expected.data.classNames = recipe.data.classNames
    #expect(recipe == expected, "the file was trained by another recipe; ddpm ship writes it anew")
    let card = try String(contentsOf: url.deletingPathExtension().appendingPathExtension("md"), encoding: .utf8)
    #expect(card.contains("| Parameters | \(network.network.parameterCount) |"))
    #expect(card.contains(try recipe.json), "the card has another recipe than the file")
  }

  @Test("An unknown name is an error that lists those there are")
  func unknown() {
    #expect(
      errorMessage { try ShippedModel.named("digit") }
        == "there is no shipped model digit; there are \(ShippedModel.names)")
  }

  @Test("All files together stay small")
  func size() throws {
    let sizes = try ShippedModel.all.map { try Data(contentsOf: $0.url()).count }
    #expect(sizes.reduce(0, +) < 12_000_000)
  }
}
