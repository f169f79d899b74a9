import Evaluation
import Tensors
import TestSupport
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

  @Test("One real image again and again is all of it real, but hardly anything of what is real")
  func oneImage() throws {
    let real = try gaussianImages(50)
    let first = try real.images(at: 0..<1).images
    let result = try scores(ImageSet(.concatenated([Tensor](repeating: first, count: 50), axis: 0)), against: real)
    #expect(result.precision == 1)
    #expect(result.recall == 1.0 / 50)
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

  /// Lines through the distances of 200 images whose features are shifted, and the distances of all 200.
  private func lines(_ count: Int, shift: Float) throws -> [(line: Extrapolation, plain: Double)] {
    let reference = FeatureStatistics(mean: .init(repeating: 0.5, count: 4), covariance: 0.01 * .identity(size: 4))
    return try (1...count).map { stream in
      let images = try gaussianImages(200, shift: shift, stream: UInt64(stream))
      let features = try Observations(of: images, by: classifier).features
      let line = try #require(try Extrapolation(of: features, to: reference))
      return (line, frechetDistance(try FeatureStatistics(of: features), reference))
    }
  }

  /// The mean of lines, and their standard deviation from one set of images to another.
  private func statistics(of lines: [(line: Extrapolation, plain: Double)]) -> (mean: Double, deviation: Double) {
    let mean = lines.reduce(0) { $0 + $1.line.distance } / Double(lines.count)
    let squares = lines.reduce(0) { $0 + ($1.line.distance - mean) * ($1.line.distance - mean) }
    return (mean, (squares / Double(lines.count - 1)).squareRoot())
  }

  // One deviation is four standard errors of a mean of 16. Student's t with 15 degrees of freedom is beyond 4 in 1 case of 900.

  @Test("The line takes away what few images add")
  func excess() throws {
    let lines = try lines(16, shift: 0)
    let (mean, deviation) = statistics(of: lines)
    let plain = lines.reduce(0) { $0 + $1.plain } / 16
    #expect(abs(mean) < deviation, "\(mean), where 0 is right")
    #expect(plain > deviation, "there was nothing to take away")
  }

  @Test("The standard error says by how much lines differ from one set of images to another")
  func standardError() throws {
    let lines = try lines(32, shift: 0.25)
    let (mean, deviation) = statistics(of: lines)
    let error = lines.reduce(0) { $0 + $1.line.standardError } / 32
    #expect(abs(mean - 0.25) < deviation, "\(mean), where 0.25 is right")
    // A deviation of 32 numbers is 13 % off: these bounds are more than three such errors away.
    #expect((0.65...1.6).contains(error / deviation), "standard error \(error), but the lines scatter by \(deviation)")
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
