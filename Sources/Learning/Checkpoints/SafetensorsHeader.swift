/// Reads the header of a safetensors file: JSON, of which only this grammar is accepted.
///
///     header   = { "__metadata__": { string: string, … }, name: tensor, … }
///     type     = "F32" | "F16" | "BF16"
///     tensor   = { "dtype": type, "shape": [ integer, … ], "data_offsets": [ begin, end ] }     in any order
///
/// A general JSON decoder would do for honest files, but it keeps one of two equal names without a word.
struct SafetensorsHeader {
  private(set) var entries: [TensorEntry] = []
  private(set) var metadata: [String: String] = [:]
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// Reads the whole header.
  mutating func read() throws(SafetensorsError) {
    var names: Set<String> = []
    try readObject { reader, name throws(SafetensorsError) in
      guard names.insert(name).inserted else { throw SafetensorsError("there are two tensors with the name \(name)") }
      if name == "__metadata__" {
        try reader.readMetadata()
      } else {
        reader.entries.append(try reader.readTensor(name))
      }
    }
    skipSpaces()
    if !rest.isEmpty { throw invalid("the end") }
  }

  private mutating func readMetadata() throws(SafetensorsError) {
    try readObject { reader, key throws(SafetensorsError) in
      guard reader.metadata[key] == nil else { throw SafetensorsError("the metadata has two entries \(key)") }
      reader.metadata[key] = try reader.readString()
    }
  }

  private mutating func readTensor(_ name: String) throws(SafetensorsError) -> TensorEntry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    try readObject { reader, field throws(SafetensorsError) in
      switch field {
      case "dtype" where type == nil: type = try reader.readString()
      case "shape" where shape == nil: shape = try reader.readIntegers(of: name)
      case "data_offsets" where offsets == nil: offsets = try reader.readIntegers(of: name)
      default: throw SafetensorsError("the tensor \(name) has an unknown or second field \(field)")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw SafetensorsError("the tensor \(name) needs a dtype, a shape and two data_offsets")
    }
    guard let type = ElementType(rawValue: type) else {
      throw SafetensorsError("the tensor \(name) is of type \(type); only F32, F16 and BF16 can be read")
    }
    return TensorEntry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  // MARK: JSON

  private func invalid(_ expected: String) -> SafetensorsError {
    SafetensorsError("the header is not valid: \(expected) is expected at byte \(rest.startIndex)")
  }

  private mutating func skipSpaces() {
    rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  /// Takes the next character that is no space, if it is this one.
  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
    guard take(character) else { throw invalid("\(character)") }
  }

  /// Reads `{ "key": …, "key": … }`, where `readValue` reads what follows a key.
  private mutating func readObject(
    _ readValue: (inout SafetensorsHeader, _ key: String) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try readString()
      try expect(":")
      try readValue(&self, key)
    } while take(",")
    try expect("}")
  }

  private mutating func readIntegers(of name: String) throws(SafetensorsError) -> [Int] {
    var integers: [Int] = []
    try expect("[")
    if take("]") { return integers }
    repeat { integers.append(try readInteger(of: name)) } while take(",")
    try expect("]")
    return integers
  }

  private mutating func readInteger(of name: String) throws(SafetensorsError) -> Int {
    skipSpaces()
    if rest.first == UInt8(ascii: "-") { throw SafetensorsError("the tensor \(name) has a negative number") }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { throw invalid("a number") }
    guard let integer = Int(String(decoding: digits, as: UTF8.self)) else {
      throw SafetensorsError("the tensor \(name) has a number that is too large")
    }
    rest = rest.dropFirst(digits.count)
    return integer
  }

  private mutating func readString() throws(SafetensorsError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = rest.popFirst(), byte >= 0x20 {
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw SafetensorsError("the header is not valid: a string is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += String(try readEscape()).utf8
      default: text.append(byte)
      }
    }
    throw invalid("the end of a string")
  }

  /// Reads what follows a backslash.
  private mutating func readEscape() throws(SafetensorsError) -> Unicode.Scalar {
    switch rest.popFirst().map(Unicode.Scalar.init) {
    case let character? where "\"\\/".unicodeScalars.contains(character): return character
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let unit = try readHexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // Half of a pair of UTF-16: the other half has to follow.
      if (0xD800..<0xDC00).contains(unit), rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u") {
        let second = try readHexadecimal()
        if (0xDC00..<0xE000).contains(second),
          let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        {
          return scalar
        }
      }
      throw invalid("the other half of a character")
    default: throw invalid("an escaped character")
    }
  }

  private mutating func readHexadecimal() throws(SafetensorsError) -> UInt32 {
    let digits = rest.prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw invalid("a hexadecimal number") }
    rest = rest.dropFirst(4)
    return value
  }
}
