import Foundation
import Learning
import Tensors
import TestSupport
import Testing

@testable import Scoring

@Suite("Statistics that are kept", .onWrittenChapters)
struct ReferenceStatisticsTests {
  private let folder: TemporaryFolder
  private let classifier: Classifier

  init() throws {
    folder = try TemporaryFolder()
    classifier = try .ofFirstPixels()
  }

  /// The statistics, and whether images had to be looked at.
  private func statistics(
    of images: ImageSet, by classifier: Classifier? = nil
  ) throws -> (ReferenceStatistics, wereComputed: Bool) {
    var wereComputed = false
    let reference = Reference(name: "test", images: images, heldOut: try gaussianImages(10), cache: folder.url)
    let statistics = try ReferenceStatistics.of(reference, by: classifier ?? self.classifier) { _, _ in
      wereComputed = true
    }
    return (statistics, wereComputed)
  }

  @Test func theyAreComputedOnce() throws {
    let images = try gaussianImages(300)
    let (first, wereComputed) = try statistics(of: images)
    #expect(wereComputed)
    let (second, wereComputedAgain) = try statistics(of: images)
    #expect(!wereComputedAgain)
    #expect(first == second, "not the same bits")
    #expect(first.count == 300)
    #expect(try folder.names.count == 1)
  }

  @Test("A file that is cut off, changed or of something else is computed anew", arguments: 0..<4)
  func damage(kind: Int) throws {
    let images = try gaussianImages(300)
    let (sound, _) = try statistics(of: images)
    let file = folder.file(try #require(try folder.names.first))
    var bytes = [UInt8](try Data(contentsOf: file))
    switch kind {
    case 0: bytes.removeLast(bytes.count / 2)
    case 1: bytes = []
    case 2: bytes = Array("[1, 2]".utf8)
    default:
      // One digit of one number: still JSON, still numbers.
      let place = try #require(bytes.firstRange(of: Array("0.4".utf8))?.upperBound)
      bytes[place] = bytes[place] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
    }
    try Data(bytes).write(to: file)
    let (again, wereComputed) = try statistics(of: images)
    #expect(wereComputed)
    #expect(again == sound)
    #expect(try !statistics(of: images).wereComputed, "the damaged file was not replaced")
  }

  @Test func otherImagesOrWeightsHaveOtherStatistics() throws {
    _ = try statistics(of: gaussianImages(300))
    #expect(try statistics(of: gaussianImages(300, stream: 5)).wereComputed)
    #expect(try statistics(of: gaussianImages(301)).wereComputed)
    let other = try Classifier.ofFirstPixels(showsSets: true)
    #expect(other.fingerprint != classifier.fingerprint)
    #expect(try statistics(of: gaussianImages(300), by: other).wereComputed)
    #expect(try folder.names.count == 4)
  }
}
