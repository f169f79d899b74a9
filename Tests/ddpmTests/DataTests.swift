import Datasets
import Fetching
import Foundation
import Images
import Reports
import TestSupport
import Testing

@testable import ddpm

@Suite("ddpm data")
struct DataTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func description(_ source: DataSource, _ indices: [Int], path: String? = nil) throws -> DataDescription {
    let configuration = DataConfiguration(
      source, path: path, imageSide: source.imageSide, imageChannels: source.isGray ? 1 : 3)
    return DataDescription(try configuration.open(seed: 1), configuration, showing: indices)
  }

  @Test func whatCanBeFetchedIsNamedWhereItIsMissing() throws {
    #expect(
      DataSource.allCases.filter(\.canBeFetched).map(\.rawValue) == PublishedDataset.Name.allCases.map(\.rawValue))
    let nowhere = folder.file("nowhere").path
    #expect(
      printedError { try description(.mnist, [], path: nowhere) }
        == "\(nowhere): there is no such folder (ddpm data fetch mnist --to \(nowhere) brings it)")
    #expect(
      printedError { try description(.cifar10, []) }
        == "--data cifar10 needs --data-path, the folder that holds it (ddpm data fetch cifar10 --to FOLDER brings it)")
    #expect(
      printedError { try description(.iclevr, []) } == "--data iclevr needs --data-path, the folder that holds it")
  }

  // MARK: Show

  @Test func digitsAreCountedInThePicture() throws {
    let description = try description(.synthetic, Array(0..<5))
    guard case .classes(let classes) = SyntheticDigits(seed: 1).labels(at: Array(0..<5)) else {
      Issue.record("digits without classes")
      return
    }
    let rows = [classes[..<3], classes[3...]]
    #expect(description.captions(columns: 3) == rows.map { $0.map(String.init).joined(separator: " | ") })
    #expect(
      description.summary.hasPrefix("synthetic: images without end of 28×28 in gray, 10 classes (in the picture 0: "))
  }

  @Test func setsAreNamedImageByImage() throws {
    try SyntheticScenes(seed: 4).write(count: 3, to: folder.url)
    let description = try description(.iclevr, [2, 0], path: folder.path)
    let captions = description.captions(columns: 2)
    #expect(captions.count == 1 && captions[0].split(separator: "|").count == 2)
    let scenes = SyntheticScenes(seed: 4)
    guard case .sets(let sets) = scenes.labels(at: [2]) else {
      Issue.record("scenes without sets")
      return
    }
    #expect(captions[0].hasPrefix(sets[0].map { scenes.classNames[$0] }.joined(separator: " + ")))
    #expect(description.summary.hasPrefix("iclevr: 3 images of 64×64 in color, 24 classes (gray cube: "))
  }

  @Test func aGridIsWritten() throws {
    let file = folder.file("grid.png")
    try ShowData.parse(["--count", "6", "--scale", "2", "--side", "14", "--out", file.path]).run()
    let picture = try Picture(contentsOf: file)
    // Three columns and two rows of 28 pixels, with two around each.
    #expect(picture.width == 3 * 30 + 2 && picture.height == 2 * 30 + 2 && picture.channels == 1)
  }

  @Test func nothingIsWrittenWhereTheDataCannotBeRead() throws {
    let file = folder.file("grid.png")
    let show = try ShowData.parse(["--data", "folder", "--data-path", folder.path, "--out", file.path])
    #expect(printedError { try show.run() } == "\(folder.path): holds no PNG files")
    let odd = try ShowData.parse(["--side", "36", "--out", file.path])
    #expect(
      printedError { try odd.run() } == "the images of synthetic are [28, 28, 1], which cannot become [36, 36, 1]")
    #expect(try folder.names.isEmpty)
  }

  // MARK: Scenes

  @Test func scenesDoNotReplaceOthers() throws {
    let scenes = try WriteScenes.parse(["--count", "2", "--to", folder.path, "--seed", "3"])
    try scenes.run()
    let read = try ICLEVR(folder: folder.path)
    #expect(read.labels(at: [0, 1]) == SyntheticScenes(seed: 3).labels(at: [0, 1]))
    #expect(printedError { try scenes.run() } == "\(folder.path): holds scenes already; name another folder")
  }
}
