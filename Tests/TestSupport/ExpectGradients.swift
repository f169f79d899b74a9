import Learning
import Tensors
import Testing

/// Expects the gradient of an answer's result to reach every input and every parameter, and to have the value that the
/// result's own changes say.
///
/// Each input and each parameter in turn is moved a little along a random direction v, forward and back: the result changes by
/// J·v for each unit of the step. The gradient of ⟨w, result⟩, for random weights w, must then satisfy ⟨gradient, v⟩ = ⟨w, J·v⟩.
/// Where a part of the way is cut off, it does not.
///
/// A step of 0.002 is off by its square times the third derivative, some 1e-5 of J·v here, and by the rounding of the two
/// results, some 1e-6 / 0.002 = 5e-4. One part in fifty leaves room for both, and for two norms one after the other.
///
/// - Parameters:
///   - what: What the answer computes, as in "the block's result".
///   - inputs: The inputs of which gradients are wanted, by their names.
///   - layer: The layer whose parameters are wanted too.
///   - withoutEffect: Paths of parameters that make no difference to the result, as the bias of keys, which softmax takes away.
///   - advice: What else to say where no gradient comes from an input at all.
///   - answer: The result for the inputs, in their order.
public func expectGradients(
  of what: String, _ inputs: KeyValuePairs<String, Tensor>, parametersOf layer: (some Layer)? = NoLayer?.none,
  withoutEffect: Set<String> = [], advice: String = "", sourceLocation: SourceLocation = #_sourceLocation,
  _ answer: ([Tensor]) -> Tensor
) {
  let values = inputs.map(\.value)
  let variables = values.map(\.variable)
  let result = answer(variables)
  if let fault = result.fault {
    Issue.record("\(what): a fault: \(fault)", sourceLocation: sourceLocation)
    return
  }
  let weights = normal(result.shape, seed: 71)
  let gradients = result.gradients(from: weights)
  let size = (innerProduct(result, result) / Double(result.shape.elementCount)).squareRoot()

  func check(_ name: String, _ value: Tensor, _ gradient: Tensor?, moved: (Tensor) -> Tensor) {
    let step: Float = 0.002
    let direction = normal(value.shape, seed: 72)
    let change = (moved(value + direction * step) - moved(value - direction * step)) * (0.5 / step)
    let norm = innerProduct(change, change).squareRoot()
    // Rounding alone makes changes of about 5e-4 of the result's size in each element.
    let hasEffect = norm > 5e-3 * Double(result.shape.elementCount).squareRoot() * max(size, 1e-6)
    if !hasEffect {
      #expect(
        withoutEffect.contains(name), "\(name) makes no difference to \(what), but must", sourceLocation: sourceLocation
      )
      return
    }
    guard let gradient else {
      Issue.record(
        """
        no gradient reaches \(name), though \(what) depends on it: the way from there is cut off, by `detached`, \
        `withoutGradients` or a new tensor made of `scalars`\(advice.isEmpty ? "" : ". " + advice)
        """, sourceLocation: sourceLocation)
      return
    }
    let (found, expected) = (innerProduct(gradient, direction), innerProduct(weights, change))
    #expect(
      abs(found - expected) <= 0.02 * norm,
      """
      the gradient with respect to \(name) is not that of \(what): is a part of the way from there cut off, by `detached`, \
      `withoutGradients` or a new tensor made of `scalars`? \
      (A small step along a random direction changes a sum of the result by \(expected) a unit; your gradient says \(found).)
      """, sourceLocation: sourceLocation)
  }

  for (index, input) in inputs.enumerated() {
    check(input.key, input.value, gradients[variables[index]]) { moved in
      var inputs = values
      inputs[index] = moved
      return answer(inputs)
    }
  }
  for (path, parameter) in layer?.parameters ?? [] {
    let value = parameter.value
    check(path, value.detached, gradients[value]) { moved in
      parameter.value = moved
      defer { parameter.value = value }
      return answer(values)
    }
  }
}

/// Stands for the layer of an answer that has none.
public final class NoLayer: Layer {}
