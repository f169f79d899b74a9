import Syllabus

/// What a submitted file may use. It is linked into the process that judges it, so it must not be able to reach around the
/// language: to the file that holds the verdict, the other tests, or the process itself.
struct SourceRules {
  /// Something that a file must not hold.
  struct Violation: Error, Equatable {
    let line: Int
    let reason: String
  }

  /// The exercise's stub, whose public face a submission must keep.
  let stub: String
  let exercise: Exercise

  /// A file longer than this holds more than an answer.
  static let longest = 100_000

  /// The modules that a file may import.
  var modules: [String] {
    ["Swift", "Tensors", "Learning", "RealModule"] + Course.chapters.prefix(exercise.chapter).map(\.module)
  }

  /// Attributes that an answer may want. All others are refused: `@_silgen_name`, `@_cdecl` and `@_extern` reach any function
  /// of the C library, `@_dynamicReplacement` replaces a test, `@testable`, `@_spi` and `@_exported` open modules,
  /// `@unchecked` lets two threads write a variable at a time, until it is of no type at all.
  static let attributes: Set<String> = [
    "@discardableResult", "@escaping", "@autoclosure", "@inline", "@inlinable", "@Sendable", "@available", "@frozen",
    "@usableFromInline", "@MainActor",
  ]

  /// Names that are refused, each with its reason.
  static let names: [String: String] = [
    "CommandLine": "the arguments of the test process say where its verdict is written",
    "Unmanaged": "it turns numbers into references",
    "OpaquePointer": "pointers reach all of the process's memory",
    "AutoreleasingUnsafeMutablePointer": "pointers reach all of the process's memory",
    "CVaListPointer": "pointers reach all of the process's memory",
    "ManagedBuffer": "its elements are reached by pointers",
    "ManagedBufferPointer": "its elements are reached by pointers",
    "precedencegroup": "operators of one's own change how other code reads",
    "operator": "operators of one's own change how other code reads",
    "macro": "macros run within the compiler",
    "open": "a submission must not add to the public face of its chapter",
    "package": "a submission must not add to the public face of its chapter",
    "UnfinishedRecord": "it is how tests learn of unfinished exercises",
    "Checkpoint": "it reads and writes files",
  ]

  /// Names that lead to pointers without saying so. The package has the compiler look for those too, but it overlooks some.
  static let pointers: Set<String> = [
    "baseAddress", "pointee", "unchecked", "utf8Start", "withUTF8", "withUTF8Buffer", "withCString", "withVaList",
    "getVaList", "withContiguousStorageIfAvailable", "withContiguousMutableStorageIfAvailable",
  ]

  /// What an exercise asks to be written by hand, and what does the same is called, in the engine and among the other answers:
  /// to use it would be no answer.
  static let readyMade: [String: Set<String>] = {
    let engine: Set = ["conv2d", "convTransposed2d", "Conv2d", "ConvTranspose2d"]
    return [
      "0.1": engine, "0.2": engine.union(["vectorConvolution", "patchConvolution"]),
      "0.3": engine.union(["naiveConvolution", "patchConvolution"]), "0.4": engine, "0.5": engine,
      "0.6": engine.union(["naiveConvolution", "vectorConvolution"]), "3.2": ["upsampledNearest"],
      "3.3": ["upsampledBilinear"],
      "3.4": ["groupNormalized", "layerNormalized", "batchNormalized", "GroupNorm", "LayerNorm", "BatchNorm2d"],
      "3.6": ["attention", "MultiHeadAttention"], "6.4": ["attention", "MultiHeadAttention"],
      "7.4": ["binaryCrossEntropy", "softplus"],
    ]
  }()

  /// - Throws: The first ``Violation``.
  func check(_ source: String) throws(Violation) {
    guard source.utf8.count <= Self.longest else {
      throw Violation(line: 1, reason: "the file is longer than \(Self.longest) bytes")
    }
    let tokens = try Self.tokens(source)
    for (index, token) in tokens.enumerated() {
      func refuse(_ reason: String) -> Violation { Violation(line: token.line, reason: reason) }
      switch token.kind {
      case .attribute where !Self.attributes.contains(token.text):
        throw refuse("the attribute \(token.text) is not one that an answer needs")
      case .directive: throw refuse("\(token.text) is not something that an answer needs")
      case .name where token.text == "import" && (index == 0 || tokens[index - 1].text != "."):
        let rest = tokens[(index + 1)...].prefix { $0.line == token.line }.map(\.text)
        guard rest.count == 1, let module = rest.first, modules.contains(module) else {
          throw refuse(
            "import \(rest.joined(separator: " ")): a submission to chapter \(exercise.chapter) imports "
              + modules.dropFirst().joined(separator: ", ") + " and nothing else")
        }
      case .name:
        if let reason = Self.names[token.text] { throw refuse("\(token.text): \(reason)") }
        if Self.pointers.contains(token.text) {
          throw refuse("\(token.text): pointers reach all of the process's memory")
        }
        // In whatever way it is named: a constant can hold a function, too.
        if Self.readyMade[exercise.id]?.contains(token.text) == true, tokens[..<index].last?.text != "func" {
          throw refuse("\(token.text): it does what this exercise asks to be written; call what is yours otherwise")
        }
        if token.text.lowercased().contains("unsafe") {
          throw refuse("\(token.text): unsafe memory reaches all of the process")
        }
        if token.text.hasPrefix("_"), token.text.contains(where: { $0 != "_" }) {
          throw refuse("\(token.text): names that begin with an underscore reach into the standard library")
        }
      case .attribute, .number, .string, .symbol: break
      }
    }
    var own = Self.publicFace(try Self.tokens(stub))
    for face in Self.publicFace(tokens) {
      // Each once: the same head may belong to another type.
      if let index = own.firstIndex(of: face) {
        own.remove(at: index)
        continue
      }
      throw Violation(
        line: face.line,
        reason: "`\(face.text)` is not in the stub: what is public must stay as it was handed out")
    }
  }

  private static func tokens(_ source: String) throws(Violation) -> [SourceTokens.Token] {
    do throws(SourceTokens.Unreadable) {
      return try SourceTokens(source).tokens
    } catch {
      throw Violation(line: error.line, reason: "\(error.reason) is not something that an answer needs")
    }
  }

  /// A public declaration, or an extension that makes a type conform to a protocol, up to its body.
  private struct Face: Equatable {
    let text: String
    let line: Int
    static func == (left: Face, right: Face) -> Bool { left.text == right.text }
  }

  private static func publicFace(_ tokens: [SourceTokens.Token]) -> [Face] {
    var faces: [Face] = []
    for (index, token) in tokens.enumerated() where token.kind == .name {
      let isMember = index > 0 && tokens[index - 1].text == "."
      guard !isMember, token.text == "public" || token.text == "extension" else { continue }
      // `public` and `extension` are also what an argument may be called.
      if index + 1 < tokens.count, tokens[index + 1].text == ":" || tokens[index + 1].text == "," { continue }
      let head = head(tokens[index...]).map(\.text)
      if token.text == "extension", !head.contains(":") { continue }
      faces.append(Face(text: head.joined(separator: " "), line: token.line))
    }
    return faces
  }

  /// A declaration up to its body, its value, or the next declaration.
  private static func head(_ tokens: ArraySlice<SourceTokens.Token>) -> ArraySlice<SourceTokens.Token> {
    var depth = 0
    for index in tokens.indices {
      let token = tokens[index]
      if token.text == "(" || token.text == "[" { depth += 1 }
      if token.text == ")" || token.text == "]" { depth -= 1 }
      // The value that a parameter has by default is a part of the head, and what comes after it.
      guard depth == 0 else { continue }
      let begins = index > tokens.startIndex && token.line > tokens[index - 1].line && !token.isQuoted
      if ["{", "}", "="].contains(token.text) || begins && Self.declarations.contains(token.text) {
        return tokens[..<index]
      }
    }
    return tokens
  }

  private static let declarations: Set<String> = [
    "public", "internal", "private", "fileprivate", "static", "final", "mutating", "func", "var", "let", "init",
    "struct", "class", "enum", "protocol", "extension", "typealias", "subscript", "import",
  ]
}
