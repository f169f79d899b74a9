/// What hostile submissions have tried, or could: each reaches around the language, to the record of the tests, other tests, or the
/// process itself, and must be refused by the reading of the file.
enum KnownTrespasses {
  static let all: KeyValuePairs<String, String> = [
    // Modules and functions that are not the course's.
    "foundation": "import Foundation", "glibc": "import Glibc", "testing": "import Testing",
    "test-support": "import TestSupport", "later-chapter": "import Schedules",
    "one-type": "import struct Foundation.URL",
    "testable": "@testable import Tensors", "exported": "@_exported import Tensors", "spi": "@_spi(x) import Tensors",
    "second-import": "import Tensors; import Glibc", "import-on-two-lines": "import\nGlibc",
    "no-break-space": "import\u{A0}Glibc", "carriage-return": "// a comment\rimport Glibc",
    "silgen-name": "@_silgen_name(\"exit\") func leave(_ status: Int32) -> Never",
    "cdecl": "@_cdecl(\"malloc\") func allocate(_ size: Int) -> Int { 0 }", "extern": "@_extern(c) func abort()",
    "dynamic-replacement": "@_dynamicReplacement(for: f) func g() {}",
    "macro": "macro m() = #externalMacro(module: \"A\", type: \"B\")",
    // Memory.
    "command-line": "let path = CommandLine.arguments[1]", "quoted-name": "let path = `CommandLine`.arguments[1]",
    "in-a-string": "let path = \"\\(CommandLine.arguments)\"",
    "in-a-raw-string": "let path = #\"\\#(CommandLine.arguments)\"#",
    "in-a-long-string": "let path = \"\"\"\n\\(CommandLine.arguments)\n\"\"\"",
    "bit-cast": "let number = unsafeBitCast(1, to: Double.self)",
    "pointer-type": "let p: UnsafeMutablePointer<Int>? = nil",
    "opaque-pointer": "let p = OpaquePointer(bitPattern: 8)", "unmanaged": "let u: Unmanaged<AnyObject>? = nil",
    "managed-buffer": "final class B: ManagedBuffer<Int, Int> {}", "base-address": "let f = { $0.baseAddress![9] }",
    "unchecked-subscript": "func f(_ s: Span<Int>) -> Int { s[unchecked: 99] }",
    "contiguous-storage": "let f = [1].withContiguousStorageIfAvailable { $0.count }",
    "unchecked-sendable": "final class C: @unchecked Sendable { var x: Any = 1 }",
    "standard-internals": "let b = [1]._buffer",
    "internals-by-extension": "extension Array { func f() { _buffer } }\nlet _buffer = 1",
    "checkpoint": "let c = Checkpoint()", "unfinished-record": "let r = UnfinishedRecord()",
    // Types whose size overflows, so that their bounds say nothing.
    "inline-array": "let a = InlineArray<2_305_843_009_213_693_953, UInt64>(repeating: 0)",
    "inline-array-short": "let a: [2_305_843_009_213_693_953 of UInt64]",
    "inline-array-named": "typealias A = InlineArray",
    "value-generics": "struct S<let n: Int> { var a: Int }",
    "value-generics-second": "func f<T, let n: Int>(_ t: T) {}",
    // Declarations that tests would take for theirs.
    "public-equals": "public func == (a: Double, b: Double) -> Bool { true }",
    "public-helper": "public func expectClose(_ a: Double, _ b: Double) {}",
    "conformance": "extension Double: Error {}",
    "nested-namesake": "struct S { struct Tensor {} }\nextension Tensor: Error {}",
    "public-extension": "public extension Double { var x: Int { 1 } }", "package-access": "package func f() {}",
    "open-class": "open class C {}", "operator": "infix operator ~~",
    // What a reader and the compiler could understand differently.
    "regular-expression": "let r = /\"/; let a = CommandLine.arguments; let s = /\"/",
    "regex-between-signs": "let r = #/\"/#",
    "regex-after-operator": "let q = !/\"/; let a = CommandLine.arguments; let r = !/\"/",
    "short-long-string": "let q = #\"\"\"#\nlet a = CommandLine.arguments\nlet r = #\"\"\"#", "null": "let c = \u{0}1",
    "zero-width": "let a = b\u{200B}CommandLine", "unended-comment": "/* unended",
    "unended-string": "let u = \"unended",
    "directive": "#if DEBUG\n#endif", "source-location": "#sourceLocation(file: \"a\", line: 1)",
  ]
}
