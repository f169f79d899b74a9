import Conditioning
import Learning
import Tensors
import TestSupport
import Testing

@Suite("6.2 Label embeddings", .exercise("6.2"))
struct Exercise6_2 {
  private let labels = [2, 0, 2]
  private let rowsOfSets: [[Float]] = [[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, 0]]

  private var multiHotRows: Tensor { Tensor(rowsOfSets.flatMap { $0 }, shape: [3, 4]) }

  private func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  private func embedding() -> LabelEmbedding {
    var generator = RandomGenerator(seed: 1)
    return LabelEmbedding(classCount: 4, width: 6, using: &generator)
  }

  private func setEmbedding() -> LabelSetEmbedding {
    var generator = RandomGenerator(seed: 2)
    return LabelSetEmbedding(classCount: 4, width: 6, using: &generator)
  }

  @Test("Each image gets the time's embedding plus its label's row of the table")
  func sum() throws {
    let (layer, time) = (embedding(), random([3, 6], seed: 3))
    let table = layer.table.weight.value.detached
    let rows = table.gathered(rows: labels)
    // One rounded addition.
    expectClose(
      try layer(time, labels: labels).checked(), time + rows, "the embedding of time and label", tolerance: 1e-6,
      mistakes: [
        "the time is gone; the label is added to it": rows,
        "the label is gone; it is added to the time": time,
        "time and label are added, not multiplied: a row near 0 would silence the time": time * rows,
        "the label is taken from the time; it is added": time - rows,
        "the mean of time and label is taken; it is their sum": (time + rows) / 2,
        "time and label are added, not laid side by side: the blocks expect the time's width":
          .concatenated([time, rows], axis: 1),
        "the label's row is looked up by the image's place, not by its label": time + table.gathered(rows: [0, 1, 2]),
        "each label's row is the one after its own; classes are counted from 0":
          time + table.gathered(rows: labels.map { $0 + 1 }),
        "all images got the first one's label": time + table.gathered(rows: labels.map { _ in labels[0] }),
      ])
  }

  @Test("Looking up a row is multiplying a one-hot row with the table")
  func lookUp() throws {
    let layer = embedding()
    let rows = Tensor([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0], shape: [3, 4])
    // Products with 0 and 1 and sums with 0 are exact.
    expectClose(
      try layer(.zeros([3, 6]), labels: labels).checked(), rows.matmul(layer.table.weight.value),
      "with a time of zeros only the labels' rows of the table are left", tolerance: 0)
  }

  @Test("A set's vector is the sum of its labels' rows and the bias; the empty set's is the bias alone")
  func sets() throws {
    let (layer, time) = (setEmbedding(), random([3, 6], seed: 4))
    let weight = layer.projection.weight.value.detached
    let bias = try #require(layer.projection.bias).value.detached
    let sums = multiHotRows.matmul(weight)
    // Up to four numbers of about 1, added in some order.
    expectClose(
      try layer(time, labels: multiHotRows).checked(), time + sums + bias, "the embedding of time and labels",
      tolerance: 1e-6,
      mistakes: [
        "the time is gone; the labels are added to it": sums + bias,
        "the labels are gone; they are added to the time": time,
        "time and labels are added, not multiplied": time * (sums + bias),
        "the linear layer has a bias, and it belongs to the sum": time + sums,
        "the bias counts once for each set, not once for each of its labels":
          time + sums + multiHotRows.sum(axes: [1], keepingAxes: true) * bias,
        "the rows of a set are added, not averaged: two labels would each count half":
          time + Tensor([0.5, 1, 1], shape: [3, 1]) * sums + bias,
        "time and labels are added, not laid side by side: the blocks expect the time's width":
          .concatenated([time, sums + bias], axis: 1),
      ])
  }

  @Test("Gradients: the time's is what comes back, a row of the table collects it from all images of its label")
  func gradients() throws {
    let (layer, time) = (embedding(), random([3, 6], seed: 5).variable)
    let upstream = random([3, 6], seed: 6)
    let result = try layer(time, labels: labels).checked()
    try #require(
      result.shape == [3, 6],
      "time and label are added, so the time's shape stays: yours is \(result.shape) instead of [3, 6]")
    let gradients = result.gradients(from: upstream)
    let ofTime = try #require(gradients[time], "no gradient reaches the time's embedding: is it a part of the sum?")
    expectClose(ofTime, upstream, "the gradient with respect to the time", tolerance: 1e-6)
    let ofTable = try #require(
      gradients[layer.table.weight], "no gradient reaches the table, which would never be trained: is the layer called?"
    )
    let rows = Tensor([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0], shape: [3, 4])
    expectClose(
      ofTable, rows.transposed().matmul(upstream),
      "the gradient with respect to the table, whose rows 1 and 3 no image asked for", tolerance: 1e-6)
  }

  @Test("For sets too the gradient reaches the time, the rows and the linear layer")
  func setGradients() {
    let layer = setEmbedding()
    expectGradients(
      of: "the embedding of time and labels",
      ["the time": random([3, 6], seed: 8), "the rows of labels": multiHotRows],
      parametersOf: layer
    ) { layer($0[0], labels: $0[1]) }
  }

  @Test("A label outside the table is a fault that names it", arguments: [-1, 4])
  func outside(label: Int) {
    let result = embedding()(.zeros([2, 6]), labels: [0, label])
    guard let fault = result.fault else {
      Issue.record(
        "label \(label) of 4 classes must give a faulty tensor: yours has the shape \(result.shape) and no fault")
      return
    }
    #expect(
      fault.reason.contains("\(label)"),
      "the fault must name the label, \(label): yours is “\(fault)”. The table does so when it is asked for a row it has not"
    )
  }
}
