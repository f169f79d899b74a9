import Foundation
import Learning
import Tensors

/// The tensors and settings of one of the files in `Fixtures/`: what another library answered, to compare with.
/// `Fixtures/README.md` says how the files are made and what their keys are.
public struct Fixture: Sendable {
  /// The file's name, for messages.
  public let name: String
  /// The settings: the file's metadata.
  public let settings: [String: String]

  private let tensors: [String: Tensor]

  /// Reads the fixture of the given name.
  ///
  /// - Throws: A ``Fault`` where there is none, or the error of reading it.
  public init(named name: String) throws {
    guard let file = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures") else {
      throw Fault("there is no fixture \(name)")
    }
    let checkpoint = try Checkpoint(contentsOf: file)
    self.name = name
    settings = checkpoint.metadata
    tensors = checkpoint.tensors
  }

  /// A tensor by its name; faulty where there is none.
  public subscript(key: String) -> Tensor {
    tensors[key] ?? Tensor(fault: Fault("the fixture \(name) has no tensor \(key)"))
  }

  /// A tensor of whole numbers, such as labels; none where there is no such tensor.
  public func integers(_ key: String) -> [Int] {
    self[key].fault == nil ? self[key].scalars.map { Int($0) } : []
  }

  /// A setting that is a whole number.
  ///
  /// - Throws: A ``Fault`` where there is none.
  public func integer(_ key: String) throws -> Int {
    guard let text = settings[key], let number = Int(text) else {
      throw Fault("\(name) has no whole number \(key)")
    }
    return number
  }

  /// A setting that is a number.
  ///
  /// - Throws: A ``Fault`` where there is none.
  public func number(_ key: String) throws -> Double {
    guard let text = settings[key], let number = Double(text) else { throw Fault("\(name) has no number \(key)") }
    return number
  }

  /// The tensors of one case by their names in it: all keys `case/name` without `case/`.
  public func tensors(of case: String) -> [String: Tensor] {
    let prefix = `case` + "/"
    let found = tensors.filter { $0.key.hasPrefix(prefix) }
    return Dictionary(uniqueKeysWithValues: found.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }
}
