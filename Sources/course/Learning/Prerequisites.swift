import Syllabus

/// Which exercises an exercise rests on, by the names that its file uses and others declare.
///
/// A right answer on top of a wrong one fails too, and what its tests say is then beside the point.
struct Prerequisites {
  private struct File {
    let path: String
    let module: String
    /// Its own module and those it imports: names of others cannot be meant.
    let visible: Set<String>
    /// Public functions and types.
    let declared: Set<String>
    /// Types that are named, and functions that are called.
    let used: Set<String>
  }

  private let files: [File]

  /// Reads the files of `exercises/`; one that cannot be read rests on nothing.
  init(in folder: CourseFolder) {
    files = Course.chapters.flatMap { chapter in
      folder.sources(in: "exercises/\(chapter.folder)").compactMap { name in
        let path = "exercises/\(chapter.folder)/\(name)"
        guard let text = try? folder.text(path), let tokens = try? SourceTokens(text).tokens else { return nil }
        return File(
          path: path, module: chapter.module,
          visible: Set(Self.names(tokens, after: ["import"]).map(\.text) + [chapter.module]),
          declared: Self.declared(by: tokens), used: Self.used(by: tokens))
      }
    }
  }

  /// The earlier exercises whose answers come into play when one is tested, directly or through others and through given
  /// code.
  func exercises(under exercise: Exercise) -> [Exercise] {
    guard let own = files.first(where: { $0.path == Course.path(of: exercise) }) else { return [] }
    var met = [own]
    var next = 0
    while next < met.count {
      let user = met[next]
      next += 1
      // Names that a file declares itself mean its own.
      let wanted = user.used.subtracting(user.declared)
      met += files.filter { file in
        user.visible.contains(file.module) && !file.declared.isDisjoint(with: wanted)
          && !met.contains { $0.path == file.path }
      }
    }
    let paths = Set(met.map(\.path))
    return Course.exercises.prefix { $0 != exercise }.filter { paths.contains(Course.path(of: $0)) }
  }

  private typealias Token = SourceTokens.Token

  /// The tokens that follow one of the given words.
  private static func names(_ tokens: [Token], after words: Set<String>) -> [(place: Int, text: String)] {
    tokens.indices.dropFirst().filter { words.contains(tokens[$0 - 1].text) }.map { ($0, tokens[$0].text) }
  }

  private static func declared(by tokens: [Token]) -> Set<String> {
    let names = names(tokens, after: ["func", "struct", "class", "enum", "protocol"])
    // `public static func`, `public final class`: with at most one word between.
    let isPublic = { (place: Int) in tokens[..<(place - 1)].suffix(2).contains { $0.text == "public" } }
    // Every layer has `callAsFunction`.
    return Set(names.filter { isPublic($0.place) }.map(\.text)).subtracting(["callAsFunction"])
  }

  private static func used(by tokens: [Token]) -> Set<String> {
    let names = tokens.indices.filter { place in
      let token = tokens[place]
      let isCalled = place + 1 < tokens.count && tokens[place + 1].text == "("
      return token.kind == .name && (isCalled || token.text.first?.isUppercase == true)
    }
    return Set(names.map { tokens[$0].text })
  }
}
