import Tensors
import TestSupport
import Testing

/// What PyTorch answered about operations, layers and optimizers.
enum Oracle {
  static let operations = Result { try Fixture(named: "operations") }
  static let layers = Result { try Fixture(named: "layers") }
  static let optimizers = Result { try Fixture(named: "optimizers") }
}

/// PyTorch computed in float64 from inputs that are exact in float32. Our sums are float32: a result of n terms is off by
/// about √n units in the last place of the largest partial sum, and the longest sums here have some 300 terms: 17 · 6e-8
/// = 1e-6 of the result's scale. A factor of ten is left for what cancels in norms and softmax and for kernels that
/// transform their input first (Winograd). Measured with direct kernels: at most 5e-7.
let oracleTolerance: Float = 1e-5

/// Expects `function` of a case's inputs to be what PyTorch computed, and its gradients too.
///
/// - Parameters:
///   - inputs: The names in the fixture of what the function takes, in its order.
///   - scale: What errors are relative to.
///   - function: From the inputs, as variables, to the output.
func expectOracle(
  _ name: String, _ inputs: [String], relativeTo scale: ErrorScale = .largest,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ function: (_ inputs: [Tensor], _ fixture: Fixture) throws -> Tensor
) throws {
  let fixture = try Oracle.operations.get()
  let variables = inputs.map { fixture["\(name)/\($0)"].variable }
  let output = try function(variables, fixture)
  expectClose(
    output, fixture["\(name)/output"], "\(name): the output", tolerance: oracleTolerance, relativeTo: scale,
    sourceLocation: sourceLocation)
  let gradients = output.gradients(from: fixture["\(name)/upstream"])
  for (input, variable) in zip(inputs, variables) {
    let gradient = gradients[variable] ?? Tensor(fault: Fault("no gradient reached the variable"))
    expectClose(
      gradient, fixture["\(name)/grad.\(input)"], "\(name): the gradient of \(input)", tolerance: oracleTolerance,
      relativeTo: scale, sourceLocation: sourceLocation)
  }
}
