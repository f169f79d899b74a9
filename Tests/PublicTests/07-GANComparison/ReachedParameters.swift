import Learning
import Tensors
import Testing

/// Expects each parameter of a network to have a gradient that is not all zeros.
func expectGradients(
  _ gradients: Gradients, reach network: some Layer, sourceLocation: SourceLocation = #_sourceLocation
) {
  for (path, parameter) in network.parameters {
    guard let gradient = gradients[parameter] else {
      Issue.record("no gradient reaches \(path): is the layer used?", sourceLocation: sourceLocation)
      continue
    }
    #expect(
      gradient.isFinite, "the gradient with respect to \(path) has elements that are no finite numbers",
      sourceLocation: sourceLocation)
    #expect(
      gradient.scalars.contains { $0 != 0 },
      "the gradient with respect to \(path) is all zeros: what the layer gives is lost on the way",
      sourceLocation: sourceLocation)
  }
}
