import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.1 Labels as rows of ones and zeros", .exercise("6.1"))
struct Exercise6_1 {
  @Test("One label a row")
  func one() throws {
    // Away from the first and the last class, so that rows with a one beside its place can be told from others.
    expectRows(try oneHot([2, 1], classCount: 4).checked(), of: [[2], [1]], classCount: 4)
    expectRows(try oneHot([2, 0, 3], classCount: 4).checked(), of: [[2], [0], [3]], classCount: 4)
  }

  @Test("A set of labels a row, which may be empty or name a label twice")
  func several() throws {
    let labels = [[1, 2], [], [2, 2]]
    expectRows(try multiHot(labels, classCount: 4).checked(), of: labels, classCount: 4)
    expectRows(try multiHot([[0, 3], [3]], classCount: 4).checked(), of: [[0, 3], [3]], classCount: 4)
    // Also where others stand between.
    expectRows(
      try multiHot([[0, 2, 0], [3, 1, 3, 1]], classCount: 4).checked(), of: [[0, 2], [1, 3]], classCount: 4)
  }

  @Test("The order of a set's labels does not count")
  func order() throws {
    expectRows(try multiHot([[3, 0, 2], [1, 4]], classCount: 5).checked(), of: [[0, 2, 3], [4, 1]], classCount: 5)
  }

  @Test("One label is a set of one")
  func agreement() throws {
    expectClose(
      try oneHot([4, 1], classCount: 5).checked(), try multiHot([[4], [1]], classCount: 5).checked(),
      "oneHot of a label beside multiHot of the set of that label", tolerance: 0)
  }

  @Test("Multiplied with a table, a one-hot row looks up a row of it")
  func lookUp() throws {
    var generator = RandomGenerator(seed: 1)
    let table = Tensor.normal([5, 3], using: &generator)
    let labels = [3, 0, 3, 2]
    let next = labels.map { $0 + 1 }
    // Products with 0 and 1 and sums with 0 are exact.
    expectClose(
      try oneHot(labels, classCount: 5).matmul(table).checked(), table.gathered(rows: labels),
      "the rows 3, 0, 3 and 2 of a table of five, looked up", tolerance: 0,
      mistakes: ["each label looks up the row after its own": table.gathered(rows: next)])
  }

  @Test("No images, no rows")
  func none() throws {
    let rows = try oneHot([], classCount: 4).checked()
    #expect(
      rows.shape == [0, 4],
      "no images have no rows, and still a column for each class: yours is \(rows.shape) instead of [0, 4]")
  }

  @Test("A label that there is not is a fault that names it", arguments: [-1, 4, 100])
  func outside(label: Int) {
    for (name, rows) in [
      ("oneHot", oneHot([0, label], classCount: 4)), ("multiHot", multiHot([[1], [0, label, 2]], classCount: 4)),
    ] {
      guard let fault = rows.fault else {
        Issue.record(
          "label \(label) of 4 classes must give a faulty tensor, not another class or a row without it: yours is \(name)'s \(rows)"
        )
        continue
      }
      #expect(
        fault.reason.contains("\(label)"),
        "the fault must name the label, \(label): yours is “\(fault)”. A tensor that is written to outside its shape tells by itself"
      )
    }
  }

  /// Expects rows to have ones in the places of the labels.
  private func expectRows(
    _ found: Tensor, of labels: [[Int]], classCount: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    func rows(_ element: (_ classes: [Int], _ column: Int) -> Float) -> Tensor {
      Tensor(
        labels.flatMap { classes in (0..<classCount).map { element(classes, $0) } }, shape: [labels.count, classCount])
    }
    let right = rows { $0.contains($1) ? 1 : 0 }
    expectClose(
      found, right, "the rows of the labels \(labels), of \(classCount) classes", tolerance: 0,
      mistakes: [
        "the ones are one column too far left; classes are counted from 0, so label 0 belongs to the first column":
          rows { $0.contains($1 + 1) ? 1 : 0 },
        "the ones are one column too far right; classes are counted from 0, so label 0 belongs to the first column":
          rows { $0.contains($1 - 1) ? 1 : 0 },
        "a label that is named twice is still 1: it is a set, so do not count":
          rows { classes, column in Float(classes.count { $0 == column }) },
        "only the first label of each set has its one": rows { $0.first == $1 ? 1 : 0 },
        "only the last label of each set has its one": rows { $0.last == $1 ? 1 : 0 },
        "ones and zeros have changed places": 1 - right,
        "the class itself stands in its place, where a one belongs": rows { $0.contains($1) ? Float($1) : 0 },
        "a set's ones are divided by their number": rows { $0.contains($1) ? 1 / Float(Set($0).count) : 0 },
        "rows and columns are exchanged: an image has a row, a class a column": right.transposed(),
        "all rows are added up in one; each image has a row": right.sum(axes: [0]),
      ], sourceLocation: sourceLocation)
  }
}
