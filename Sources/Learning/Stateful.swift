import Tensors

/// Something whose whole state is a set of named tensors: a ``Layer``, an ``Optimizer`` or an
/// ``ExponentialMovingAverage``. A ``Checkpoint`` saves and restores it.
public protocol Stateful: AnyObject {
  /// The tensors that make up the state, by name.
  var state: [String: Tensor] { get }

  /// Replaces the state.
  ///
  /// - Throws: ``StateMismatch`` where `state` is not one that this object could have; then nothing has been replaced.
  func load(_ state: [String: Tensor]) throws(StateMismatch)
}

/// Why a set of named tensors is not the state of an object, in one sentence.
public struct StateMismatch: Error, CustomStringConvertible {
  /// What does not fit.
  public let description: String

  init(_ description: String) { self.description = description }

  /// Makes sure that `state` has just the names and shapes of `expected`, and that no tensor is faulty.
  static func check(_ state: [String: Tensor], against expected: [String: Shape]) throws(StateMismatch) {
    for (name, shape) in expected.sorted(by: { $0.key < $1.key }) {
      guard let tensor = state[name] else {
        let missing = expected.keys.count { state[$0] == nil }
        throw StateMismatch("the tensor \(name) is missing" + (missing > 1 ? " (as are \(missing - 1) others)" : ""))
      }
      if let fault = tensor.fault { throw StateMismatch("the tensor \(name) is faulty: \(fault)") }
      guard tensor.shape == shape else {
        throw StateMismatch("the tensor \(name) has the shape \(tensor.shape), but \(shape) is needed")
      }
    }
    if let unknown = state.keys.filter({ expected[$0] == nil }).min() {
      throw StateMismatch("there is nothing that the tensor \(unknown) could be")
    }
  }
}
