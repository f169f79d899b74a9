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
    try require("--count", count, atLeast: 1)
    try require("--scale", scale, atLeast: 1)
    guard out != nil || each != nil else {
      throw ValidationError("where to? --out FILE for one picture of all images, --each FOLDER for one of each")
    }
    if strip, out == nil || each != nil {
      throw ValidationError("--strip is one picture and needs --out, without --each")
    }
  }

  func run() throws {
    engine.apply()
    var drawing = try Drawing(contentsOf: model)
    drawing.clipsPrediction = clip
    if strip, let out {
      let states = try drawing.states(seeds: (0..<(count ?? 8)).map { seed &+ UInt64($0) }, count: 8)
      try Picture.strip(of: states, scale: scale).writePNG(to: URL(fileURLWithPath: out))
      print(out)
      return
    }
    try drawImages(drawing)
  }

  private func drawImages(_ drawing: Drawing) throws {
    let count = count ?? 64
    let folder = each.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let folder { try RunFolder(folder.path).create() }
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
      try Picture.grid(of: pictures, columns: Drawing.columns(for: count), scale: scale)
        .writePNG(to: URL(fileURLWithPath: out))
      print(out)
    }
    if let each { print("\(each): \(count) images") }
  }
}
