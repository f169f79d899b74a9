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
    "precedencegroup": "operators of one's own change how other code reads; write a function",
    "operator": "operators of one's own change how other code reads; write a function",
    "InlineArray": "its count can be too large for its memory; use an Array",
    "UnfinishedRecord": "it is how tests learn of unfinished exercises",
    "Checkpoint": "it reads and writes files",
  ]

  /// Words that are refused before a declaration; elsewhere they are names like others.
  static let declaring: [String: String] = [
    "macro": "macros run within the compiler; write a function",
    "open": "a submission must not add to the public face of its chapter; write private",
    "package": "a submission must not add to the public face of its chapter; write private",
  ]

  /// Directives that tell where they stand, and nothing else.
  static let directives: Set<String> = ["#line", "#column", "#function", "#fileID"]

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
    let stubTokens = try Self.tokens(stub)
    let types = Self.declaredTypes(tokens).union(Self.extendedTypes(stubTokens))
    // In an extension of another's type, a name with an underscore could be one that the type has.
    let underscored = Self.extendedTypes(tokens).isSubset(of: types) ? Self.underscoredNames(tokens) : []
    for (index, token) in tokens.enumerated() {
      func refuse(_ reason: String) -> Violation { Violation(line: token.line, reason: reason) }
      let before = index > 0 ? tokens[index - 1].text : ""
      let after = index + 1 < tokens.count ? tokens[index + 1] : nil
      switch token.kind {
      case .attribute where !Self.attributes.contains(token.text):
        throw refuse("the attribute \(token.text) is not one that an answer needs; leave it out")
      case .directive where !Self.directives.contains(token.text):
        throw refuse("\(token.text) is not something that an answer needs; leave it out")
      case .name where token.text == "import" && before != ".":
        let rest = tokens[(index + 1)...].prefix { $0.line == token.line && $0.text != ";" }.map(\.text)
        guard rest.count == 1, let module = rest.first, modules.contains(module) else {
          throw refuse(
            "import \(rest.joined(separator: " ")): a submission to chapter \(exercise.chapter) imports "
              + modules.dropFirst().joined(separator: ", ") + " and nothing else")
        }
      case .name:
        if let reason = Self.names[token.text] { throw refuse("\(token.text): \(reason)") }
        if let reason = Self.declaring[token.text], let after, Self.beginsDeclaration(token, before, after) {
          throw refuse("\(token.text): \(reason)")
        }
        if Self.pointers.contains(token.text) {
          throw refuse("\(token.text): pointers reach all of the process's memory; use arrays or tensors")
        }
        // In whatever way it is named: a constant can hold a function, too.
        if Self.readyMade[exercise.id]?.contains(token.text) == true, before != "func" {
          throw refuse("\(token.text): it does what this exercise asks to be written; call what is yours otherwise")
        }
        if token.text.lowercased().contains("unsafe") {
          throw refuse("\(token.text): unsafe memory reaches all of the process; use arrays or tensors")
        }
        if let reason = Self.valueGenerics(token, before, tokens[(index + 1)...]) { throw refuse(reason) }
        if token.text.hasPrefix("_"), token.text.contains(where: { $0 != "_" }) {
          let isInlined = token.text == "__always" && index > 1 && tokens[index - 2].text == "@inline"
          let isMember = before == "." && !(index > 1 && tokens[index - 2].text == "self")
          guard isInlined || underscored.contains(token.text) && !isMember else {
            throw refuse(
              "\(token.text): names that begin with an underscore reach into the standard library; write yours without it"
            )
          }
        }
      case .attribute, .directive, .number, .string, .symbol: break
      }
    }
    var own = Self.publicFace(stubTokens, types: [])
    for face in Self.publicFace(tokens, types: Self.declaredTypes(tokens)) {
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

  // MARK: What a file declares

  private static let typeWords: Set<String> = ["struct", "class", "enum", "actor", "protocol"]

  /// The types that a file declares, but for those within others: another's type may have the same name.
  private static func declaredTypes(_ tokens: [SourceTokens.Token]) -> Set<String> {
    var depth = 0
    let outermost = tokens.filter { token in
      if token.text == "{" { depth += 1 }
      if token.text == "}" { depth -= 1 }
      return depth == 0
    }
    return names(outermost, after: typeWords)
  }

  /// The types that a file extends.
  private static func extendedTypes(_ tokens: [SourceTokens.Token]) -> Set<String> {
    names(tokens, after: ["extension"])
  }

  /// The names with an underscore before them that a file declares.
  private static func underscoredNames(_ tokens: [SourceTokens.Token]) -> Set<String> {
    names(tokens, after: typeWords.union(["let", "var", "func", "case", "typealias"])).filter { $0.hasPrefix("_") }
  }

  private static func names(_ tokens: [SourceTokens.Token], after words: Set<String>) -> Set<String> {
    Set(
      zip(tokens, tokens.dropFirst()).filter { word, name in
        word.kind == .name && !word.isQuoted && words.contains(word.text) && name.kind == .name
      }.map { $1.text })
  }

  /// Whether a word such as `open` stands before a declaration, and so is none of a file's own names.
  private static func beginsDeclaration(
    _ word: SourceTokens.Token, _ before: String, _ after: SourceTokens.Token
  ) -> Bool {
    if word.isQuoted || [".", "(", ",", "let", "var", "func", "case"].contains(before) { return false }
    if word.text == "macro" { return after.kind == .name && after.line == word.line }
    return after.kind == .attribute || declarations.contains(after.text) || after.text == "override"
  }

  /// Why a name that makes a type of a number, as in `[8 of Int]` and `<let count: Int>`, is refused; nil where it does not.
  private static func valueGenerics(
    _ token: SourceTokens.Token, _ before: String, _ rest: ArraySlice<SourceTokens.Token>
  ) -> String? {
    let reason = "types with a number in them can be too large for their memory; use an Array"
    guard !token.isQuoted else { return nil }
    if token.text == "of", rest.first?.text != ":", rest.first?.text != "(", !["(", ",", ".", "func"].contains(before) {
      return "of: \(reason)"
    }
    // As in <let count: Int> and <Element, let count: Int>; a condition has a value after the type.
    if token.text == "let", before.hasSuffix("<") || before == ",", rest.dropFirst().first?.text == ":" {
      let end = rest.dropFirst(3).first?.text ?? ""
      if before != "," || end.hasPrefix(">") || end == "," { return "let: \(reason)" }
    }
    return nil
  }

  /// A public declaration, or an extension that makes a type conform to a protocol, up to its body.
  private struct Face: Equatable {
    let text: String
    let line: Int
    static func == (left: Face, right: Face) -> Bool { left.text == right.text }
  }

  /// - Parameter types: Types that may be made to conform to what they like.
  private static func publicFace(_ tokens: [SourceTokens.Token], types: Set<String>) -> [Face] {
    var faces: [Face] = []
    for (index, token) in tokens.enumerated() where token.kind == .name {
      let isMember = index > 0 && tokens[index - 1].text == "."
      guard !isMember, token.text == "public" || token.text == "extension" else { continue }
      // `public` and `extension` are also what an argument may be called.
      if index + 1 < tokens.count, tokens[index + 1].text == ":" || tokens[index + 1].text == "," { continue }
      let head = head(tokens[index...]).map(\.text)
      if token.text == "extension" {
        // A colon in the part after `where` makes no conformance.
        let conformance = head.prefix { $0 != "where" }
        if !conformance.contains(":") || conformance.count > 2 && conformance[2] == ":" && types.contains(head[1]) {
          continue
        }
      }
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
