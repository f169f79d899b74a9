import Datasets
import Foundation
import Images
import Tensors
import TestSupport
import Testing

@Suite struct ICLEVRTests {
  private func folder(
    objects: String = #"{"gray cube": 0, "red cube": 1, "blue sphere": 2}"#,
    train: String = #"{"b.png": ["blue sphere", "gray cube"], "a.png": ["red cube"]}"#
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(objects.utf8, as: "objects.json")
    try folder.write(train.utf8, as: "train.json")
    for (name, value) in [("a", UInt8(51)), ("b", 255)] {
      let picture = try Picture(width: 32, height: 24, channels: 1, bytes: Array(repeating: value, count: 32 * 24))
      try folder.write(picture.png(), as: name + ".png")
    }
    return folder
  }

  private func reason(_ folder: TemporaryFolder) throws -> String {
    try #require(throws: DatasetError.self) { try ICLEVR(folder: folder.path, images: folder.path) }.reason
  }

  @Test("images come by name, in color and 64 × 64, each with its set") func reads() throws {
    let folder = try folder()
    let source = try ICLEVR(folder: folder.path, images: folder.path)
    #expect(source.count == 2 && source.classNames == ["gray cube", "red cube", "blue sphere"])
    let (images, labels) = source.images(at: [1, 0])
    #expect(labels == .sets([[2, 0], [1]]))
    #expect(images.shape == [2, 64, 64, 3])
    #expect(images[0, 63, 63, 2] == 1 && images[1, 0, 0, 1] == 51.0 / 255)
    #expect(source.images(at: [2]).images.fault?.reason == "there is no image 2 among 2")
  }

  @Test("lists to test with become numbers") func testLists() throws {
    let folder = try folder()
    try folder.write(#"[["red cube"], ["blue sphere", "gray cube"]]"#.utf8, as: "test.json")
    #expect(try ICLEVR.testSets("test.json", in: folder.path) == [[1], [2, 0]])
    try folder.write(#"{"a": 1}"#.utf8, as: "test.json")
    let error = try #require(throws: DatasetError.self) { try ICLEVR.testSets("test.json", in: folder.path) }
    #expect(error.reason.hasPrefix("not a list of the form"))
  }

  @Test("what is wrong is said in one line") func errors() throws {
    #expect(try reason(folder(objects: "{")) == "not JSON")
    #expect(try reason(folder(objects: #"{"gray cube": 1}"#)).hasPrefix("not an object of the form"))
    #expect(try reason(folder(train: "[]")).hasPrefix("not an object of the form"))
    #expect(try reason(folder(train: "{}")) == "lists no images")
    let unknown = try reason(folder(train: #"{"a.png": ["pink cube"]}"#))
    #expect(unknown == "a.png shows \"pink cube\", which objects.json does not name")
    let missing = try reason(folder(train: #"{"a.png": [], "x.png": [], "y.png": []}"#))
    #expect(missing == "2 of 3 images are missing, x.png first")
  }

  @Test("an image that cannot be read gives a fault that names it") func damaged() throws {
    let folder = try folder()
    try folder.write([1, 2, 3], as: "a.png")
    let images = try ICLEVR(folder: folder.path, images: folder.path).images(at: [0]).images
    #expect(images.fault?.reason.contains("a.png") == true)
  }
}
