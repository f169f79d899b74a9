import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.1 Labels as rows of ones and zeros", .exercise("6.1"))
struct Exercise6_1 {
  @Test("One label a row")
  func one() throws {
    let first = oneHot([0], classCount: 4)
    #expect(
      first == Tensor([1, 0, 0, 0], shape: [1, 4]), "classes are counted from 0: label 0 belongs to the first column")
    let rows = try oneHot([2, 0, 3], classCount: 4).checked()
    #expect(rows.shape == [3, 4], "a row for each image and a column for each class: [3, 4], not \(rows.shape)")
    #expect(
      rows == Tensor([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1], shape: [3, 4]),
      "classes are counted from 0: label 2 is the third of the row's numbers")
  }

  @Test("A set of labels a row, which may be empty or name a label twice")
  func several() throws {
    let rows = try multiHot([[1, 3], [], [2, 2]], classCount: 4).checked()
    #expect(rows.shape == [3, 4], "an image without labels has a row too: [3, 4], not \(rows.shape)")
    #expect(
      rows[0, 1] == 1 && rows[0, 3] == 1, "both labels of the first image must be 1, the row is \(row(0, of: rows))")
    #expect(rows[2, 2] != 2, "a label that is named twice is still 1: it is a set, do not count")
    #expect(rows == Tensor([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0], shape: [3, 4]), "all the rest is 0")
  }

  @Test("The order of a set's labels does not count")
  func order() throws {
    #expect(try multiHot([[3, 0, 2]], classCount: 5).checked() == multiHot([[0, 2, 3]], classCount: 5))
  }

  @Test("One label is a set of one")
  func agreement() throws {
    #expect(
      try oneHot([4, 1], classCount: 5).checked() == multiHot([[4], [1]], classCount: 5),
      "oneHot of a label and multiHot of the set of that label must agree")
  }

  @Test("Multiplied with a table, a one-hot row looks up a row of it")
  func lookUp() throws {
    var generator = RandomGenerator(seed: 1)
    let table = Tensor.normal([5, 3], using: &generator)
    let labels = [4, 0, 4, 2]
    // Products with 0 and 1 and sums with 0 are exact.
    #expect(try oneHot(labels, classCount: 5).matmul(table).checked() == table.gathered(rows: labels))
  }

  @Test("No images, no rows")
  func none() throws {
    #expect(try oneHot([], classCount: 4).checked().shape == [0, 4])
  }

  @Test("A label that there is not is a fault that names it", arguments: [-1, 4, 100])
  func outside(label: Int) {
    for rows in [oneHot([0, label], classCount: 4), multiHot([[1], [0, label, 2]], classCount: 4)] {
      #expect(
        rows.fault?.reason.contains("\(label)") == true,
        "label \(label) of 4 classes must give a faulty tensor: neither a crash, nor another class, nor an empty row")
    }
  }

  private func row(_ image: Int, of rows: Tensor) -> [Float] { rows.sliced(axis: 0, image..<image + 1).scalars }
}
