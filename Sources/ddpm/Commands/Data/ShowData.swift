import ArgumentParser
import Datasets
import Foundation
import Images
import Reports
import Training

/// Draws some images of a source.
struct ShowData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Draw a grid of images as a training would see them, and say what they are.")

  @OptionGroup var images: DataOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Height and width of the images (default: as they are; 64 for scenes and pictures of one's own).",
      valueName: "pixels"))
  var side: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("How many images.", valueName: "images"))
  var count = 64

  @Option(parsing: .unconditional, help: ArgumentHelp("Decides which images.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("The picture to write.", valueName: "png"))
  var out = "data.png"

  @Option(parsing: .unconditional, help: ArgumentHelp("Enlarge each pixel that many times.", valueName: "times"))
  var scale = 1

  func validate() throws {
    guard (1...10_000).contains(count) else { throw ValidationError("--count \(count): must be from 1 to 10000") }
    if let side, !(4...4096).contains(side) { throw ValidationError("--side \(side): must be from 4 to 4096") }
    try validateScale(scale)
    _ = try (PictureFile(out), configuration)
  }

  func run() throws {
    let (file, configuration) = try (PictureFile(out), configuration)
    try file.check(count: count, columns: columnCount(for: count), side: configuration.imageSide * scale)
    if configuration.source == .folder, let path = configuration.path {
      Terminal.standardError.write(line: "Reading all pictures in \(path).")
    }
    let source = try configuration.open(seed: seed)
    let indices = Batches(of: source.count, size: count, seed: seed).indices(step: 0)
    let columns = columnCount(for: indices.count)
    try Picture.grid(of: pictures(of: source, at: indices, configuration), columns: columns, scale: scale)
      .writePNG(to: file.url)
    let description = DataDescription(source, configuration, showing: indices)
    let lines = [description.summary] + description.captions(columns: columns) + [out]
    try StandardStreams.writeResult(lines.map { $0 + "\n" }.joined())
  }

  /// What of the source a training would see.
  private var configuration: DataConfiguration {
    get throws {
      let source = images.data ?? .synthetic
      // In the range that needs no exercise.
      var configuration = DataConfiguration(
        source, imageSide: side ?? source.imageSide, imageChannels: source.isGray ? 1 : 3, pixelRange: .unit)
      try images.apply(to: &configuration)
      return configuration
    }
  }

  private func pictures(
    of source: any LabeledImages, at indices: [Int], _ configuration: DataConfiguration
  ) throws -> [Picture] {
    var progress = Progress(total: indices.count, unit: "images")
    var pictures: [Picture] = []
    for first in stride(from: 0, to: indices.count, by: 16) {
      let chosen = Array(indices[first..<min(first + 16, indices.count)])
      let batch = configuration.prepared(source.images(at: chosen).images)
      pictures += try Picture.pictures(of: batch, values: configuration.values)
      if indices.count > 64 { progress.show(pictures.count) }
    }
    return pictures
  }
}
