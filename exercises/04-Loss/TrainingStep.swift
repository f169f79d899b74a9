import Learning
import Tensors

/// One step of training: the loss, its gradients, and the optimizer's step by them.
///
/// A loss that is faulty, infinite or NaN has no gradients worth following. Then the optimizer is not asked at all, for even
/// if it left the parameters alone it would remember the gradients: training can go on, or stop with all its work in place.
///
/// `loss.gradients()` goes back through the record of a loss to all that it was computed from; `optimizer.step(_:)` takes what
/// it gives. `isFinite` is false for a faulty tensor too, and `detached` is a tensor without its record.
///
/// ```swift
/// let loss = trainingStep(optimizer) {
///   noisePredictionLoss(x0, schedule: schedule, using: &generator) { model($0, at: $1) }
/// }
/// ```
///
/// - Parameters:
///   - optimizer: Knows the parameters and how to change them.
///   - loss: Computes the loss with the parameters as they are; called once.
/// - Returns: The loss before the step, a scalar without the record of how it was computed; of a faulty loss, the fault.
public func trainingStep(_ optimizer: some Optimizer, loss: () -> Tensor) -> Tensor {
  return unfinished("4.8")
}
