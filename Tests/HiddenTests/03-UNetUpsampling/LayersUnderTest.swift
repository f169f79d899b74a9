import Learning
import Tensors
import Testing

/// Replaces all parameters by standard normal numbers of a deviation that keeps results of about 1.
func randomize(_ layer: some Layer, seed: UInt64) throws {
  var generator = RandomGenerator(seed: seed)
  var state = layer.state
  for (path, tensor) in state.sorted(by: { $0.key < $1.key }) {
    let inputs = Float(tensor.shape.dropLast().reduce(1, *))
    let numbers = Tensor.normal(tensor.shape, using: &generator)
    state[path] = path.hasSuffix("scale") ? numbers * 0.2 + 1 : numbers / inputs.squareRoot()
  }
  try layer.load(state)
}

/// Expects a gradient that is not all zeros for each parameter.
func expectReached(_ layer: some Layer, by gradients: Gradients, sourceLocation: SourceLocation = #_sourceLocation) {
  for (path, parameter) in layer.parameters {
    #expect(
      gradients[parameter]?.scalars.contains { $0 != 0 } == true, "no gradient reaches \(path)",
      sourceLocation: sourceLocation)
  }
}
