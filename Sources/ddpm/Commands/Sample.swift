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
    discussion: """
      How they are drawn is the model's own recipe, except for what is said here. Without --model it draws with the model of \
      digits that comes with the course, or of scenes with --scene.
      """)

  @Option(help: ArgumentHelp("The weights, or the folder of the run that made them.", valueName: "file"))
  var model: String?

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

  @OptionGroup var subject: SubjectOptions
  @OptionGroup var sampling: SamplingOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    let most = strip ? ImageSampler.batch : 1_000_000
    guard (1...most).contains(imageCount) else {
      throw ValidationError("--count \(imageCount): must be from 1 to \(most)\(strip ? " with --strip" : "")")
    }
    try validateScale(scale)
    _ = try pictureFile
    if each == "" { throw ValidationError("--each: the name of the folder is empty") }
    if strip, each != nil { throw ValidationError("--strip is one picture and goes without --each") }
    if let subject = subject.firstGiven, sampling.label != nil || sampling.labels != nil {
      throw ValidationError(
        "\(subject) and \(sampling.label == nil ? "--labels" : "--label"): only one of them says what to draw")
    }
  }

  func run() throws {
    engine.apply()
    var sampler = try ImageSampler(contentsOf: model ?? subject.shippedModel.url().path)
    let labels = try sampling.apply(to: &sampler, drawing: subject)
    sampler = sampler.showingProgress()
    let file = try pictureFile
    try file?.check(
      count: strip ? imageCount * stateCount : imageCount,
      columns: strip ? stateCount : sampler.columns(for: imageCount, labels: labels),
      side: sampler.recipe.data.imageSide * scale)
    Interruption.listen()
    defer { Interruption.stopListening() }
    if strip, let file {
      try sampler.processPicture(indices: 0..<imageCount, seed: seed, states: stateCount, labels: labels, scale: scale)
        .writePNG(to: file.url)
      print(fileName)
    } else {
      try drawImages(sampler, labels, to: file)
    }
  }

  private var imageCount: Int { count ?? (strip ? 8 : 64) }
  private var stateCount: Int { 8 }

  private var fileName: String { out ?? "samples.png" }

  /// Where the picture of all images goes; nil where there is to be none.
  private var pictureFile: PictureFile? { get throws { out == nil && each != nil ? nil : try PictureFile(fileName) } }

  private func drawImages(_ sampler: ImageSampler, _ labels: LabelChoice?, to file: PictureFile?) throws {
    let count = imageCount
    let folder = each.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let folder { try createFolder(folder) }
    var pictures: [Picture] = []
    var progress = Progress(total: count, unit: "images")
    for first in stride(from: 0, to: count, by: ImageSampler.batch) {
      let indices = first..<min(first + ImageSampler.batch, count)
      let batch = try sampler.pictures(indices, seed: seed, labels: labels)
      if let folder {
        for (index, picture) in zip(indices, batch) {
          try picture.writePNG(to: folder.appendingPathComponent(String(format: "%05d.png", index)))
        }
      }
      if file != nil { pictures += batch }
      if count > ImageSampler.batch { progress.show(indices.upperBound) }
    }
    if let file {
      try Picture.grid(of: pictures, columns: sampler.columns(for: count, labels: labels), scale: scale)
        .writePNG(to: file.url)
      print(fileName)
    }
    if let each { print("\(each): \(count) images") }
  }
}
