import ArgumentParser
import Foundation
import Images
import Reports
import Tensors
import Training

/// Draws images with a trained model.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw images with a trained model.",
    discussion: "How they are drawn is the model's own recipe, except for what is said here.")

  @Option(help: ArgumentHelp("The weights, or the folder of the run that made them.", valueName: "file"))
  var model: String

  @Option(
    parsing: .unconditional, help: ArgumentHelp("How many images; with --strip, how many rows.", valueName: "images"))
  var count: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("Decides the noise.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "Write one picture of all images, a PNG (default: samples.png, where there is no --each).", valueName: "png"))
  var out: String?

  @Option(help: ArgumentHelp("Write each image to a file of its own in this folder.", valueName: "folder"))
  var each: String?

  @Flag(help: "Show in --out how each image emerges from noise: one row an image, eight states from left to right.")
  var strip = false

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Enlarge each pixel of --out that many times.", valueName: "times"))
  var scale = 1

  @OptionGroup var sampling: SamplingOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    let most = strip ? ImageSampler.batch : 1_000_000
    guard (1...most).contains(imageCount) else {
      throw ValidationError("--count \(imageCount): must be from 1 to \(most)\(strip ? " with --strip" : "")")
    }
    guard (1...1000).contains(scale) else { throw ValidationError("--scale \(scale): must be from 1 to 1000") }
    if out == "" || each == "" { throw ValidationError("--out and --each: the name is empty") }
    if let out, URL(fileURLWithPath: out).pathExtension.lowercased() != "png", !out.hasPrefix("/dev/") {
      throw ValidationError("--out \(out): pictures are written as PNG; end the name in .png")
    }
    if strip, each != nil { throw ValidationError("--strip is one picture and goes without --each") }
  }

  func run() throws {
    engine.apply()
    var sampler = try ImageSampler(contentsOf: model)
    let labels = try sampling.apply(to: &sampler)
    sampler = sampler.showingProgress()
    let file = out ?? (each == nil ? "samples.png" : nil)
    if let file { try checkPicture(of: sampler, labels, to: URL(fileURLWithPath: file)) }
    Interruption.listen()
    defer { Interruption.stopListening() }
    if strip, let file {
      try sampler.processPicture(numbers: 0..<imageCount, seed: seed, states: stateCount, labels: labels, scale: scale)
        .writePNG(to: URL(fileURLWithPath: file))
      print(file)
    } else {
      try drawImages(sampler, labels, to: file)
    }
  }

  private var imageCount: Int { count ?? (strip ? 8 : 64) }
  private var stateCount: Int { 8 }

  /// Makes sure, before any work is done, that the picture can be made and written.
  private func checkPicture(of sampler: ImageSampler, _ labels: LabelChoice?, to file: URL) throws {
    let cell = sampler.recipe.data.imageSide * scale + 2
    let columns = strip ? stateCount : sampler.columns(for: imageCount, labels: labels)
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

  private func drawImages(_ sampler: ImageSampler, _ labels: LabelChoice?, to file: String?) throws {
    let count = imageCount
    let folder = each.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let folder { try createFolder(folder) }
    var pictures: [Picture] = []
    var progress = Progress(total: count, unit: "images")
    for first in stride(from: 0, to: count, by: ImageSampler.batch) {
      let numbers = first..<min(first + ImageSampler.batch, count)
      let batch = try sampler.pictures(numbers, seed: seed, labels: labels)
      if let folder {
        for (number, picture) in zip(numbers, batch) {
          try picture.writePNG(to: folder.appendingPathComponent(String(format: "%05d.png", number)))
        }
      }
      if file != nil { pictures += batch }
      if count > ImageSampler.batch { progress.show(numbers.upperBound) }
    }
    if let file {
      try Picture.grid(of: pictures, columns: sampler.columns(for: count, labels: labels), scale: scale)
        .writePNG(to: URL(fileURLWithPath: file))
      print(file)
    }
    if let each { print("\(each): \(count) images") }
  }
}
