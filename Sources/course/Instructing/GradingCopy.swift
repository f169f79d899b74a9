import Foundation
import Syllabus

/// A copy of the course in which submissions are built: everything in it is the instructor's but the exercises laid into it.
struct GradingCopy: Sendable {
  let folder: CourseFolder
  /// What an exercise is where no submitted file takes its place.
  let stubs: [Exercise: String]

  /// Lays the copy. Files that are already there and the same are left alone, so that what was built of them need not be
  /// built again; whatever else is there goes.
  init(of course: CourseFolder, in place: URL, hidden: Bool) throws {
    let folder = CourseFolder(place)
    self.folder = folder
    let parts = ["Package.swift", "Package.resolved", "Sources", "Tests", "chapters", "solutions", "exercises"]
    let files = try parts.flatMap { try CourseFiles.all(in: course, under: $0) }
      .filter { hidden || !$0.hasPrefix("Tests/HiddenTests/") }
    let wanted = Set(files)
    for path in files {
      try Self.lay(course.url(path), at: folder.url(path))
    }
    for path in try parts.flatMap({ try CourseFiles.all(in: folder, under: $0) }) where !wanted.contains(path) {
      try FileManager.default.removeItem(at: folder.url(path))
    }
    stubs = try Dictionary(
      uniqueKeysWithValues: Course.exercises.map { ($0, try Reset.stub(of: $0, in: course)) })
  }

  private static func lay(_ source: URL, at target: URL) throws {
    let manager = FileManager.default
    if manager.contentsEqual(atPath: source.path, andPath: target.path) { return }
    try manager.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    if manager.fileExists(atPath: target.path) { try manager.removeItem(at: target) }
    try manager.copyItem(at: source, to: target)
  }

  /// What a submission may cost where its builds fail for reasons that no compiler names.
  struct Patience {
    /// Builds from nothing: it may be what an earlier build has left behind, or the machine.
    var cleanBuilds = 1
    /// Searches for the file by halves, each of some builds; after these all suspects give way at once.
    var searches = 3
  }

  /// Builds the tests on the given answers. An answer that does not compile gives way to what else is given for it, until the
  /// rest compiles.
  ///
  /// - Parameters:
  ///   - answers: The answers to be judged.
  ///   - others: What stands in the place of an answer that is missing or does not compile: stubs, or references.
  ///   - patience: What may still be spent on failures that the compiler does not explain.
  /// - Returns: The tests, and for each answer that gave way what the compiler said.
  func build(
    _ answers: [Exercise: String], others: [Exercise: String], stack: Build.Stack, patience: inout Patience
  ) async throws -> (bundle: TestBundle, dropped: [Exercise: Verdict]) {
    var answers = answers
    var dropped: [Exercise: Verdict] = [:]
    let build = Build(folder: folder, stack: stack)
    while let failure = try await failure(of: build, on: answers, others: others) {
      if failure.complaints.isEmpty, patience.cleanBuilds > 0 {
        patience.cleanBuilds -= 1
        try await build.clean()
        continue
      }
      var culprits = Culprits(failure, among: answers, in: folder).verdicts
      guard !culprits.isEmpty else { throw CourseError("the course itself does not build: \(failure)") }
      if failure.complaints.isEmpty, patience.searches > 0 {
        patience.searches -= 1
        let suspects = Course.exercises.filter { culprits[$0] != nil }
        let culprit = try await Culprits.oneByHalves(of: suspects) { some in
          let left = answers.filter { some.contains($0.key) || culprits[$0.key] == nil }
          guard let failure = try await self.failure(of: build, on: left, others: others) else { return false }
          // Neither what one file misses of another nor a crash elsewhere says anything of these.
          return failure.complaints.isEmpty
            && (failure.compiledAtCrash.isEmpty
              || some.contains { failure.compiledAtCrash.contains(Course.path(of: $0)) })
        }
        if let culprit { culprits = culprits.filter { $0.key == culprit } }
      }
      for (exercise, verdict) in culprits {
        answers[exercise] = nil
        dropped[exercise] = verdict
      }
    }
    return (try TestBundle(of: build), dropped)
  }

  /// Why the tests cannot be built on the given answers; nil where they can, and have been.
  private func failure(
    of build: Build, on answers: [Exercise: String], others: [Exercise: String]
  ) async throws -> Build.Failure? {
    for exercise in Course.exercises {
      let (path, text) = (Course.path(of: exercise), answers[exercise] ?? others[exercise] ?? "")
      if (try? folder.text(path)) != text { try folder.write(text, to: path) }
    }
    do {
      try await build.run()
      return nil
    } catch let failure as Build.Failure {
      return failure
    }
  }
}
