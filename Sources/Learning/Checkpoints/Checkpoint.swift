import Foundation
import Tensors

/// Why a checkpoint cannot be read, written or used: one line that names the file and the reason.
public struct CheckpointError: Error, CustomStringConvertible {
  /// The file and the reason.
  public let description: String

  init(_ file: String?, _ reason: String) {
    // The reason may quote a damaged file, which must not write more than a line, nor steer the terminal.
    let printable = reason.unicodeScalars.prefix(400).map { $0.properties.generalCategory == .control ? " " : $0 }
    let line = String(String.UnicodeScalarView(printable))
    description = file.map { "\($0): \(line)" } ?? line
  }
}

/// Named tensors, and some words about them, that are kept in a file of the format
/// [safetensors](https://huggingface.co/docs/safetensors), which Python reads as well.
///
/// ```swift
/// var checkpoint = Checkpoint()
/// checkpoint.add(model, as: "model")
/// checkpoint.add(optimizer, as: "optimizer")
/// try checkpoint.write(to: file)
///
/// try Checkpoint(contentsOf: file).restore(model, as: "model")
/// ```
public struct Checkpoint: Sendable {
  /// All tensors by name; in a file each is stored as 32-bit floats.
  public var tensors: [String: Tensor]
  /// What else there is to say, such as the settings of the run.
  public var metadata: [String: String]
  /// The file it was read from, for errors to name.
  private var file: String?

  /// Makes a checkpoint in memory.
  public init(tensors: [String: Tensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  // MARK: Parts

  /// Adds the state of a model, an optimizer or an average.
  ///
  /// - Parameters:
  ///   - part: The model, optimizer or average.
  ///   - name: What the names of the tensors begin with, followed by a dot; nil to keep them as they are.
  public mutating func add(_ part: some Stateful, as name: String? = nil) {
    for (path, tensor) in part.state { tensors[Self.prefix(name) + path] = tensor }
  }

  /// Gives its state to a model, an optimizer or an average.
  ///
  /// - Parameters:
  ///   - part: The model, optimizer or average.
  ///   - name: What the names of its tensors begin with, followed by a dot; nil if all tensors are its.
  /// - Throws: ``CheckpointError`` where a tensor is missing, unknown or of a wrong shape; then `part` has not been changed.
  public func restore(_ part: some Stateful, as name: String? = nil) throws(CheckpointError) {
    let prefix = Self.prefix(name).unicodeScalars
    var state: [String: Tensor] = [:]
    // By scalars: in a hostile name the dot may be a part of a larger character.
    for (path, tensor) in tensors where path.unicodeScalars.starts(with: prefix) {
      state[String(path.unicodeScalars.dropFirst(prefix.count))] = tensor
    }
    do {
      try part.load(state)
    } catch {
      throw CheckpointError(file, name.map { "this is not the \($0) that was expected: \(error)" } ?? "\(error)")
    }
  }

  private static func prefix(_ name: String?) -> String { name.map { "\($0)." } ?? "" }

  // MARK: Files

  /// Reads a checkpoint. Tensors of 16-bit floats, F16 or BF16, become 32-bit ones without a change of value.
  ///
  /// - Throws: ``CheckpointError`` where there is no such file, or it is no complete safetensors file of floats.
  public init(contentsOf file: URL) throws(CheckpointError) {
    let source: InputFile
    do {
      source = try InputFile(file.path)
    } catch {
      throw CheckpointError(file.path, error.description)
    }
    do {
      self = try Checkpoint(safetensors: source)
    } catch {
      throw CheckpointError(file.path, error.description)
    }
    self.file = file.path
  }

  /// Writes this checkpoint; the same checkpoint always gives the same bytes.
  ///
  /// The file appears under its name when it is complete and on the disk. Until then, and if anything fails, a file that had
  /// this name stays as it was.
  ///
  /// - Throws: ``CheckpointError`` where a tensor is faulty, or the file cannot be written.
  public func write(to file: URL) throws(CheckpointError) {
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      if let fault = tensor.fault { throw CheckpointError(file.path, "the tensor \(name) is faulty: \(fault)") }
      if name == "__metadata__" { throw CheckpointError(file.path, "no tensor can have the name \(name)") }
    }
    do {
      try writeAtomically(to: file.path) { output throws(FileError) in try writeSafetensors(to: output.write) }
    } catch {
      throw CheckpointError(file.path, "cannot be written (\(error.description))")
    }
  }
}
