import Foundation
import Tensors

/// The tensors and settings of a safetensors file: what another library answered, to compare with.
///
/// Source: the format's description at <https://github.com/huggingface/safetensors>. A little-endian `UInt64` is the
/// length of a JSON header, which names each tensor's shape and bytes in the buffer that follows. Only `F32` is read.
public struct Fixture: Sendable {
  /// The file's name, for messages.
  public let name: String
  /// The settings: the file's metadata.
  public let settings: [String: String]

  private let tensors: [String: Tensor]

  /// Reads a file.
  ///
  /// - Throws: A ``Fault`` that names the file and what is wrong with it, or the error of reading it.
  public init(contentsOf file: URL) throws {
    name = file.lastPathComponent
    let bytes = [UInt8](try Data(contentsOf: file))
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    guard bytes.count >= 8, length <= UInt64(bytes.count - 8) else {
      throw Fault("\(name): too short for its header")
    }
    let body = bytes[(8 + Int(length))...]
    guard
      var header = try JSONSerialization.jsonObject(with: Data(bytes[8..<body.startIndex])) as? [String: [String: Any]]
    else { throw Fault("\(name): the header is no table of tensors") }

    settings = header.removeValue(forKey: "__metadata__") as? [String: String] ?? [:]
    var tensors: [String: Tensor] = [:]
    for (key, entry) in header {
      guard entry["dtype"] as? String == "F32", let shape = entry["shape"] as? [Int],
        let range = entry["data_offsets"] as? [Int], range.count == 2, 0 <= range[0], range[0] <= range[1],
        range[1] <= body.count, range[1] - range[0] == 4 * shape.reduce(1, *)
      else { throw Fault("\(name): the entry \(key) is not a tensor of F32 within the file") }
      let scalars = stride(from: body.startIndex + range[0], to: body.startIndex + range[1], by: 4).map { start in
        Float(bitPattern: body[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
      }
      tensors[key] = try Tensor(scalars, shape: Shape(shape)).checked()
    }
    self.tensors = tensors
  }

  /// The tensors' names, in alphabetical order.
  public var keys: [String] { tensors.keys.sorted() }

  /// A tensor by its name; faulty where there is none.
  public subscript(key: String) -> Tensor {
    tensors[key] ?? Tensor(fault: Fault("\(name) has no tensor \(key)"))
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
