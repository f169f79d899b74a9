import Foundation
import Images

/// What was measured at one step of a training.
public struct LogEntry: Codable, Equatable, Sendable {
  /// The step, counted from 0.
  public var step: Int
  /// The loss before the step; of a GAN, the discriminator's.
  public var loss: Float
  /// The generator's loss; nil for a network that predicts noise.
  public var generatorLoss: Float?
  /// The learning rate of the step.
  public var learningRate: Double
  /// Images in a batch, divided by the seconds that the step took.
  public var imagesPerSecond: Double

  private enum CodingKeys: String, CodingKey {
    case step, loss, generatorLoss, imagesPerSecond
    // The key of the first version.
    case learningRate = "rate"
  }
}

extension LogEntry {
  /// The entries of a log, as many as there are; none where there is no such file.
  public static func read(_ url: URL) -> [LogEntry] {
    guard let text = try? Data(contentsOf: url) else { return [] }
    let decoder = JSONDecoder()
    // Line by line: the last one may have been torn when the process was killed.
    return text.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(LogEntry.self, from: $0) }
  }
}

/// The record of a training, a JSON object a line in `log.jsonl`.
struct TrainingLog {
  private(set) var entries: [LogEntry] = []
  private let file: FileHandle
  private let path: String
  private let encoder = JSONEncoder()

  /// Opens the log of a run, which keeps the entries of its first `stepCount` steps: what follows was logged after the
  /// checkpoint from which the run resumes, and will be logged again.
  init(at url: URL, keeping stepCount: Int) throws {
    path = url.path
    let encoder = encoder
    encoder.outputFormatting = [.sortedKeys]
    var entries: [LogEntry] = []
    if stepCount > 0 { entries = LogEntry.read(url).filter { $0.step < stepCount } }
    do {
      let lines = try entries.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
      try Data(lines.joined().utf8).write(to: url, options: .atomic)
      file = try FileHandle(forWritingTo: url)
      try file.seekToEnd()
    } catch {
      throw TrainingError("\(path): cannot be written (\(reason(for: error)))")
    }
    self.entries = entries
  }

  mutating func append(_ entry: LogEntry) throws {
    entries.append(entry)
    do {
      try file.write(contentsOf: try encoder.encode(entry) + Data("\n".utf8))
    } catch {
      throw TrainingError("\(path): cannot be written (\(reason(for: error)))")
    }
  }

  /// The mean loss of the last `count` steps.
  func meanLoss(ofLast count: Int) -> Float {
    let last = entries.suffix(count)
    return last.isEmpty ? .nan : last.reduce(0) { $0 + $1.loss } / Float(last.count)
  }

  /// The loss at each step, and its mean over a window, against the steps.
  var chart: LineChart {
    let window = max(1, entries.count / 50)
    var means: [LineChart.Point] = []
    var sum = 0.0
    for (index, entry) in entries.enumerated() {
      sum += Double(entry.loss)
      if index >= window { sum -= Double(entries[index - window].loss) }
      if index + 1 >= window { means.append(.init(x: Double(entry.step), y: sum / Double(window))) }
    }
    let raw = entries.map { LineChart.Point(x: Double($0.step), y: Double($0.loss)) }
    let generator = entries.compactMap { entry in
      entry.generatorLoss.map { LineChart.Point(x: Double(entry.step), y: Double($0)) }
    }
    guard generator.isEmpty else {
      return LineChart(
        title: "Losses of both networks", xLabel: "step", yLabel: "binary cross-entropy", isLogarithmic: true,
        series: [
          .init("discriminator", points: Self.thinned(raw, to: 1000)),
          .init("generator", points: Self.thinned(generator, to: 1000)),
        ])
    }
    return LineChart(
      title: "Training loss", xLabel: "step", yLabel: "loss", isLogarithmic: true,
      series: [
        .init("each step", points: Self.thinned(raw, to: 2000)),
        .init("mean of \(window)", points: Self.thinned(means, to: 150)),
      ])
  }

  /// Every n-th point, so that about `count` are left: more are not seen, and fewer make a bolder line.
  private static func thinned(_ points: [LineChart.Point], to count: Int) -> [LineChart.Point] {
    stride(from: 0, to: points.count, by: max(1, points.count / count)).map { points[$0] }
  }
}

/// What the log of a run says about it as a whole.
public struct FinishedTraining: Sendable {
  /// The steps that were done.
  public let steps: Int
  /// The time that they took, without saving and drawing.
  public let seconds: Double
  /// The mean loss of the last 100 steps.
  public let lastLoss: Float

  /// Reads the log of a run.
  ///
  /// - Throws: ``TrainingError`` where there is none.
  public init(of folder: RunFolder) throws {
    let recipe = try folder.readRecipe()
    let entries = LogEntry.read(folder.log)
    guard !entries.isEmpty else { throw TrainingError("\(folder.log.path): there is no log of a training") }
    let last = entries.suffix(100)
    steps = (entries.last?.step ?? -1) + 1
    seconds = entries.reduce(0) { $0 + Double(recipe.batch) / $1.imagesPerSecond }
    lastLoss = last.reduce(0) { $0 + $1.loss } / Float(max(last.count, 1))
  }
}
