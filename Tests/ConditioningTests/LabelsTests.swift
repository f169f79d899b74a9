import Conditioning
import Tensors
import Testing

/// Labels as rows of zeros and ones.
@Suite("Labels as vectors")
struct LabelsTests {
  @Test("One label a row")
  func one() throws {
    let rows = try oneHot([2, 0, 3], classCount: 4).checked()
    #expect(rows == Tensor([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1], shape: [3, 4]), "classes are counted from 0")
  }

  @Test("A set of labels a row, which may be empty or name a label twice")
  func several() throws {
    let rows = try multiHot([[1, 3], [], [2, 2]], classCount: 4).checked()
    #expect(
      rows == Tensor([0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0], shape: [3, 4]),
      "a set: the order does not count, and what is named twice is still 1")
  }

  @Test("One label is a set of one")
  func agreement() throws {
    #expect(try oneHot([4, 1], classCount: 5).checked() == multiHot([[4], [1]], classCount: 5))
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
}
