/// A Swift source cut into tokens, as far as is needed to know which names it uses.
///
/// Comments and the text of strings are left out; what is interpolated into a string is not. Whatever could make this reading
/// differ from the compiler's, such as a literal of a regular expression, whose quotes are no quotes, is an error: a name
/// must not hide.
struct SourceTokens {
  enum Kind: Equatable {
    /// A name or a keyword, without backticks.
    case name
    /// `@` and the name.
    case attribute
    /// `#` and the name.
    case directive
    case number
    case string
    /// Operators and punctuation, parentheses and braces one by one.
    case symbol
  }

  struct Token {
    let kind: Kind
    let text: String
    let line: Int
    /// Whether it stood in backticks, and so is a name even where it looks like a keyword.
    var isQuoted = false
  }

  /// A place that cannot be read.
  struct Unreadable: Error {
    let line: Int
    let reason: String
  }

  private(set) var tokens: [Token] = []
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var line = 1
  /// Whether the token before this place is an operand, so that a slash after it divides.
  private var followsOperand = false

  init(_ source: String) throws(Unreadable) {
    scalars = Array(source.unicodeScalars)
    // The compiler passes over a byte order mark; within the file it would be a part of a name here, and a blank there.
    if scalars.first == "\u{FEFF}" { position = 1 }
    try read(untilParenthesis: false)
  }

  private func scalar(_ offset: Int = 0) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  private func fail(_ reason: String) -> Unreadable { Unreadable(line: line, reason: reason) }

  private mutating func advance(_ count: Int = 1) {
    for _ in 0..<count {
      if scalar() == "\n" || (scalar() == "\r" && scalar(1) != "\n") { line += 1 }
      position += 1
    }
  }

  private mutating func add(_ kind: Kind, from start: Int, isQuoted: Bool = false) {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: self.scalars[start..<position])
    let text = String(scalars)
    tokens.append(Token(kind: kind, text: text, line: line, isQuoted: isQuoted))
    followsOperand =
      switch kind {
      case .name: isQuoted || !Self.wordsBeforeOperands.contains(text)
      case .symbol: [")", "]", "}"].contains(text)
      case .number, .string: true
      case .attribute, .directive: false
      }
  }

  /// Reads to the end of the source, or of what is interpolated.
  private mutating func read(untilParenthesis: Bool) throws(Unreadable) {
    var depth = 0
    while let next = scalar() {
      switch next {
      case " ", "\t", "\n", "\r": advance()
      case "/" where scalar(1) == "/":
        while let next = scalar(), next != "\n", next != "\r" { advance() }
      case "/" where scalar(1) == "*": try readBlockComment()
      case "\"": try readString(hashes: 0)
      case "#": try readHash()
      case "`": try readQuotedName()
      case "@":
        let start = position
        advance()
        readName()
        guard position > start + 1 else { throw fail("an @ without a name") }
        add(.attribute, from: start)
      case "0"..."9":
        let start = position
        while let next = scalar(), Self.isNamePart(next) { advance() }
        add(.number, from: start)
      case _ where Self.isNamePart(next):
        let start = position
        readName()
        add(.name, from: start)
      case "(", "[", "{", ")", "]", "}", ",", ";", ":", "\\":
        if next == "(" { depth += 1 }
        if next == ")" {
          if untilParenthesis, depth == 0 { return }
          depth -= 1
        }
        let start = position
        advance()
        add(.symbol, from: start)
      case _ where next.value < 32 || next.value >= 127: throw fail("a character that is no part of a name")
      default: try readOperator()
      }
    }
    if untilParenthesis { throw fail("a string that does not end") }
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "$": true
    default: scalar.value >= 128 && isLetterOrNumber(scalar)
    }
  }

  /// Other characters than these are blanks, operators or nothing at all to the compiler: the no-break space would join two
  /// names here that it keeps apart.
  private static func isLetterOrNumber(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  private mutating func readName() {
    while let next = scalar(), Self.isNamePart(next) { advance() }
  }

  private mutating func readQuotedName() throws(Unreadable) {
    advance()
    let start = position
    readName()
    guard scalar() == "`", position > start else { throw fail("what stands in backticks and is no plain name") }
    add(.name, from: start, isQuoted: true)
    advance()
  }

  private mutating func readBlockComment() throws(Unreadable) {
    var depth = 0
    repeat {
      if scalar() == "/", scalar(1) == "*" {
        depth += 1
        advance(2)
      } else if scalar() == "*", scalar(1) == "/" {
        depth -= 1
        advance(2)
      } else if scalar() != nil {
        advance()
      } else {
        throw fail("a comment that does not end")
      }
    } while depth > 0
  }

  /// A string between number signs, a regular expression between them, or a directive.
  private mutating func readHash() throws(Unreadable) {
    let start = position
    var hashes = 0
    while scalar(hashes) == "#" { hashes += 1 }
    switch scalar(hashes) {
    case "\"": try readString(hashes: hashes)
    case "/": throw fail("a regular expression")
    default:
      advance(hashes)
      readName()
      guard hashes == 1, position > start + 1 else { throw fail("a # without a name") }
      add(.directive, from: start)
    }
  }

  private mutating func readString(hashes: Int) throws(Unreadable) {
    let firstLine = line
    advance(hashes)
    let isLong = scalar(1) == "\"" && scalar(2) == "\""
    let quotes = isLong ? 3 : 1
    // "" is empty, unless a third quote makes it the beginning of a long one.
    advance(quotes)
    // Between number signs, three quotes and something after them are a short string to the compiler: #"""# holds a quote.
    if isLong, let next = scalar(), next != "\n", next != "\r" {
      throw fail("a string that does not begin on a line of its own")
    }
    while true {
      guard let next = scalar() else { throw fail("a string that does not end") }
      if next == "\"", (0..<quotes).allSatisfy({ scalar($0) == "\"" }), isHashed(after: quotes, hashes) {
        advance(quotes + hashes)
        tokens.append(Token(kind: .string, text: "", line: firstLine))
        followsOperand = true
        return
      }
      if next == "\\", isHashed(after: 1, hashes) {
        advance(1 + hashes)
        if scalar() == "(" {
          advance()
          followsOperand = false
          try read(untilParenthesis: true)
        }
        advance()
        continue
      }
      if !isLong, next == "\n" || next == "\r" { throw fail("a string that does not end in its line") }
      advance()
    }
  }

  private func isHashed(after offset: Int, _ hashes: Int) -> Bool {
    (0..<hashes).allSatisfy { scalar(offset + $0) == "#" }
  }

  private mutating func readOperator() throws(Unreadable) {
    let start = position
    // A comment, of which the slash is the end, is a blank.
    let isSpaced = start == 0 || [" ", "\t", "\n", "\r", "/"].contains(scalars[start - 1])
    // After an operand ! and ? end it.
    if followsOperand, !isSpaced, scalar() == "!" || scalar() == "?", scalar(1) != "=" {
      advance()
      add(.symbol, from: start)
      followsOperand = true
      return
    }
    while let next = scalar(), "=-+!*%<>&|^~?./".unicodeScalars.contains(next) {
      // A comment can begin within an operator.
      if next == "/", scalar(1) == "/" || scalar(1) == "*" { break }
      advance()
    }
    guard position > start else { throw fail("a character that is not Swift") }
    // A slash where an operand is expected begins a regular expression, in which quotes are no quotes: behind another
    // operator, on a line of its own, or wherever there is a blank before it and none after.
    if let slash = scalars[start..<position].firstIndex(of: "/") {
      // No regular expression begins with a parenthesis that nothing opened: this is the operator as an argument.
      if position == start + 1, scalar() == ")", ["(", ","].contains(tokens.last?.text) {
        add(.symbol, from: start)
        return
      }
      let isSpacedAfter = [" ", "\t", "\n", "\r"].contains(scalar() ?? "\n")
      guard slash == start, followsOperand, !isSpaced || isSpacedAfter else {
        throw fail("a regular expression, or an operator with a slash in it,")
      }
    }
    add(.symbol, from: start)
  }

  /// Keywords after which an operand follows, so that a slash would begin a regular expression.
  private static let wordsBeforeOperands: Set<String> = [
    "return", "in", "let", "var", "if", "while", "guard", "case", "where", "try", "await", "throw", "else", "is", "as",
    "switch", "for", "repeat", "do", "default", "inout", "some", "any", "yield", "consume", "copy", "borrow", "catch",
    "defer", "each", "async", "throws", "rethrows", "break", "continue", "fallthrough",
  ]
}
