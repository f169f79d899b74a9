import Images
import Tensors
import Testing

struct GridTests {
  private func pictures(_ count: Int, width: Int, height: Int) throws -> [Picture] {
    try (0..<count).map { index in
      try Picture(
        width: width, height: height, channels: 1,
        bytes: [UInt8](repeating: UInt8(index + 1), count: width * height))
    }
  }

  /// Sizes of torchvision's `make_grid(batch, nrow=columns, padding=padding)`.
  @Test(arguments: [
    // count, width, height, columns, padding, width and height of the grid
    [32, 64, 64, 8, 2, 530, 266],
    [16, 28, 28, 8, 2, 242, 62],
    [5, 3, 4, 2, 1, 9, 16],
    [3, 4, 6, 8, 2, 20, 10],
    [2, 5, 5, 1, 0, 5, 10],
    [1, 64, 64, 8, 2, 64, 64],
  ])
  func sizesAreThoseOfTorchvision(numbers: [Int]) throws {
    let pictures = try pictures(numbers[0], width: numbers[1], height: numbers[2])
    let grid = try Picture.grid(of: pictures, columns: numbers[3], padding: numbers[4])
    #expect([grid.width, grid.height] == [numbers[5], numbers[6]])
  }

  @Test func placesPicturesRowByRow() throws {
    let grid = try Picture.grid(of: pictures(3, width: 2, height: 1), columns: 2, padding: 1)
    #expect(
      grid.bytes == [
        0, 0, 0, 0, 0, 0, 0,
        0, 1, 1, 0, 2, 2, 0,
        0, 0, 0, 0, 0, 0, 0,
        0, 3, 3, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0,
      ])
  }

  @Test func keepsColors() throws {
    let red = try Picture(width: 1, height: 1, channels: 3, bytes: [255, 0, 0])
    let blue = try Picture(width: 1, height: 1, channels: 3, bytes: [0, 0, 255])
    let grid = try Picture.grid(of: [red, blue], columns: 2, padding: 0)
    #expect(grid.bytes == [255, 0, 0, 0, 0, 255])
  }

  /// The pixels of the pictures are repeated, the padding is not.
  @Test func scalesPicturesButNotPadding() throws {
    let grid = try Picture.grid(of: pictures(2, width: 1, height: 1), columns: 2, padding: 1, scale: 2)
    #expect(
      grid.bytes == [
        0, 0, 0, 0, 0, 0, 0,
        0, 1, 1, 0, 2, 2, 0,
        0, 1, 1, 0, 2, 2, 0,
        0, 0, 0, 0, 0, 0, 0,
      ])
  }

  @Test func mapsTheRangeOfABatch() throws {
    let batch = Tensor([-1, 0, 1, 2], shape: [4, 1, 1, 1])
    #expect(try Picture.grid(of: batch, columns: 4, padding: 0).bytes == [0, 128, 255, 255])
    #expect(try Picture.grid(of: batch, values: .unit, columns: 4, padding: 0).bytes == [0, 0, 255, 255])
  }

  @Test func refusesWhatIsNoGrid() throws {
    let two = try pictures(2, width: 2, height: 2)
    let other = try pictures(1, width: 3, height: 2)
    #expect(message { _ = try Picture.grid(of: [Picture](), columns: 1) } != nil)
    #expect(message { _ = try Picture.grid(of: two + other, columns: 1) } != nil)
    #expect(message { _ = try Picture.grid(of: two, columns: 0) } != nil)
    #expect(message { _ = try Picture.grid(of: two, columns: 1, padding: -1) } != nil)
    #expect(message { _ = try Picture.grid(of: two, columns: 1, padding: .max) } != nil)
    #expect(message { _ = try Picture.grid(of: two, columns: 1, scale: 0) } != nil)
    #expect(message { _ = try Picture.grid(of: two, columns: 1, scale: .max) } != nil)
    #expect(message { _ = try Picture.grid(of: .zeros([0, 2, 2, 1]), columns: 1) } != nil)
    #expect(try Picture.grid(of: two, columns: .max).width == 10, "no more columns than pictures")
  }
}

struct StripTests {
  /// Pixel value 10 t + s + 1 for sample s in state t.
  private let states = (0..<3).map { state in
    Tensor((0..<2).map { Float(10 * state + $0 + 1) / 255 }, shape: [2, 1, 1, 1])
  }

  @Test func rowsAreSamplesAndColumnsAreStates() throws {
    let strip = try Picture.strip(of: states, values: .unit, padding: 1)
    #expect(
      strip.bytes == [
        0, 0, 0, 0, 0, 0, 0,
        0, 1, 0, 11, 0, 21, 0,
        0, 0, 0, 0, 0, 0, 0,
        0, 2, 0, 12, 0, 22, 0,
        0, 0, 0, 0, 0, 0, 0,
      ], "a row must follow one sample through the states")
  }

  @Test func refusesStatesOfDifferentShapes() {
    #expect(message { _ = try Picture.strip(of: []) } != nil)
    #expect(message { _ = try Picture.strip(of: states + [.zeros([3, 1, 1, 1])]) } != nil)
    #expect(message { _ = try Picture.strip(of: [Tensor(fault: Fault("not written yet"))]) } == "not written yet")
    #expect(message { _ = try Picture.strip(of: states + [Tensor(fault: Fault("lost"))]) } == "lost")
  }
}
