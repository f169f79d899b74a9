import Testing

/// A failure's message: what is wrong, and which of the likely mistakes would give this number.
public func mistake(
  _ found: Double, _ what: String, _ likely: [(value: Double, name: String)], relative tolerance: Double = 1e-6
) -> Comment {
  let match = likely.first { agree(found, $0.value, relative: tolerance) }
  return Comment(rawValue: match.map { "\(what): \($0.name)" } ?? what)
}
