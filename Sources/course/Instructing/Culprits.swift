import Syllabus

/// Whose files are to blame for a build that failed.
struct Culprits {
  /// For each exercise to blame, what the compiler said.
  let verdicts: [Exercise: Verdict]

  /// - Parameters:
  ///   - failure: What the compiler said.
  ///   - texts: The submitted files; stubs and the course's own files are not to blame.
  init(_ failure: Build.Failure, among texts: [Exercise: String], in folder: CourseFolder) {
    let suspects = Course.exercises.filter { texts[$0] != nil }
    // The nearest reason first: an error in a submitted file; else one in the tests of an exercise, which miss something in its
    // file; else one in the given files of a chapter, or above it, which miss something in one of the chapter's files.
    let direct = suspects.filter { exercise in failure.complaints.contains { $0.file == Course.path(of: exercise) } }
    if !direct.isEmpty {
      verdicts = Dictionary(
        uniqueKeysWithValues: direct.compactMap { exercise in
          Verdict(exercise, complaints: failure.complaints.filter { $0.file == Course.path(of: exercise) })
            .map { (exercise, $0) }
        })
      return
    }
    guard !failure.complaints.isEmpty else {
      let compiled = suspects.filter { failure.compiledAtCrash.contains(Course.path(of: $0)) }
      let (blamed, reason) =
        compiled.isEmpty
        ? (suspects, "\(failure)") : (compiled, "the compiler crashes on this file, or on one beside it")
      verdicts = Dictionary(uniqueKeysWithValues: blamed.map { ($0, Verdict($0, .doesNotCompile, reason)) })
      return
    }
    func verdict(_ exercise: Exercise, _ complaint: Build.Complaint) -> Verdict {
      let reason = "\(complaint.message) (\(complaint.file):\(complaint.line))"
      return Verdict(exercise, .doesNotCompile, "what others need of this file is missing or changed: \(reason)")
    }
    let tested = suspects.compactMap { exercise -> (Exercise, Verdict)? in
      let complaint = failure.complaints.first { complaint in
        guard complaint.file.hasPrefix("Tests/"), let text = try? folder.text(complaint.file) else { return false }
        return text.contains("struct \(exercise.publicSuite) {") || text.contains("struct \(exercise.hiddenSuite) {")
      }
      return complaint.map { (exercise, verdict(exercise, $0)) }
    }
    if !tested.isEmpty {
      verdicts = Dictionary(uniqueKeysWithValues: tested)
      return
    }
    let chapters = Course.chapters.filter { chapter in
      failure.complaints.contains { $0.file.contains("/\(chapter.folder)/") || $0.file.contains("/\(chapter.module)") }
    }
    let lowest = chapters.first?.number
    let chapter = suspects.filter { $0.chapter == lowest }
    // Nothing points at a chapter: all are replaced, so that one submission does not keep the others waiting.
    let blamed = chapter.isEmpty ? suspects : chapter
    verdicts = Dictionary(uniqueKeysWithValues: blamed.map { ($0, verdict($0, failure.complaints[0])) })
  }

  /// The one of several suspects that fails by itself: half of them are tried, then half of the half that fails, and so on.
  ///
  /// - Parameter fails: Whether some of the suspects, without the others, fail too.
  /// - Returns: Nil where none is found, as when it takes two.
  static func oneByHalves(
    of suspects: [Exercise], fails: ([Exercise]) async throws -> Bool
  ) async rethrows -> Exercise? {
    var left = suspects[...]
    while left.count > 1 {
      let half = left.prefix(left.count / 2)
      left = try await fails(Array(half)) ? half : left.dropFirst(half.count)
    }
    guard let last = left.first, suspects.count > 1 else { return left.first }
    return try await fails([last]) ? last : nil
  }
}
