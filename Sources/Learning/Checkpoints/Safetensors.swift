import Tensors

// The format: the length of the header as 8 bytes, little-endian; the header, JSON that says for each tensor its type, its
// shape and the bytes it occupies; the bytes of all tensors, one after the other without gaps.

/// Why bytes are no safetensors file that can be used, in one sentence.
struct SafetensorsError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// What the bytes of a file are read from.
protocol ByteSource {
  var byteCount: Int { get }

  /// Fills `target` with the bytes from `offset` on, which are there.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(FileError)
}

/// The types of numbers that can be read.
enum ElementType: String, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  /// The upper half of a 32-bit float.
  case bfloat16 = "BF16"

  var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// What the header says of a tensor.
struct TensorEntry {
  let name: String
  let type: ElementType
  let shape: [Int]
  /// Where its bytes are, counted from the end of the header.
  let begin: Int
  let end: Int
}

// MARK: - Writing

extension Checkpoint {
  /// Writes a safetensors file, tensor by tensor and without a copy: the tensors by name, the header's spaces and field
  /// order as in the reference implementation.
  func writeSafetensors(to write: (UnsafeRawBufferPointer) throws(FileError) -> Void) throws(FileError) {
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

    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try (length + header).withUnsafeBufferPointer { bytes throws(FileError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
    for (_, tensor) in sorted {
      #if _endian(little)
        try tensor.withUnsafeScalars { scalars throws(FileError) in try write(UnsafeRawBufferPointer(scalars)) }
      #else
        try tensor.scalars.map(\.bitPattern.littleEndian).withUnsafeBufferPointer { patterns throws(FileError) in
          try write(UnsafeRawBufferPointer(patterns))
        }
      #endif
    }
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
  /// Reads a safetensors file whose tensors are all of floats, each tensor in one piece. Nothing about the bytes is taken on
  /// trust.
  init(safetensors source: some ByteSource) throws(SafetensorsError) {
    guard source.byteCount >= 8 else {
      throw SafetensorsError("the file is truncated: it has only \(source.byteCount) bytes")
    }
    let length = try Self.bytes(of: source, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= 100_000_000 else {
      throw SafetensorsError("this is no safetensors file: its header would have \(length) bytes")
    }
    let start = 8 + Int(length)
    guard start <= source.byteCount else {
      throw SafetensorsError(
        "the file is truncated: its header has \(length) bytes, but \(source.byteCount - 8) are there")
    }
    var header = SafetensorsHeader(try Self.bytes(of: source, count: start)[8...])
    try header.read()
    let entries = header.entries.sorted { ($0.begin, $0.end, $0.name) < ($1.begin, $1.end, $1.name) }
    try Self.checkLayout(entries, dataCount: source.byteCount - start)

    self.init(metadata: header.metadata)
    for entry in entries {
      tensors[entry.name] = try Tensor(Shape(entry.shape)) { scalars throws(SafetensorsError) in
        do throws(FileError) {
          try entry.type.read(scalars, from: source, at: start + entry.begin)
        } catch {
          throw SafetensorsError(error.description)
        }
      }
    }
  }

  /// The first bytes of a file.
  private static func bytes(of source: some ByteSource, count: Int) throws(SafetensorsError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    do {
      try bytes.withUnsafeMutableBufferPointer { target throws(FileError) in
        try source.read(at: 0, into: UnsafeMutableRawBufferPointer(target))
      }
    } catch {
      throw SafetensorsError(error.description)
    }
    return bytes
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
      guard byteCount(of: entry) == entry.end - entry.begin else {
        throw SafetensorsError(
          "the tensor \(entry.name) of type \(entry.type.rawValue) and shape \(Shape(entry.shape)) cannot have \(entry.end - entry.begin) bytes"
        )
      }
      end = entry.end
    }
    guard end == dataCount else { throw SafetensorsError("the last \(dataCount - end) bytes belong to no tensor") }
  }

  /// How many bytes a tensor's numbers take; nil where a number on the way would be too large for an `Int`. Extents of 0 are
  /// left out until the end, because code that computes strides may multiply the others alone.
  private static func byteCount(of entry: TensorEntry) -> Int? {
    var count = entry.type.byteCount
    for extent in entry.shape where extent > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return entry.shape.contains(0) ? 0 : count
  }
}

extension ElementType {
  /// Reads as many numbers as `scalars` holds.
  fileprivate func read(
    _ scalars: UnsafeMutableBufferPointer<Float>, from source: some ByteSource, at offset: Int
  ) throws(FileError) {
    if self == .float32 {
      try source.read(at: offset, into: UnsafeMutableRawBufferPointer(scalars))
      #if _endian(big)
        for index in scalars.indices { scalars[index] = Float(bitPattern: scalars[index].bitPattern.byteSwapped) }
      #endif
      return
    }
    var halves = [UInt16](repeating: 0, count: scalars.count)
    try halves.withUnsafeMutableBufferPointer { target throws(FileError) in
      try source.read(at: offset, into: UnsafeMutableRawBufferPointer(target))
    }
    for (index, half) in halves.enumerated() {
      let half = UInt16(littleEndian: half)
      scalars[index] = self == .bfloat16 ? Float(bitPattern: UInt32(half) << 16) : Self.float(ofHalf: half)
    }
  }

  /// The value of a 16-bit float: a sign, five bits of exponent and ten of fraction. Not every processor that Swift runs on
  /// has the type `Float16`.
  private static func float(ofHalf half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let rest = UInt32(half & 0x7FFF) << 13
    // Infinities and NaN have all bits of the exponent set.
    if half & 0x7C00 == 0x7C00 { return Float(bitPattern: sign | 0x7F80_0000 | rest) }
    // In the bits of a 32-bit float the exponent counts from −127, not from −15; this holds for the numbers below 2⁻¹⁴ too.
    return Float(bitPattern: sign | (Float(bitPattern: rest) * 0x1p112).bitPattern)
  }
}
