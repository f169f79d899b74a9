import Datasets
import Reports

/// A description in words of a source of images, and of some that were chosen from it.
struct DataDescription {
  private let name: String
  private let source: any LabeledImages
  private let configuration: DataConfiguration
  private let labels: Labels

  /// - Parameter indices: The chosen images.
  init(_ source: any LabeledImages, _ configuration: DataConfiguration, showing indices: [Int]) {
    name = configuration.source.rawValue
    self.source = source
    self.configuration = configuration
    labels = source.labels(at: indices)
  }

  /// One line: how many images there are, how large, and how often each class is to be seen.
  var summary: String {
    let count = source.count.map { "\($0) images" } ?? "images without end"
    let side = configuration.imageSide
    let size = "\(side)×\(side) in \(configuration.imageChannels == 1 ? "gray" : "color")"
    return "\(name): \(count) of \(size), " + classes
  }

  private var classes: String {
    let names = source.classNames
    guard !names.isEmpty else { return "without labels" }
    let counted = source.count.map { source.labels(at: Array(0..<$0)) } ?? labels
    var tally = [Int](repeating: 0, count: names.count)
    for label in counted.sets.joined() { tally[label] += 1 }
    let list = zip(names, tally).map { "\($0): \($1)" }.joined(separator: ", ")
    let noun = names.count == 1 ? "class" : "classes"
    return "\(names.count) \(noun) (\(source.count == nil ? "in the picture " : "")\(list))"
  }

  /// The labels of the chosen images, a line for each row of the picture; empty where there are no labels.
  ///
  /// - Parameter columns: How many images are in a row.
  func captions(columns: Int) -> [String] {
    var names = labels.sets.map { set in set.map { source.classNames[$0] }.joined(separator: " + ") }
    // Single classes stand in columns, as their images do; sets would make the lines too long.
    if !configuration.source.hasLabelSets {
      let width = names.map(\.count).max() ?? 0
      names = names.map { $0 + String(repeating: " ", count: width - $0.count) }
    }
    return stride(from: 0, to: names.count, by: columns).map { first in
      names[first..<min(first + columns, names.count)].joined(separator: " | ")
    }
  }
}

extension Labels {
  /// The classes of each image; empty where there are no labels.
  fileprivate var sets: [[Int]] {
    switch self {
    case .none: []
    case .classes(let classes): classes.map { [$0] }
    case .sets(let sets): sets
    }
  }
}
