import Evaluation
import Tensors
import Testing

@testable import Scoring

@Suite("Distances of images", .onWrittenChapters)
struct DistanceTests {
  private let classifier: Classifier

  init() throws { classifier = try .ofFirstPixels() }

  private func scores(_ images: ImageSet, against real: ImageSet, heldOut: ImageSet? = nil) throws -> Scores {
    try Scoring.scores(
      of: images, against: Reference(name: "test", images: real, heldOut: heldOut ?? real), using: classifier)
  }

  @Test("A set against itself has the distance 0, and everything in common")
  func itself() throws {
    let images = try gaussianImages(200)
    let result = try scores(images, against: images)
    #expect(abs(result.frechetDistance) < 1e-9)
    #expect(abs(result.floor) < 1e-9)
    #expect(result.precision == 1)
    #expect(result.recall == 1)
    #expect(result.imageCount == 200)
    #expect(result.referenceCount == 200)
    #expect(result.meanInk == result.realMeanInk)
  }

  @Test("With every feature shifted by s, the distance of d features is d · s²")
  func shift() throws {
    // The noise is the same: only the means differ. Batch normalization divides by √(1 + 1e-5) twice.
    let result = try scores(gaussianImages(600, shift: 0.25), against: gaussianImages(600))
    #expect(abs(result.frechetDistance - 4 * 0.25 * 0.25) < 1e-4)
    #expect(abs(result.floor) < 1e-9, "the floor is that of the shifted images")
    #expect(abs(result.meanInk - result.realMeanInk - 4.0 / 16 * 0.25 / 2 * 255) < 1e-3)
  }

  @Test("Images far from the real ones have neither precision nor recall")
  func farAway() throws {
    let result = try scores(gaussianImages(50, shift: 3), against: gaussianImages(50))
    #expect(result.precision == 0)
    #expect(result.recall == 0)
    #expect(result.precisionRecallCount == 50)
  }

  @Test("The floor is that of as many held-out images as there are images")
  func floor() throws {
    let real = try gaussianImages(500)
    let result = try scores(gaussianImages(100, stream: 1), against: real, heldOut: gaussianImages(300, stream: 2))
    #expect(result.floorCount == 100)
    #expect(result.floorRatio != nil)
    let few = try scores(gaussianImages(100, stream: 1), against: real, heldOut: gaussianImages(60, stream: 2))
    #expect(few.floorCount == 60)
    #expect(few.floorRatio == nil, "the distances of 100 and of 60 images are not comparable")
  }

  @Test("The line takes away what few images add, and its standard error says by how much it may be wrong")
  func extrapolation() throws {
    let reference = try FeatureStatistics(of: Observations(of: gaussianImages(20_000), by: classifier).features)
    let found = try (1...16).map { stream in
      let features = try Observations(of: gaussianImages(200, stream: UInt64(stream)), by: classifier).features
      let line = try #require(try Extrapolation(of: features, to: reference))
      return (line: line, plain: frechetDistance(try FeatureStatistics(of: features), reference))
    }
    let mean = found.reduce(0) { $0 + $1.line.distance } / 16
    let plain = found.reduce(0) { $0 + $1.plain } / 16
    let spread = (found.reduce(0) { $0 + ($1.line.distance - mean) * ($1.line.distance - mean) } / 15).squareRoot()
    let error = found.reduce(0) { $0 + $1.line.standardError } / 16
    #expect(abs(mean) < 4 * spread / 4, "the mean of 16 lines; false alarms: 1 in 15,000")
    #expect(plain > 4 * abs(mean), "\(plain) without, \(mean) with the line")
    // χ² with 15 degrees of freedom: a factor of 2 either way has odds of about 1 in 1,000 to be chance.
    #expect((0.5...2).contains(error / spread), "standard error \(error), but the lines scatter by \(spread)")
  }

  @Test("Too few images for a line have no extrapolation")
  func noLine() throws {
    let result = try scores(gaussianImages(12), against: gaussianImages(100))
    #expect(result.extrapolatedDistance == nil)
    #expect(result.extrapolatedStandardError == nil)
  }

  // MARK: Refusals

  @Test func tooFew() throws {
    let few = try gaussianImages(4)
    #expect(
      errorMessage { try scores(few, against: gaussianImages(20)) }
        == "images: 4 images are too few; with 4 features a covariance needs 5")
    #expect(errorMessage { try scores(gaussianImages(5), against: gaussianImages(20)) } == nil)
  }

  @Test func anotherKind() throws {
    let color = try ImageSet(Tensor.zeros([9, 4, 4, 3]))
    #expect(
      errorMessage { try scores(color, against: gaussianImages(20)) }
        == "images are in color, but first-pixels is for images that are gray")
    #expect(
      errorMessage { try ImageSet(Tensor.zeros([9, 4, 5, 1])) }
        == "images: images of shape [9, 4, 5, 1]; square ones in gray or color are needed")
  }
}
