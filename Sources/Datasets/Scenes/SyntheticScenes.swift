import Foundation
import Images
import Tensors

/// Labeled scenes without end, drawn by the program: one to three different objects out of cubes, spheres and cylinders in eight
/// colors, the classes of i-CLEVR.
///
/// Everything about a scene comes from its index and the seed, by operations that give the same bits on every machine.
public struct SyntheticScenes: LabeledImages {
  private let seed: UInt64
  private let side: Int

  /// The scenes of a seed.
  ///
  /// - Parameter side: The height and width of the images.
  public init(seed: UInt64 = 0, side: Int = 64) {
    self.seed = seed
    self.side = max(side, 1)
  }

  /// What i-CLEVR's `objects.json` calls the classes, in the order of their numbers: 8 · shape + color.
  public static let classNames = ["cube", "sphere", "cylinder"].flatMap { shape in
    SceneColor.all.map { "\($0.name) \(shape)" }
  }

  /// Nil: every integer is the index of a scene.
  public var count: Int? { nil }

  public var imageShape: Shape { [side, side, 3] }

  public var classNames: [String] { Self.classNames }

  public func images(at indices: [Int]) -> (images: Tensor, labels: Labels) {
    let sets = indices.map { classes(at: $0) }
    return (images(at: indices, showing: sets), .sets(sets))
  }

  public func labels(at indices: [Int]) -> Labels { .sets(indices.map { classes(at: $0) }) }

  /// Scenes with the given sets of classes.
  ///
  /// - Parameters:
  ///   - indices: Decide places and turns.
  ///   - sets: As many sets of at most four classes.
  /// - Returns: `[count, side, side, 3]` from 0 to 1.
  public func images(at indices: [Int], showing sets: [[Int]]) -> Tensor {
    let pixels = zip(indices, sets).flatMap { scene(at: $0, showing: $1).rendered(width: side, height: side) }
    return tensor(of: pixels, count: indices.count)
  }

  /// One, two or three different classes, each number of them as likely.
  func classes(at index: Int) -> [Int] {
    var generator = SplitMix64(seed: seed, index: UInt64(bitPattern: Int64(index)) &* 2)
    var chosen: [Int] = []
    let count = 1 + generator.integer(below: 3)
    while chosen.count < count {
      let candidate = generator.integer(below: Self.classNames.count)
      if !chosen.contains(candidate) { chosen.append(candidate) }
    }
    return chosen
  }

  func scene(at index: Int, showing classes: [Int]) -> Scene {
    // A stream of its own, so that a scene's places do not depend on how many classes were drawn.
    var generator = SplitMix64(seed: seed, index: UInt64(bitPattern: Int64(index)) &* 2 &+ 1)
    return Scene(classes, using: &generator)
  }
}

/// The two lists of sets to be drawn, of 32 each, with as many of each size as in i-CLEVR's lists of that name.
public enum SceneList: String, CaseIterable, Sendable {
  case test
  case newTest = "new_test"
}

extension SyntheticScenes {
  /// Writes scenes in the form of i-CLEVR, which ``ICLEVR`` reads: `images/` with pictures of 320 × 240, `objects.json`,
  /// `train.json`, and the two lists of sets to be drawn, `test.json` and `new_test.json`.
  ///
  /// - Parameters:
  ///   - count: How many scenes.
  ///   - folder: Made where it is not there; files of these names are replaced.
  ///   - onProgress: Told how many pictures have been written.
  public func write(count: Int, to folder: URL, onProgress: (Int) -> Void = { _ in }) throws {
    let images = folder.appendingPathComponent("images", isDirectory: true)
    try FileManager.default.createDirectory(at: images, withIntermediateDirectories: true)
    var scenes: [String: [String]] = [:]
    for index in 0..<count {
      let classes = classes(at: index)
      let name = String(format: "scene_%06d.png", index)
      let pixels = scene(at: index, showing: classes).rendered(width: 320, height: 240)
      try Picture(width: 320, height: 240, channels: 3, bytes: pixels)
        .writePNG(to: images.appendingPathComponent(name))
      scenes[name] = classes.map { Self.classNames[$0] }
      onProgress(index + 1)
    }
    let objects = Dictionary(uniqueKeysWithValues: Self.classNames.enumerated().map { ($1, $0) })
    try writeJSON(objects, to: folder.appendingPathComponent("objects.json"))
    try writeJSON(scenes, to: folder.appendingPathComponent("train.json"))
    for list in SceneList.allCases {
      try writeJSON(sets(of: list), to: folder.appendingPathComponent("\(list.rawValue).json"))
    }
  }

  /// The sets of a list, by the names of their classes.
  public func sets(of list: SceneList) -> [[String]] {
    switch list {
    case .test: sets(from: 1_000_000, sizes: [(1, 6), (2, 12), (3, 14)])
    case .newTest: sets(from: 2_000_000, sizes: [(2, 12), (3, 20)])
    }
  }

  /// The sets of scenes from an index on, as many of each size as are wanted.
  private func sets(from first: Int, sizes: [(size: Int, count: Int)]) -> [[String]] {
    var index = first
    return sizes.flatMap { size, count in
      var found: [[String]] = []
      while found.count < count {
        let set = classes(at: index)
        index += 1
        if set.count == size { found.append(set.map { Self.classNames[$0] }) }
      }
      return found
    }
  }

  private func writeJSON(_ value: some Encodable, to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(value).write(to: file, options: .atomic)
  }
}
