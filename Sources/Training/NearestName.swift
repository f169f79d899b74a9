/// The name that a misspelled one is likely to mean: the one with the fewest letters to insert, remove or replace (Levenshtein
/// 1966), upper and lower case being the same; nil where even that one differs in half of its letters.
public func nearestName(to word: String, among names: [String]) -> String? {
  let distances = names.map { (name: $0, distance: editDistance(Array(word.lowercased()), Array($0.lowercased()))) }
  guard let nearest = distances.min(by: { $0.distance < $1.distance }), 2 * nearest.distance < nearest.name.count else {
    return nil
  }
  return nearest.name
}

/// How many letters must be inserted, removed or replaced.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  // The distances of the prefixes of `first`, one row of the table at a time, from all prefixes of `second`.
  var row = Array(0...second.count)
  for (i, letter) in first.enumerated() {
    var next = [i + 1]
    for (j, other) in second.enumerated() {
      next.append(min(row[j] + (letter == other ? 0 : 1), row[j + 1] + 1, next[j] + 1))
    }
    row = next
  }
  return row[second.count]
}
