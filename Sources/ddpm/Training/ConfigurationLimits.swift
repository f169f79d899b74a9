import Datasets
import Foundation
import Tensors

// A configuration may come from a command line, or from a file that was edited by hand or damaged. What it asks for is
// looked at before memory is taken and work is done.

extension RunConfiguration {
  /// What makes this configuration impossible, if anything does.
  var problem: String? {
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("base", model.baseWidth, 1...4096), ("imageChannels", model.imageChannels, 1...3),
      ("timeWidth", model.timeWidth, 2...65536), ("groups", model.groups, 1...4096), ("imageSide", imageSide, 4...4096),
      ("timesteps", timesteps, 1...1_000_000), ("batch", batch, 1...65536), ("steps", steps, 1...1_000_000_000),
      ("warmupSteps", warmupSteps, 0...1_000_000_000),
    ]
    for (name, value, range) in limits where !range.contains(value) {
      return "\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)"
    }
    if model.baseWidth % model.groups != 0 {
      return "base is \(model.baseWidth), but must be a multiple of \(model.groups), the groups of the normalisation"
    }
    if model.imageChannels == 2 { return "imageChannels is 2, but must be 1, for grey, or 3, for colour" }
    if model.timeWidth % 2 != 0 { return "timeWidth is \(model.timeWidth), but must be even" }
    if imageSide % 4 != 0 {
      return "imageSide is \(imageSide), but must be a multiple of 4: the network halves it twice"
    }
    if !(learningRate > 0 && learningRate < 10) {
      return "the learning rate is \(learningRate), but must lie between 0 and 10"
    }
    if !(0...1).contains(averageDecay) { return "averageDecay is \(averageDecay), but must be from 0 to 1" }
    return nil
  }

  /// Makes sure that this machine can train, or draw with, this network on these images.
  ///
  /// - Parameters:
  ///   - images: How many images the network sees at a time.
  ///   - training: Whether it learns from them, for which it keeps what it computed on the way.
  func checkMemory(images: Int, training: Bool) throws {
    let needed = memory(images: images, training: training)
    let present = Double(ProcessInfo.processInfo.physicalMemory)
    if needed > present {
      let gigabytes = { (bytes: Double) in String(format: "%.0f GB", (bytes / 1e9).rounded(.up)) }
      throw CommandError(
        "base \(model.baseWidth) with \(images) images of \(imageSide) × \(imageSide) at a time takes about "
          + "\(gigabytes(needed)) of memory, but this machine has \(gigabytes(present)); choose less")
    }
  }

  /// About how many bytes it takes. What the network keeps of an image in order to learn was measured, as about 70 times
  /// the image at its base width, for base widths from 16 to 64.
  func memory(images: Int, training: Bool) -> Double {
    let numbersOfImage = Double(imageSide * imageSide * max(model.baseWidth, model.imageChannels))
    // The weights, their gradients, averages and two moments, and a copy of most of them while a checkpoint is written.
    let copies = training ? 13.0 : 3
    return 4 * (copies * approximateParameterCount + Double(images) * numbersOfImage * (training ? 70 : 10))
  }

  /// The number of weights without those that grow more slowly than the network. It is wanted before a network is made.
  var approximateParameterCount: Double {
    let (b, t) = (Double(model.baseWidth), Double(model.timeWidth))
    return 1046 * b * b + 20 * t * b + 2 * t * t
  }

  /// Makes sure that images are of the size that the network is for.
  func check(_ source: any LabeledImages) throws {
    let expected: Shape = [imageSide, imageSide, model.imageChannels]
    guard source.imageShape == expected else {
      throw CommandError(
        "the images of \(data.rawValue) are \(source.imageShape), but the run is set up for \(expected)")
    }
  }

  /// What a JSON decoder has against a file, in a few words.
  static func flaw(_ error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context)?: return "\(name(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?, .dataCorrupted(let context)?:
      return context.codingPath.isEmpty
        ? "damaged, or a number is out of range" : "\(name(context.codingPath)) has an impossible value"
    default: return "damaged"
    }
  }
}
