import Learning
import Tensors
import Testing

/// Expects a gradient, finite and not all zeros, for each parameter of a layer; says in one message which have none.
func expectReached(
  _ layer: some Layer, by gradients: Gradients, what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let paths = layer.parameters.filter { gradients[$0.parameter]?.scalars.contains { $0 != 0 } != true }.map(\.path)
  let more = paths.count > 3 ? " and \(paths.count - 3) more" : ""
  #expect(
    paths.isEmpty,
    """
    no gradient reaches \(paths.prefix(3).joined(separator: ", "))\(more): \(what) does not depend on \
    \(paths.count == 1 ? "it" : "them"), or was computed without recording
    """, sourceLocation: sourceLocation)
  let strange = layer.parameters.first { gradients[$0.parameter]?.isFinite == false }
  #expect(
    strange == nil, "the gradient of \(strange?.path ?? "") holds numbers that are not finite",
    sourceLocation: sourceLocation)
}
