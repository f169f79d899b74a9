import Tensors

// The format: the length of the header as 8 bytes, little-endian; the header, JSON that says for each tensor its type, its
// shape and the bytes it occupies; the bytes of all tensors, one after the other without gaps.

/// Why bytes are no safetensors file that can be used, in one sentence.
struct SafetensorsError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What the header says of a tensor.
struct TensorEntry {
  let name: String
  let shape: [Int]
  /// Where its bytes are, counted from the end of the header.
  let begin: Int
  let end: Int
}

// MARK: - Writing

extension Checkpoint {
  /// The bytes of a safetensors file: the tensors by name, the header's spaces and field order as in the reference
  /// implementation.
  var safetensors: [UInt8] {
    let sorted = tensors.sorted { $0.key < $1.key }
    var fields: [String] = []
    if !metadata.isEmpty {
      let words = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(words.joined(separator: ","))}")
    }
    var end = 0
    for (name, tensor) in sorted {
      let (begin, extents) = (end, tensor.shape.map(String.init).joined(separator: ","))
      end += 4 * tensor.shape.elementCount
      fields.append("\(quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(extents)],\"data_offsets\":[\(begin),\(end)]}")
    }
    var header = Array("{\(fields.joined(separator: ","))}".utf8)
    // Spaces bring the tensors to a multiple of 8 bytes, so that they can be used where they are in memory.
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

    var bytes = [UInt8](repeating: 0, count: 8 + header.count + end)
    for position in 0..<8 { bytes[position] = UInt8(truncatingIfNeeded: header.count >> (8 * position)) }
    bytes.replaceSubrange(8..<8 + header.count, with: header)
    var position = 8 + header.count
    for (_, tensor) in sorted {
      for scalar in tensor.scalars {
        let pattern = scalar.bitPattern
        bytes[position] = UInt8(truncatingIfNeeded: pattern)
        bytes[position + 1] = UInt8(truncatingIfNeeded: pattern >> 8)
        bytes[position + 2] = UInt8(truncatingIfNeeded: pattern >> 16)
        bytes[position + 3] = UInt8(truncatingIfNeeded: pattern >> 24)
        position += 4
      }
    }
    return bytes
  }
}

/// A JSON string.
private func quoted(_ text: String) -> String {
  let escaped = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\"", "\\": "\\\(scalar)"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    case _ where scalar.value < 0x20: "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
  return "\"\(escaped.joined())\""
}

// MARK: - Reading

extension Checkpoint {
  /// Reads the bytes of a safetensors file whose tensors are all of 32-bit floats. Nothing about the bytes is taken on
  /// trust.
  init(safetensors bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.count >= 8 else { throw SafetensorsError("the file is truncated: it has only \(bytes.count) bytes") }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= 100_000_000 else {
      throw SafetensorsError("this is no safetensors file: its header would have \(length) bytes")
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw SafetensorsError("the file is truncated: its header has \(length) bytes, but \(bytes.count - 8) are there")
    }
    var header = SafetensorsHeader(bytes[8..<start])
    try header.read()
    let entries = header.entries.sorted { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
    try Self.checkLayout(entries, dataCount: bytes.count - start)

    self.init(metadata: header.metadata)
    for entry in entries {
      let scalars = stride(from: start + entry.begin, to: start + entry.end, by: 4).map { position in
        Float(
          bitPattern: UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8
            | UInt32(bytes[position + 2]) << 16 | UInt32(bytes[position + 3]) << 24)
      }
      tensors[entry.name] = Tensor(scalars, shape: Shape(entry.shape))
    }
  }

  /// Makes sure that the tensors fill the data without gaps, and have as many bytes as their shapes need.
  private static func checkLayout(_ entries: [TensorEntry], dataCount: Int) throws(SafetensorsError) {
    var end = 0
    for entry in entries {
      guard entry.begin <= entry.end else {
        throw SafetensorsError("the tensor \(entry.name) ends at byte \(entry.end), before it begins at \(entry.begin)")
      }
      guard entry.begin >= end else {
        throw SafetensorsError("the tensor \(entry.name) overlaps the one before it")
      }
      guard entry.begin == end else {
        throw SafetensorsError("the bytes from \(end) to \(entry.begin) of the data belong to no tensor")
      }
      guard entry.end <= dataCount else {
        throw SafetensorsError(
          "the file is truncated: the tensor \(entry.name) ends at byte \(entry.end) of the data, which has \(dataCount)"
        )
      }
      guard byteCount(of: entry.shape) == entry.end - entry.begin else {
        throw SafetensorsError(
          "the tensor \(entry.name) of shape \(Shape(entry.shape)) cannot have \(entry.end - entry.begin) bytes")
      }
      end = entry.end
    }
    guard end == dataCount else { throw SafetensorsError("the last \(dataCount - end) bytes belong to no tensor") }
  }

  /// The bytes of a tensor of 32-bit floats; nil where a number on the way would be too large for an `Int`. Extents of 0 are
  /// left out until the end, because code that computes strides may multiply the others alone.
  private static func byteCount(of shape: [Int]) -> Int? {
    var count = 4
    for extent in shape where extent > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }
}
