import Synchronization

/// What an operation leaves behind so that gradients can flow back through it.
final class GradientRecord: @unchecked Sendable {
  /// How the gradient of the result becomes the gradient of each input: the operation's vector–Jacobian products, nil for
  /// an input of which no gradient is wanted.
  typealias Pullback = @Sendable (_ upstream: Tensor) -> [Tensor?]

  /// Grows with every record: an operation's inputs have smaller numbers than the operation itself.
  let order: Int
  let pullback: Pullback
  /// Written by `deinit` alone.
  private(set) var inputs: [GradientRecord?]

  private static let counter = Atomic<Int>(0)

  init(inputs: [GradientRecord?] = [], pullback: @escaping Pullback = { _ in [] }) {
    order = Self.counter.add(1, ordering: .relaxed).newValue
    self.inputs = inputs
    self.pullback = pullback
  }

  /// Lets a long chain of records go one by one: left to themselves they would recurse, and a thousand sampling steps
  /// recorded by mistake would overflow the stack.
  deinit {
    // Moved out of the property, which would count as a second owner.
    var leaving = inputs.compactMap { $0 }
    inputs = []
    while var record = leaving.popLast() {
      guard isKnownUniquelyReferenced(&record) else { continue }
      leaving += record.inputs.compactMap { $0 }
      record.inputs = []
    }
  }

  /// This record and all it depends on. Records are numbered as they are made, so this order visits a result before
  /// everything it was computed from.
  func latestFirst() -> [GradientRecord] {
    var found: [Int: GradientRecord] = [order: self]
    var waiting = [self]
    while let record = waiting.popLast() {
      for case let input? in record.inputs where found.updateValue(input, forKey: input.order) == nil {
        waiting.append(input)
      }
    }
    return found.values.sorted { $0.order > $1.order }
  }
}

/// Gradients of one number with respect to the variables it was computed from.
public struct Gradients: Sendable {
  var byOrder: [Int: Tensor]

  /// The gradient with respect to `variable`, of the same shape; nil where the number does not depend on it.
  public subscript(variable: Tensor) -> Tensor? {
    variable.record.flatMap { byOrder[$0.order] }
  }
}

extension Tensor {
  /// Whether operations on this tensor record themselves.
  public var requiresGradient: Bool { record != nil }

  /// The same numbers as a *variable*: operations on it record themselves, and ``gradients(from:)`` can be asked for the
  /// gradient with respect to it.
  public var variable: Tensor {
    var copy = self
    copy.record = GradientRecord()
    copy.contents = .stored(buffer)
    return copy
  }

  /// The gradients of this tensor with respect to all variables it was computed from.
  ///
  /// - Parameter upstream: The gradient of the final number with respect to this tensor, of its shape. Without it this
  ///   tensor must be that number itself, and its own gradient is 1.
  /// - Returns: The gradients by variable; none where this tensor is faulty or depends on no variable, and faulty ones
  ///   where `upstream` is faulty or of another shape.
  public func gradients(from upstream: Tensor? = nil) -> Gradients {
    var pending: [Int: Tensor] = [:]
    var results: [Int: Tensor] = [:]
    guard let record, fault == nil else { return Gradients(byOrder: [:]) }
    let start = upstream?.detached ?? .ones(shape)
    pending[record.order] =
      start.fault != nil || start.shape == shape
      ? start : Tensor(fault: Fault("gradients: the upstream gradient is \(start.shape), but the tensor \(shape)"))
    for current in record.latestFirst() {
      guard let gradient = pending.removeValue(forKey: current.order) else { continue }
      if current.inputs.isEmpty {
        results[current.order] = gradient
        continue
      }
      let contributions = gradient.fault == nil ? current.pullback(gradient) : current.inputs.map { _ in gradient }
      for (input, contribution) in zip(current.inputs, contributions) {
        guard let input, let contribution else { continue }
        pending[input.order] = pending[input.order].map { $0 + contribution } ?? contribution
      }
    }
    return Gradients(byOrder: results)
  }
}

/// Runs `body` without recording: what it computes has no gradients and keeps no intermediate results alive.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Recording.$isOn.withValue(false, operation: body)
}

enum Recording {
  @TaskLocal static var isOn = true
}

extension Tensor {
  /// Records this result of an operation, if it depends on a variable: one vector–Jacobian product for each input.
  func recorded(_ inputs: (tensor: Tensor, pullback: @Sendable (_ upstream: Tensor) -> Tensor)...) -> Tensor {
    let pullbacks = inputs.map { $0.tensor.requiresGradient ? $0.pullback : nil }
    return recorded(from: inputs.map(\.tensor)) { upstream in pullbacks.map { $0?(upstream) } }
  }

  /// Records this result of an operation, if it depends on a variable. A pullback captures what it needs ``detached``:
  /// the chain of records is kept by their inputs alone.
  func recorded(from inputs: [Tensor], _ pullback: @escaping GradientRecord.Pullback) -> Tensor {
    recorded(from: inputs.map(\.record), pullback)
  }

  /// Records this result of an operation on tensors with the given records, if any has one.
  func recorded(from inputs: [GradientRecord?], _ pullback: @escaping GradientRecord.Pullback) -> Tensor {
    guard Recording.isOn, inputs.contains(where: { $0 != nil }) else { return self }
    var result = self
    result.record = GradientRecord(inputs: inputs, pullback: pullback)
    return result
  }
}
