import ArgumentParser
import Foundation
import Images
import Tensors

/// Draws images with a trained model.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Draw images with a trained model.")

  @Option(help: ArgumentHelp("The weights, or the folder of the run that made them.", valueName: "file"))
  var model: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("How many images; with --strip, how many rows.", valueName: "images"))
  var count: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Decides the noise; with --strip, the first row's, the next row has the next seed.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Write one picture of all images.", valueName: "png"))
  var out: String?

  @Option(help: ArgumentHelp("Write each image to a file of its own in this folder.", valueName: "folder"))
  var each: String?

  @Flag(help: "Show in --out how each image emerges from noise: one row a seed, eight states from left to right.")
  var strip = false

  @Flag(inversion: .prefixedNo, help: "Hold the predicted image to its range at each step.")
  var clip = true

  @Option(parsing: .unconditional, help: ArgumentHelp("Enlarge each pixel of --out so many times.", valueName: "times"))
  var scale = 1

  @OptionGroup var engine: EngineOptions

  func validate() throws {
    let most = strip ? Drawing.batch : 1_000_000
    guard (1...most).contains(imageCount) else {
      throw ValidationError("--count \(imageCount): must be from 1 to \(most)\(strip ? " with --strip" : "")")
    }
    guard (1...1000).contains(scale) else { throw ValidationError("--scale \(scale): must be from 1 to 1000") }
    guard out != nil || each != nil else {
      throw ValidationError("where to? --out FILE for one picture of all images, --each FOLDER for one of each")
    }
    if out == "" || each == "" { throw ValidationError("--out and --each: the name is empty") }
    if strip, out == nil || each != nil {
      throw ValidationError("--strip is one picture and needs --out, without --each")
    }
  }

  func run() throws {
    engine.apply()
    var drawing = try Drawing(contentsOf: model)
    drawing.clipsPrediction = clip
    if let out { try checkPicture(of: drawing.configuration.imageSide, to: URL(fileURLWithPath: out)) }
    if strip, let out {
      let seeds = (0..<imageCount).map { seed &+ UInt64($0) }
      try Picture.strip(of: try drawing.states(seeds: seeds, count: stateCount), scale: scale)
        .writePNG(to: URL(fileURLWithPath: out))
      print(out)
    } else {
      try drawImages(drawing)
    }
  }

  private var imageCount: Int { count ?? (strip ? 8 : 64) }
  private var columns: Int { strip ? stateCount : Drawing.columns(for: imageCount) }
  private var stateCount: Int { 8 }

  /// Makes sure, before any work is done, that the picture can be made and written.
  private func checkPicture(of side: Int, to file: URL) throws {
    let cell = side * scale + 2
    let rows = strip ? imageCount : (imageCount + columns - 1) / columns
    guard columns * cell * rows * cell <= Picture.maximumPixelCount else {
      throw CommandError(
        "\(file.path): a picture of \(columns * cell)×\(rows * cell) is too large; a lower --count or --scale helps")
    }
    guard !file.hasDirectoryPath else { throw CommandError("\(file.path): this is a folder, but a file is needed") }
    let folder = file.deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw CommandError("\(file.path): the folder \(folder) is not there, or cannot be written to")
    }
  }

  private func drawImages(_ drawing: Drawing) throws {
    let count = imageCount
    let folder = each.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let folder { try createFolder(folder) }
    var pictures: [Picture] = []
    var progress = Progress(total: count, unit: "images")
    for first in stride(from: 0, to: count, by: Drawing.batch) {
      let numbers = first..<min(first + Drawing.batch, count)
      let batch = try Picture.pictures(of: try drawing.images(numbers, seed: seed))
      if let folder {
        for (number, picture) in zip(numbers, batch) {
          try picture.writePNG(to: folder.appendingPathComponent(String(format: "%05d.png", number)))
        }
      }
      if out != nil { pictures += batch }
      if count > Drawing.batch { progress.show(numbers.upperBound) }
    }
    if let out {
      try Picture.grid(of: pictures, columns: columns, scale: scale)
        .writePNG(to: URL(fileURLWithPath: out))
      print(out)
    }
    if let each { print("\(each): \(count) images") }
  }
}
