/// Why a tensor holds no result: an exercise that is not written yet, or operands that do not fit together.
///
/// Tensor operations do not trap on operands that do not fit together. An operation that cannot be carried out returns a *faulty* tensor, and every operation
/// on a faulty tensor passes the first fault on, so that the reason reaches the code that looks at the end of the computation.
/// A program turns a fault into an error at its edge with ``Tensor/checked()``.
public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, in one sentence.
  public let reason: String

  /// Makes a fault with its reason.
  public init(_ reason: String) { self.reason = reason }

  public var description: String { reason }
}
