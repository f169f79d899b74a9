import Foundation
import Tensors
import TestSupport
import Testing

@testable import Learning

extension [UInt8]: ByteSource {
  public var byteCount: Int { count }

  public func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) {
    target.copyBytes(from: self[offset..<(offset + target.count)])
  }
}

extension Checkpoint {
  /// What is written into a file.
  fileprivate var safetensors: [UInt8] {
    var bytes: [UInt8] = []
    try? writeSafetensors { bytes += $0 }
    return bytes
  }
}

/// Whatever is in a file, reading it gives a checkpoint or an error, never a crash.
@Suite("Damaged checkpoints")
struct SafetensorsTests {
  private let whole = Checkpoint(
    tensors: ["a": Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), "b": Tensor([7, 8])], metadata: ["k": "v\n\u{1}"]
  ).safetensors

  /// A file with this header before this many bytes.
  private func file(_ header: String, dataCount: Int = 8) -> [UInt8] { file(Array(header.utf8), dataCount: dataCount) }

  private func file(_ header: [UInt8], dataCount: Int = 8) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return length + header + [UInt8](repeating: 0, count: dataCount)
  }

  private func reason(_ bytes: [UInt8]) -> String? {
    do {
      _ = try Checkpoint(safetensors: bytes)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func everyTruncationIsAnError() {
    for length in 0..<whole.count {
      #expect(reason(Array(whole.prefix(length)))?.contains("truncated") == true, "\(length) of \(whole.count) bytes")
    }
    #expect(reason(whole) == nil)
    #expect(reason(whole + [0]) == "the last 1 bytes belong to no tensor")
  }

  @Test func headersThatCannotBeTrue() {
    let large = [UInt8](repeating: 0xFF, count: 8) + [0, 0]
    #expect(reason(large)?.contains("no safetensors file") == true, "a length of 2⁶⁴ − 1 must not overflow")
    let capped = [0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0, 0, 0] as [UInt8]
    #expect(reason(capped)?.contains("would have 100000001 bytes") == true, "the reference's cap is 100 MB")
  }

  @Test(arguments: [
    // What is said of a tensor.
    (#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, "of type F64"),
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "of type F32 and shape [3] cannot have 8 bytes"),
    (#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}"#, "of type F16 and shape [2] cannot have 8 bytes"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,12]}}"#, "truncated"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "before it begins"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, "negative"),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "negative"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#, "too large"),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, "cannot have"),
    (#"{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}"#, "cannot have"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "from 0 to 4 of the data belong to no tensor"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "last 4 bytes belong to no tensor"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}"#, "two data_offsets"),
    (#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, "needs a dtype"),
    (#"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "second field dtype"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#, "unknown or second field more"),
    // Two tensors.
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      "tensor b overlaps"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      "two tensors with the name a"
    ),
    (#"{"__metadata__":{"k":"1","k":"2"}}"#, "two entries k"), (#"{"__metadata__":{},"__metadata__":{}}"#, "two"),
    // JSON.
    ("", "{ is expected at byte 8"), ("[]", "{ is expected"), ("{", "\" is expected"), ("{}x", "the end is expected"),
    (#"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, "a number"),
    (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "] is expected"),
    (#"{"a":{"dtype":"F32","shape":[2,],"data_offsets":[0,8]}}"#, "a number"),
    (#"{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#, "[ is expected"),
    (#"{"__metadata__":{"k":1}}"#, "\" is expected"), (#"{"__metadata__":{"k":"\x"}}"#, "escaped"),
    (#"{"__metadata__":{"k":"\ud800"}}"#, "other half"), (#"{"__metadata__":{"k":"\ud800\u0041"}}"#, "other half"),
    (#"{"__metadata__":{"k":"\udc00"}}"#, "other half"), (#"{"__metadata__":{"k":"\u00G0"}}"#, "hexadecimal"),
    (#"{"__metadata__":{"k":"\u+123"}}"#, "hexadecimal"), ("{\"__metadata__\":{\"k\":\"\n\"}}", "the end of a string"),
    (#"{"__metadata__":{"k":"v}}"#, "the end of a string"),
  ])
  func badHeadersAreNamed(header: String, message: String) {
    let reason = reason(file(header))
    #expect(reason?.contains(message) == true, "\(header): \(reason ?? "was read")")
  }

  @Test func textIsCheckedAndDecoded() throws {
    let invalid = Array(#"{"__metadata__":{"k":""#.utf8) + [0xC3, 0x28] + Array(#""}}"#.utf8)
    #expect(reason(file(invalid, dataCount: 0))?.contains("UTF-8") == true)
    let escapes = file(#" { "__metadata__" : { "k" : "\ud83e\uDD9C\u00e9\/\b\f\n\r\t" } } "#, dataCount: 0)
    #expect(try Checkpoint(safetensors: escapes).metadata == ["k": "🦜é/\u{8}\u{C}\n\r\t"])
    #expect(try Checkpoint(safetensors: file("{}", dataCount: 0)).tensors.isEmpty)
  }

  /// Values of IEEE 754: 1 + 2⁻¹⁰, −2, the largest and the smallest normal number of 16 bits, the smallest of all, −0, −∞.
  @Test func halvesBecomeFloats() throws {
    let halves: [UInt16] = [0x3C01, 0xC000, 0x7BFF, 0x0400, 0x0001, 0x83FF, 0x8000, 0xFC00]
    let expected: [Float] = [
      1.0009765625, -2, 65504, 0x1p-14, 0x1p-24, -1023 * 0x1p-24, -0.0, -.infinity,
    ]
    let header = #"{"a":{"dtype":"F16","shape":[2,4],"data_offsets":[0,16]}}"#
    let bytes = file(header, dataCount: 0) + halves.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let tensor = try #require(try Checkpoint(safetensors: bytes).tensors["a"])
    #expect(tensor.shape == [2, 4])
    #expect(tensor.scalars.map(\.bitPattern) == expected.map(\.bitPattern))
    let nan = file(#"{"a":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}"#, dataCount: 0) + [0x01, 0x7C]
    #expect(try Checkpoint(safetensors: nan).tensors["a"]?.item.isNaN == true)
  }

  @Test func upperHalvesBecomeFloats() throws {
    let header =
      #"{"a":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}"#
    let bytes = file(header, dataCount: 0) + [0x80, 0x3F, 0x49, 0xC0, 0x80, 0x7F, 0, 0, 0, 0x40]
    let tensors = try Checkpoint(safetensors: bytes).tensors
    #expect(tensors["a"]?.scalars == [1, -3.140625, .infinity])
    #expect(tensors["b"] == Tensor([2]), "behind an odd number of halves a float is not aligned")
  }

  @Test func wordsNeedNoTensors() throws {
    let words = ["config": "{}"]
    let read = try Checkpoint(safetensors: Checkpoint(metadata: words).safetensors)
    #expect(read.metadata == words && read.tensors.isEmpty)
  }

  @Test func aFileThatShrinksIsAnError() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("model.safetensors")
    try Data(whole).write(to: file)
    let source = try InputFile(file.path)
    try Data(whole.dropLast()).write(to: file, options: [])
    let error = #expect(throws: SafetensorsError.self) { try Checkpoint(safetensors: source) }
    #expect(error?.description == "the file has become shorter while it was read")
  }

  @Test func everyByteMayBeWrong() {
    var generator = RandomGenerator(seed: 99)
    let telling = Array("\"\\{}[]:,-0919 e.u".utf8) + [0, 0x7F, 0x80, 0xFF]
    for position in whole.indices {
      for replacement in telling + [UInt8(truncatingIfNeeded: generator.next())] {
        var bytes = whole
        bytes[position] = replacement
        expectReadOrRefused(bytes)
      }
    }
  }

  @Test func manyBytesMayBeWrong() {
    var generator = RandomGenerator(seed: 7)
    for _ in 0..<5_000 {
      var bytes = whole
      for _ in 0..<(1 + generator.integer(below: 8)) {
        bytes[generator.integer(below: bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
      }
      if generator.integer(below: 4) == 0 { bytes.removeSubrange(generator.integer(below: bytes.count)...) }
      if generator.integer(below: 4) == 0 {
        bytes.insert(bytes.first ?? 0, at: generator.integer(below: bytes.count + 1))
      }
      expectReadOrRefused(bytes)
    }
  }

  /// What is read must be whole: tensors without faults that together have all the bytes of the data.
  private func expectReadOrRefused(_ bytes: [UInt8]) {
    guard let checkpoint = try? Checkpoint(safetensors: bytes) else { return }
    #expect(checkpoint.tensors.values.allSatisfy { $0.fault == nil })
    #expect(checkpoint.tensors.values.reduce(0) { $0 + $1.scalars.count } == 8, "a tensor was lost")
  }
}
