import Tensors

/// What the layers of a network return in a forward pass, one after the other: compared with what another implementation
/// returned, it says in which layer the two first differ.
public enum LayerTrace {
  /// What one layer returned.
  public struct Entry: Sendable {
    /// The layer's path in the network.
    public let path: String
    public let output: Tensor
  }

  /// Runs a forward pass and notes the layers that hold parameters of their own, in the order in which they are called.
  ///
  /// - Returns: The result of the pass, and what each layer returned on the way.
  public static func record(
    _ network: some Layer, _ forward: () -> Tensor
  ) -> (result: Tensor, layers: [Entry]) {
    let recorder = Recorder()
    let result = $recorder.withValue(recorder, operation: forward)
    var paths: [ObjectIdentifier: String] = [:]
    for (path, part) in network.parts { paths[ObjectIdentifier(part)] = path }
    return (result, recorder.notes.map { Entry(path: paths[ObjectIdentifier($0.layer)] ?? "?", output: $0.output) })
  }

  @TaskLocal fileprivate static var recorder: Recorder?

  /// A pass runs in one task, and nobody else sees its recorder.
  fileprivate final class Recorder: @unchecked Sendable {
    var notes: [(layer: any Layer, output: Tensor)] = []
  }
}

extension Layer {
  /// Notes what this layer returns, where a trace is being recorded.
  func traced(_ output: Tensor) -> Tensor {
    LayerTrace.recorder?.notes.append((self, output))
    return output
  }
}
