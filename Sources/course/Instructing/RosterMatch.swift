import Foundation

/// Which row of a class list is about a student.
///
/// A number is compared with numbers of its own kind alone: Moodle's 42 is not the 42nd of a list.
struct RosterMatch {
  let student: Student
  let header: [String]
  /// Whether the list is Canvas's, whose ID is the number in the names of its files.
  let isOfCanvas: Bool

  private static let schoolNumbers: Set = ["sid", "student id", "id number", "sis user id", "id"]
  private static let logins: Set = ["sis login id", "login", "username", "github", "github_username"]
  private static let addresses: Set = ["email", "email address"]
  private static let names: Set = ["student", "name", "full name"]

  /// Whether a column of this title, in lower case, tells who a student is.
  static func isTelling(_ title: String) -> Bool {
    title == "identifier" || title == "last name"
      || [schoolNumbers, logins, addresses, names].contains { $0.contains(title) }
  }

  /// The row's number; nil where no row fits, or several fit equally well.
  func row(among rows: [(number: Int, cells: [String])]) -> Int? {
    // In the order in which they are believed.
    for isMeant in [byNumber, byAddress, byLogin, byName] as [([String]) -> Bool] {
      let fitting = rows.filter { isMeant($0.cells) }
      if fitting.count == 1 { return fitting[0].number }
    }
    // A clone is called after its assignment and its student: `diffusion-anna-lee` is anna-lee's, and not lee's.
    let whole = student.handedInAs.lowercased()
    let ends = rows.flatMap { row in
      cells(of: row.cells, in: Self.logins).filter { !$0.isEmpty && whole.hasSuffix("-" + $0.lowercased()) }.map {
        (row: row.number, length: $0.count)
      }
    }
    let longest = ends.filter { $0.length == ends.map(\.length).max() }
    return longest.count == 1 ? longest[0].row : nil
  }

  private func cells(of row: [String], in titles: Set<String>) -> [String] {
    header.indices.filter { titles.contains(header[$0].lowercased()) }.map {
      row[$0].trimmingCharacters(in: .whitespaces)
    }
  }

  private func byNumber(_ row: [String]) -> Bool {
    guard let id = student.id, !id.isEmpty else { return false }
    switch student.idSource {
    case .canvas: return isOfCanvas && cells(of: row, in: ["id"]).contains(id)
    // "Participant 42", in whatever language.
    case .moodle: return cells(of: row, in: ["identifier"]).contains { $0.drop { !$0.isNumber } == id }
    case .school:
      return cells(of: row, in: isOfCanvas ? Self.schoolNumbers.subtracting(["id"]) : Self.schoolNumbers).contains(id)
    }
  }

  private func byAddress(_ row: [String]) -> Bool {
    guard let email = student.email?.lowercased(), !email.isEmpty else { return false }
    return cells(of: row, in: Self.addresses.union(Self.logins)).contains { $0.lowercased() == email }
  }

  private func byLogin(_ row: [String]) -> Bool {
    let keys = [student.handedInAs, student.email?.split(separator: "@").first.map(String.init)]
      .compactMap { $0.map(Self.plain) }.filter { !$0.isEmpty }
    let columns = Self.logins.union(Self.addresses).union(isOfCanvas ? [] : Self.schoolNumbers)
    return cells(of: row, in: columns).contains { keys.contains(Self.plain($0)) }
  }

  private func byName(_ row: [String]) -> Bool {
    let (first, last) = (cells(of: row, in: ["first name"]), cells(of: row, in: ["last name"]))
    let names = cells(of: row, in: Self.names) + zip(first, last).map { "\($0) \($1)" }
    let (key, words) = (Self.plain(student.handedInAs), Self.words(student.handedInAs))
    // "Doe, Jane" is doejane to Canvas, and Jane Doe to others.
    return names.contains { name in
      !key.isEmpty && (Self.plain(name) == key || words.count > 1 && Self.words(name) == words)
    }
  }

  private static func words(_ text: String) -> [String] {
    text.split { !$0.isLetter && !$0.isNumber }.map { plain(String($0)) }.sorted()
  }

  /// Letters and digits alone, without the accents that platforms leave out.
  private static func plain(_ text: String) -> String {
    let scalars = text.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
      default: scalar == "@"
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
