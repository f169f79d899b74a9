import Foundation
import Syllabus

/// What must hold between the syllabus, the solutions, the exercises, the tests, the wrong answers and the texts, as far as
/// reading them tells.
struct CourseCheck {
  let folder: CourseFolder

  /// All that is wrong, a sentence each; empty where all is well.
  func problems() -> [String] {
    syllabus() + folders() + solutions() + rules() + exercises() + released() + suites() + texts() + mutants()
      + BookCheck(folder: folder).problems()
  }

  private func syllabus() -> [String] {
    var problems: [String] = []
    for exercise in Course.exercises {
      if exercise.title.isEmpty { problems.append("\(exercise.id) has no title") }
      if !(1...10).contains(exercise.points) {
        problems.append("\(exercise.id) has \(exercise.points) points, not 1 to 10")
      }
      let hints = Set(exercise.hints.filter { $0.count > 20 })
      if hints.count != 3 { problems.append("\(exercise.id) has \(hints.count) hints that say something, not 3") }
    }
    for chapter in Course.chapters {
      let count = chapter.exercises.count
      if !(1...9).contains(count) { problems.append("chapter \(chapter.number) has \(count) exercises, not 1 to 9") }
      if Set(chapter.exercises.map(\.title)).count != count { problems.append("\(chapter.title): titles occur twice") }
      if Set(chapter.exercises.map(\.file)).count != count { problems.append("\(chapter.title): files occur twice") }
    }
    return problems
  }

  /// One topic has one name everywhere.
  private func folders() -> [String] {
    let expected = Course.chapters.map(\.folder)
    var problems = ["exercises", "solutions", "Tests/PublicTests", "Tests/HiddenTests", "Tests/Mutants"].flatMap {
      place in
      folder.entries(of: place) == expected ? [] : ["\(place)/ does not hold just the folders of the chapters"]
    }
    for chapter in Course.chapters {
      for path in ["Sources/Chapters/\(chapter.module).swift", "chapters/\(chapter.text)"]
      where !folder.exists(path) {
        problems.append("\(path) is missing")
      }
    }
    return problems
  }

  /// Each exercise is the marked part of one file, and no file has marks that no exercise knows.
  private func solutions() -> [String] {
    Course.chapters.flatMap { chapter -> [String] in
      var expected = Dictionary(uniqueKeysWithValues: chapter.exercises.map { ($0.file, $0.id) })
      var problems: [String] = []
      for name in folder.sources(in: "solutions/\(chapter.folder)") {
        let path = "solutions/\(chapter.folder)/\(name)"
        do {
          let marked = try MarkedSource(folder.text(path), name: path).exercises
          let wanted = expected.removeValue(forKey: name).map { [$0] } ?? []
          if marked != wanted { problems.append("\(path) marks answers to \(marked), the syllabus says \(wanted)") }
        } catch {
          problems.append("\(error)")
        }
      }
      return problems + expected.keys.sorted().map { "solutions/\(chapter.folder)/\($0) is missing" }
    }
  }

  /// The references keep the rules for submissions: what they need, students may use.
  private func rules() -> [String] {
    Course.exercises.compactMap { exercise in
      let path = Course.path(of: exercise, in: "solutions")
      do {
        let rules = SourceRules(stub: try Reset.stub(of: exercise, in: folder), exercise: exercise)
        try rules.check(folder.text(path))
        return nil
      } catch let violation as SourceRules.Violation {
        return "\(path):\(violation.line): no submission may hold this: \(violation.reason)"
      } catch {
        return "\(error)"
      }
    }
  }

  /// `exercises/` is what follows from `solutions/`, and holds no line of an answer.
  private func exercises() -> [String] {
    guard let tree = try? ExerciseTree(solutionsIn: folder) else { return [] }
    var problems: [String] = []
    for (path, text) in tree.files.sorted(by: { $0.key < $1.key }) where (try? folder.text(path)) != text {
      problems.append("\(path) is not what follows from solutions/: run `course sync`")
    }
    problems += ExerciseTree.present(in: folder).filter { tree.files[$0] == nil }.map {
      "\($0) has no solution it could come from"
    }
    for chapter in Course.chapters {
      let stubs = folder.sources(in: "exercises/\(chapter.folder)").map { "exercises/\(chapter.folder)/\($0)" }
      let lines = Set(
        stubs.flatMap { ((try? folder.text($0)) ?? "").split(separator: "\n").map { SourceLine.bare($0) } })
      for exercise in chapter.exercises {
        let path = Course.path(of: exercise, in: "solutions")
        guard let text = try? folder.text(path), let marked = try? MarkedSource(text, name: path) else { continue }
        for line in marked.answers where SourceLine.isTelling(line) && lines.contains(SourceLine.bare(line)) {
          problems.append(
            "exercises/\(chapter.folder) holds a line of the answer to \(exercise.id): \(SourceLine.bare(line))")
        }
      }
    }
    return problems
  }

  /// No file that students get holds a line of an answer: not the engine, not the tests, not the reports' systems.
  private func released() -> [String] {
    var owners: [String: String] = [:]
    for exercise in Course.exercises {
      let path = Course.path(of: exercise, in: "solutions")
      guard let text = try? folder.text(path), let marked = try? MarkedSource(text, name: path) else { continue }
      for line in marked.answers where SourceLine.isTelling(line) { owners[SourceLine.bare(line)] = exercise.id }
    }
    let files = (try? Release.files(of: folder)) ?? []
    return files.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("exercises/") }.flatMap { file -> [String] in
      guard let text = try? folder.text(file) else { return [] }
      return text.split(separator: "\n").compactMap { line in
        let bare = SourceLine.bare(line)
        guard let owner = owners[bare], !SourceLine.isIdiom(bare) else { return nil }
        return "\(file) holds a line of the answer to \(owner): \(bare)"
      }
    }
  }

  /// Each exercise has just one suite for all to see and one hidden, tied to it and titled like it, and a spot check.
  private func suites() -> [String] {
    Course.chapters.flatMap { chapter -> [String] in
      let checks = (try? folder.text("Tests/SpotChecks/\(chapter.folder)/\(chapter.module)SpotChecks.swift")) ?? ""
      let places = ["Tests/PublicTests/\(chapter.folder)", "Tests/HiddenTests/\(chapter.folder)"]
      let texts = places.map { place in
        folder.sources(in: place).map { (try? folder.text("\(place)/\($0)")) ?? "" }.joined(separator: "\n")
      }
      return chapter.exercises.flatMap { exercise -> [String] in
        let missing = zip(texts, [exercise.publicSuite, exercise.hiddenSuite]).compactMap { text, suite -> String? in
          let head = "@Suite(\"\(exercise.id) \(exercise.title)\", .exercise(\"\(exercise.id)\"))\nstruct \(suite) {"
          return text.components(separatedBy: head).count == 2
            ? nil : "one suite must begin with \(head.replacing("\n", with: " "))"
        }
        let isChecked = checks.contains("@Test(\"\(exercise.id)\") func \(exercise.spotCheck)")
        return missing + (isChecked ? [] : ["\(exercise.id) has no spot check in Tests/SpotChecks"])
      }
    }
  }

  /// Each exercise has its heading in the text, with its points.
  private func texts() -> [String] {
    Course.chapters.flatMap { chapter -> [String] in
      let lines = ((try? folder.text("chapters/\(chapter.text)")) ?? "").split(separator: "\n").map(String.init)
      return chapter.exercises.flatMap { exercise -> [String] in
        let line = "*\(exercise.points) points, in `\(Course.path(of: exercise))`*"
        return ["## \(exercise)", line].filter { !lines.contains($0) }.map {
          "chapters/\(chapter.text) lacks the line \($0)"
        }
      }
    }
  }

  /// Wrong answers can be made, and there is one for each exercise.
  private func mutants() -> [String] {
    do {
      let mutants = try Mutant.all(in: folder)
      let covered = Set(mutants.map(\.exercise.id))
      return Course.exercises.filter { !covered.contains($0.id) }.map {
        "\($0.id) has no wrong answer in Tests/Mutants"
      }
        + mutants.compactMap { mutant in
          do {
            _ = try mutant.source(in: folder)
            return nil
          } catch {
            return "\(error)"
          }
        }
    } catch {
      return ["\(error)"]
    }
  }
}
