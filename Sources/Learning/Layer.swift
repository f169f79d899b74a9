import Tensors

/// A layer of a network, or a network made of layers.
///
/// A class becomes a layer by saying so; nothing has to be registered. Its parameters are found in its stored properties,
/// in the order in which they are declared: parameters, running statistics, other layers, and optionals, arrays, tuples
/// and structures of these. Each gets the path by which it is reached, which is its name in a checkpoint:
///
/// ```swift
/// final class Classifier: Layer {
///   let features: [Conv2d]  // features.0.weight, features.0.bias, features.1.weight, …
///   let output: Linear      // output.weight, output.bias
/// }
/// ```
///
/// A dictionary is not searched, as it has no order. A tensor reached by several paths counts once, under the first.
public protocol Layer: Stateful {}

extension Layer {
  /// All trainable tensors with their paths, in order of declaration.
  public var parameters: [(path: String, parameter: Parameter)] {
    parts.compactMap { path, part in (part as? Parameter).map { (path, $0) } }
  }

  /// How many numbers training changes.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.parameter.value.shape.elementCount } }

}

// MARK: - Training and evaluation

extension Layer {
  /// Makes every layer of this network behave as in training, or as in evaluation.
  ///
  /// Only ``BatchNorm2d`` makes a difference between the two.
  public func setTraining(_ isTraining: Bool) {
    for normalization in batchNormalizations { normalization.isTraining = isTraining }
  }

  /// Calls `body` with every layer of this network behaving as in evaluation, and gives each layer back the mode that it had.
  ///
  /// ```swift
  /// let images = network.inEvaluationMode { sampler.sample([16, 28, 28, 1], using: &generator) }
  /// ```
  public func inEvaluationMode<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let modes = batchNormalizations.map { (layer: $0, isTraining: $0.isTraining) }
    setTraining(false)
    defer { for mode in modes { mode.layer.isTraining = mode.isTraining } }
    return try body()
  }

  private var batchNormalizations: [BatchNorm2d] { parts.compactMap { $0.part as? BatchNorm2d } }

  /// The running statistics as they are now.
  ///
  /// A forward pass in training changes them before anybody knows whether its loss is finite. Taken before a step, however
  /// many passes it makes, they can be restored when the step turns out to be refused. Nothing is copied.
  ///
  /// ```swift
  /// let before = network.runningStatistics
  /// let loss = trainingStep(optimizer) { … }
  /// if !loss.isFinite { before.restore() }
  /// ```
  public var runningStatistics: RunningStatistics {
    RunningStatistics(
      values: parts.compactMap { _, part in (part as? RunningStatistic).map { ($0, $0.value) } })
  }
}

/// The running statistics of a network at one moment.
public struct RunningStatistics {
  fileprivate let values: [(statistic: RunningStatistic, value: Tensor)]

  /// Gives the network's running statistics the values that they had at that moment.
  public func restore() {
    for (statistic, value) in values { statistic.value = value }
  }
}

// MARK: - State

extension Layer {
  /// All that has to be saved, by path: parameters and running statistics.
  public var state: [String: Tensor] { stateTensors.mapValues(\.value.detached) }

  /// Replaces the values of all parameters and running statistics.
  ///
  /// - Throws: ``StateMismatch`` where a tensor is missing, unknown or of another shape; then nothing has been replaced.
  public func load(_ state: [String: Tensor]) throws(StateMismatch) {
    let tensors = stateTensors
    try StateMismatch.check(state, against: tensors.mapValues(\.value.shape))
    for (path, tensor) in tensors {
      if let value = state[path] { tensor.value = value }
    }
  }

  private var stateTensors: [String: any StateTensor] {
    var found: [String: any StateTensor] = [:]
    for case (let path, let tensor as any StateTensor) in parts { found[path] = tensor }
    return found
  }
}

// MARK: - Finding the parts

extension Layer {
  /// This layer, with the empty path, and all layers, parameters and running statistics in it, depth first.
  var parts: [(path: String, part: AnyObject)] {
    var search = PartSearch()
    search.visit(self, path: "")
    return search.found
  }
}

/// Walks through stored properties by reflection.
private struct PartSearch {
  var found: [(path: String, part: AnyObject)] = []
  /// What was met before: tensors that two layers share count once, and a reference back to an enclosing layer must not
  /// send the search in circles.
  private var met: Set<ObjectIdentifier> = []

  mutating func visit(_ value: Any, path: String) {
    let mirror = Mirror(reflecting: value)
    if let tensor = value as? any StateTensor {
      if met.insert(ObjectIdentifier(tensor)).inserted { found.append((path, tensor)) }
    } else if let layer = value as? any Layer {
      guard met.insert(ObjectIdentifier(layer)).inserted else { return }
      found.append((path, layer))
      // An optional layer passes both casts; its mirror would show the layer once more, not what is in it.
      visitChildren(of: Mirror(reflecting: layer), path: path)
    } else if mirror.displayStyle == .optional {
      for child in mirror.children { visit(child.value, path: path) }
    } else if [.collection, .tuple, .struct, .enum].contains(mirror.displayStyle) {
      visitChildren(of: mirror, path: path)
    }
  }

  private mutating func visitChildren(of mirror: Mirror, path: String) {
    if let inherited = mirror.superclassMirror { visitChildren(of: inherited, path: path) }
    for (index, child) in mirror.children.enumerated() {
      // The elements of an array have no labels, those of an unlabeled tuple are ".0", ".1", …
      let label = child.label.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 } ?? "\(index)"
      visit(child.value, path: path.isEmpty ? label : "\(path).\(label)")
    }
  }
}
