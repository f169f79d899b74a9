import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

@testable import Datasets

@Suite("Scenes drawn by the program")
struct SceneTests {
  @Test("The classes are i-CLEVR's, in its order")
  func classes() {
    #expect(SyntheticScenes.classNames.count == 24)
    #expect(SyntheticScenes.classNames[0] == "gray cube")
    #expect(SyntheticScenes.classNames[9] == "red sphere")
    #expect(SyntheticScenes.classNames[23] == "yellow cylinder")
  }

  @Test("A scene depends on the seed and its index, not on the batch it is in")
  func independence() {
    let scenes = SyntheticScenes(seed: 3, side: 16)
    let (together, labels) = scenes.images(at: [5, -1, 7])
    #expect(together.shape == [3, 16, 16, 3])
    let (alone, label) = scenes.images(at: [-1])
    #expect(together.sliced(axis: 0, 1..<2) == alone)
    guard case .sets(let sets) = labels, case .sets(let one) = label else {
      Issue.record("scenes have sets of labels")
      return
    }
    #expect(sets[1] == one[0])
    #expect(SyntheticScenes(seed: 4, side: 16).images(at: [5]).images != together.sliced(axis: 0, 0..<1))
  }

  @Test("One to three different objects, each number as often, every class about as often")
  func statistics() {
    let scenes = SyntheticScenes(seed: 1)
    let sets = (0..<3000).map { scenes.classes(at: $0) }
    var tally = [Int](repeating: 0, count: 24)
    for set in sets {
      #expect(Set(set).count == set.count, "an object stands twice")
      for kind in set { tally[kind] += 1 }
    }
    // Binomial with 3000 draws of 1/3: deviation 26. Each class is in 1/12 of the scenes: mean 250, deviation 15. Five of each.
    for size in 1...3 { #expect(abs(sets.count { $0.count == size } - 1000) < 130) }
    for count in tally { #expect(abs(count - 250) < 76) }
  }

  @Test("Objects keep their distance")
  func distances() {
    let scenes = SyntheticScenes(seed: 2)
    for index in 0..<300 {
      let objects = scenes.scene(at: index, showing: [0, 9, 18]).objects
      for (place, one) in objects.enumerated() {
        for other in objects[..<place] {
          let (dx, dy) = (one.x - other.x, one.y - other.y)
          #expect((dx * dx + dy * dy).squareRoot() > 1.4, "scene \(index): two objects touch or hide each other")
        }
      }
    }
  }

  @Test("Every object is seen in its color", arguments: 0..<24)
  func colors(kind: Int) {
    var generator = SplitMix64(seed: 5, index: UInt64(kind))
    let pixels = Scene([kind], using: &generator).rendered(width: 64, height: 48)
    let color = SceneColor.all[kind % 8].light
    // Pixels whose color points in the object's direction, whatever their brightness.
    let found = stride(from: 0, to: pixels.count, by: 3).count { place in
      let pixel = Vector3(Float(pixels[place]), Float(pixels[place + 1]), Float(pixels[place + 2]))
      return pixel.dot(pixel) > 0 && pixel.normalized.dot(color.normalized) > 0.985
    }
    // An object covers about a twentieth of the picture. The floor is gray as well.
    #expect(found > 64 * 48 / 60, "only \(found) pixels of \(SyntheticScenes.classNames[kind])")
  }

  @Test("A ray meets each form where geometry says")
  func rays() {
    func hit(_ shape: SceneShape, from origin: Vector3, _ direction: Vector3) -> SceneObject.Hit? {
      SceneObject(shape: shape, color: 0, x: 0, y: 0, turn: [1, 0]).hit(by: Ray(origin: origin, direction: direction))
    }
    // From the front, along y, at the height of the middle.
    #expect(abs((hit(.sphere, from: [0, -5, 0.7], [0, 1, 0])?.distance ?? 0) - 4.3) < 1e-5)
    #expect(abs((hit(.cube, from: [0, -5, 0.5], [0, 1, 0])?.distance ?? 0) - 4.42) < 1e-5)
    #expect(abs((hit(.cylinder, from: [0, -5, 0.5], [0, 1, 0])?.distance ?? 0) - 4.4) < 1e-5)
    #expect(hit(.cube, from: [0, -5, 0.5], [0, 1, 0])?.normal == [0, -1, 0])
    // From above: the top.
    #expect(hit(.cylinder, from: [0, 0, 5], [0, 0, -1])?.normal == [0, 0, 1])
    #expect(hit(.cube, from: [0.3, 0.3, 5], [0, 0, -1])?.normal == [0, 0, 1])
    // Beside them, and behind the eye.
    for shape in SceneShape.allCases {
      #expect(hit(shape, from: [2, -5, 0.5], [0, 1, 0]) == nil)
      #expect(hit(shape, from: [0, 5, 0.5], [0, 1, 0]) == nil)
    }
  }

  @Test("What is written in i-CLEVR's form is read back")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let scenes = SyntheticScenes(seed: 9, side: 32)
    try scenes.write(count: 3, to: URL(fileURLWithPath: folder.path))
    let read = try ICLEVR(folder: folder.path, side: 32)
    #expect(read.count == 3)
    #expect(read.classNames == SyntheticScenes.classNames)
    let (images, labels) = read.images(at: [2, 0])
    #expect(labels == .sets([scenes.classes(at: 2), scenes.classes(at: 0)]))
    #expect(read.labels(at: [2, 0]) == labels && scenes.labels(at: [2, 0]) == labels)
    #expect(read.labels(at: [0, 3]) == .none)
    // The same scene drawn small, and drawn large and made small, are alike except at edges.
    let direct = scenes.images(at: [2, 0]).images
    #expect(Double((images - direct).abs().mean().item) < 0.02)
    #expect(
      try ICLEVR.testSets("test.json", in: folder.path).map(\.count).sorted() == [Int](repeating: 1, count: 6)
        + [Int](repeating: 2, count: 12) + [Int](repeating: 3, count: 14))
    #expect(try ICLEVR.testSets("new_test.json", in: folder.path).count == 32)
  }

  // Only operations that IEEE 754 defines to the bit take part. (Computed by this code; a change of this number is a change of
  // everyone's training data.)
  @Test("The scenes are fixed for good, on every machine")
  func isStable() {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<8 {
      let scenes = SyntheticScenes(seed: 1)
      for byte in scenes.scene(at: index, showing: scenes.classes(at: index)).rendered(width: 32, height: 32) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
      }
    }
    #expect(hash == 6_362_196_193_954_492_559, "the same seed draws other scenes than before")
  }
}
