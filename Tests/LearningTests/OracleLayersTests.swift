import Learning
import Tensors
import TestSupport
import Testing

/// The layers that are more than one operation, held against PyTorch's.
@Suite("Layers answer as PyTorch's do")
struct OracleLayersTests {
  @Test("Batch normalization keeps running statistics in training and uses them in evaluation")
  func batchNormalization() throws {
    let fixture = try Oracle.layers.get()
    let layer = BatchNorm2d(channels: 5)
    layer.scale.value = fixture["batchNorm/scale"]
    layer.shift.value = fixture["batchNorm/shift"]

    for update in 1...2 {
      let output = layer(fixture["batchNorm/x\(update)"])
      expectClose(
        output, fixture["batchNorm/output\(update)"], "The output in training", tolerance: oracleTolerance)
      expectClose(
        layer.runningMean.value, fixture["batchNorm/runningMean\(update)"],
        "The running mean after \(update) updates of momentum 0.1", tolerance: oracleTolerance)
      expectClose(
        layer.runningVariance.value, fixture["batchNorm/runningVariance\(update)"],
        "The running variance after \(update) updates (of the unbiased variance)", tolerance: oracleTolerance)
    }

    layer.setTraining(false)
    let before = layer.state
    let expected = fixture.tensors(of: "batchNorm.evaluation")
    let x = fixture["batchNorm.evaluation/x"].variable
    let output = layer(x)
    let gradients = output.gradients(from: expected["upstream"])
    expectClose(
      output, fixture["batchNorm.evaluation/output"], "The output in evaluation", tolerance: oracleTolerance)
    for (name, gradient) in [
      ("x", gradients[x]), ("scale", gradients[layer.scale]), ("shift", gradients[layer.shift]),
    ] {
      expectClose(
        reached(gradient), fixture["batchNorm.evaluation/grad.\(name)"], "The gradient of \(name) in evaluation",
        tolerance: oracleTolerance)
    }
    #expect(layer.state == before, "evaluation must leave the running statistics alone")
  }

  @Test("Multi-head attention", arguments: ["self", "cross"])
  func attention(of kind: String) throws {
    let fixture = try Oracle.layers.get()
    let name = "multiheadAttention.\(kind)"
    let projections = ["query", "key", "value", "out"].map { role in
      Linear(weight: fixture["\(name)/\(role).weight"], bias: fixture["\(name)/\(role).bias"])
    }
    let layer = MultiHeadAttention(
      heads: try fixture.integer("\(name)/heads"), query: projections[0], key: projections[1],
      value: projections[2], output: projections[3])

    let x = fixture["\(name)/x"].variable
    let context = kind == "cross" ? fixture["\(name)/context"].variable : nil
    let output = layer(x, context: context)
    expectClose(output, fixture["\(name)/output"], "The output", tolerance: oracleTolerance)

    let gradients = output.gradients(from: fixture["\(name)/upstream"])
    expectClose(
      reached(gradients[x]), fixture["\(name)/grad.x"], "The gradient of x", tolerance: oracleTolerance)
    if let context {
      expectClose(
        reached(gradients[context]), fixture["\(name)/grad.context"], "The gradient of the context",
        tolerance: oracleTolerance)
    }
    for (role, projection) in zip(["query", "key", "value", "out"], projections) {
      expectClose(
        reached(gradients[projection.weight]), fixture["\(name)/grad.\(role).weight"],
        "The gradient of the weights of \(role)", tolerance: oracleTolerance)
      let bias = try #require(projection.bias)
      // A bias of the keys adds one number to all of a query's scores, which softmax ignores: the gradient is 0, and what
      // is computed is the rounding of terms as large as those of the queries' bias.
      let scale: ErrorScale =
        role == "key" ? .number(fixture["\(name)/grad.query.bias"].scalars.map(abs).max() ?? 1) : .largest
      expectClose(
        reached(gradients[bias]), fixture["\(name)/grad.\(role).bias"], "The gradient of the bias of \(role)",
        tolerance: oracleTolerance, relativeTo: scale)
    }
  }

  private func reached(_ gradient: Tensor?) -> Tensor {
    gradient ?? Tensor(fault: Fault("no gradient reached it"))
  }
}
