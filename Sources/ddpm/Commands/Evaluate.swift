import ArgumentParser
import Datasets
import Foundation
import Learning
import Reports
import Scoring
import Training

extension Reference.Kind: ExpressibleByArgument {}

/// Scores images against real ones.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score a model's images, or a folder of pictures, against real images.",
    discussion: """
      What a small classifier sees in the images is compared with what it sees in real ones: its features by their Fréchet \
      distance, precision and recall, its answers by how sure it is and how often it finds what an image was drawn for. \
      A model that draws by label is asked for each class as often as the real images show it. \
      Statistics of the real images are kept in runs/cache.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model's weights, the folder of the run that made them, or a folder of PNG files.", valueName: "model|folder"))
  var subject: String

  @Option(help: "The real images.")
  var against: Reference.Kind

  @Option(help: ArgumentHelp("The folder that holds the real images, for mnist and cifar-cats.", valueName: "folder"))
  var dataPath: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many images (default: 2000, of a folder at most all).", valueName: "images"))
  var count: Int?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Decides the noise that a model draws from.", valueName: "number"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Write the scores to this file too.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("The classifier (default: the one in models/ for these images).", valueName: "file"))
  var classifier: String?

  @OptionGroup var sampling: SamplingOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if let count, !(2...1_000_000).contains(count) {
      throw ValidationError("--count \(count): must be from 2 to 1000000")
    }
    if json == "" { throw ValidationError("--json: the name of the file is empty") }
    if dataPath != nil, !against.needsPath {
      throw ValidationError("--data-path: \(against.rawValue) images are drawn by the program and need no folder")
    }
  }

  func run() throws {
    engine.apply()
    let file = try json.map { try ResultFile($0) }
    let classifier = try openClassifier()
    let (set, lists) = try openImages(for: classifier)
    let reference = try Reference(
      against, dataPath: dataPath, imageSide: set.imageSide, for: classifier,
      cache: URL(fileURLWithPath: "runs/cache", isDirectory: true))
    var progress = ScoringProgress()
    var result = try scores(of: set, against: reference, using: classifier) { progress.show($0, $1, of: $2) }
    for (list, images) in lists {
      result.lists = result.lists ?? [:]
      result.lists?[list.rawValue] = try TopKScores(of: images, using: classifier) {
        progress.show(.images, $0, of: images.count)
      }
    }
    try file?.write(result)
    try StandardStreams.writeResult(result.text(subject: against.subject))
  }

  private func openClassifier() throws -> Classifier {
    if let classifier { return try Classifier(contentsOf: classifier) }
    let shipped = against.classifier
    guard let file = try? shipped.url() else {
      throw CommandError(
        "models/\(shipped.name).safetensors: there is no such file here or beside the program; name a classifier with "
          + "--classifier")
    }
    return try Classifier(contentsOf: file.path)
  }

  /// The images to be scored, and those that a model of scenes draws for the two lists.
  private func openImages(for classifier: Classifier) throws -> (ImageSet, lists: [SceneList: ImageSet]) {
    if isPictureFolder {
      if let option = sampling.firstGiven { throw CommandError("\(option): \(subject) is a folder of pictures") }
      return (try ImageSet(folder: subject, for: classifier, count: count ?? against.usualCount), [:])
    }
    var sampler = try ImageSampler(contentsOf: subject)
    let count = count ?? against.usualCount
    let chosen = try sampling.apply(to: &sampler)
    let isChosen = sampling.label != nil || sampling.labels != nil
    let labels = isChosen ? chosen : try against.labels(for: sampler.recipe, count: count, dataPath: dataPath)
    sampler = sampler.showingProgress()
    let lists = against == .scenes ? try Reference.Kind.lists(drawnBy: sampler, seed: seed) : [:]
    return (ImageSet(drawnBy: sampler, seed: seed, labels: labels, count: count), lists)
  }

  /// Whether the subject is a folder without a model.
  private var isPictureFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: subject, isDirectory: &isFolder) && isFolder.boolValue
      && !FileManager.default.fileExists(atPath: RunFolder(subject).model.path)
  }
}

/// A file for results, looked at before any work is done.
private struct ResultFile {
  private let url: URL

  init(_ name: String) throws {
    url = URL(fileURLWithPath: name)
    guard !url.hasDirectoryPath else { throw CommandError("\(name): this is a folder, but a file is needed") }
    let folder = url.deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw CommandError("\(name): the folder \(folder) is not there, or cannot be written to")
    }
  }

  func write(_ scores: Scores) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try encoder.encode(scores).write(to: url, options: .atomic)
    } catch {
      throw CommandError("\(url.path): cannot be written (\(reason(for: error)))")
    }
  }
}
