import Foundation
import Syllabus

/// The course's tests, built: a program that runs one suite and writes what happened.
struct TestBundle: Sendable {
  /// The suites of an exercise.
  enum Suites: String, CaseIterable, Sendable {
    /// What students see.
    case visible
    /// What instructors keep.
    case hidden
  }

  let folder: CourseFolder
  let program: URL

  /// - Throws: A ``CourseError`` where it has not been built.
  init(of build: Build) throws {
    folder = build.folder
    program = build.products.appending(path: "DiffusionFromScratchPackageTests.xctest")
    #if os(macOS)
      // There a bundle is a folder, which another program loads.
      throw CourseError("single exercises cannot be run on macOS yet; `swift test --filter Exercise3.4` can")
    #else
      guard FileManager.default.fileExists(atPath: program.path) else {
        throw CourseError("the tests have not been built: \(program.path) is missing")
      }
    #endif
  }

  /// What a run of an exercise's tests may use: far more than a right answer needs.
  static let limits = LimitedProcess.Limits(seconds: 20, memory: 4096, file: 32)

  /// Runs the tests of an exercise in a process of their own.
  func run(_ exercise: Exercise, _ suites: Suites) async throws -> Verdict {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: scratch) }
    // The name is random, so that code under test cannot know where its verdict is written.
    let stream = scratch.appending(path: UUID().uuidString)
    let module = Course.chapters[exercise.chapter].module
    let suite =
      switch suites {
      case .visible: "\(module)Tests.\(exercise.publicSuite)"
      case .hidden: "\(module)HiddenTests.\(exercise.hiddenSuite)"
      }
    let process = LimitedProcess(
      command: [
        program.path, "--testing-library", "swift-testing", "--no-parallel", "--filter",
        "^" + suite.replacing(".", with: "\\.") + "/", "--event-stream-output-path", stream.path,
        "--event-stream-version", "0",
      ],
      directory: scratch,
      environment: [
        "SWIFT_BACKTRACE":
          "enable=yes,color=no,interactive=no,threads=crashed,limit=64,top=32,images=none,registers=none,timeout=5s"
      ],
      limits: Self.limits)
    let log = scratch.appending(path: "output")
    let ending = try await process.run(output: log)
    let output = (FileManager.default.contents(atPath: log.path)?.prefix(1 << 20)).map {
      String(decoding: $0, as: UTF8.self)
    }
    return Verdict(
      exercise, events: TestEvents(contentsOf: stream), ending: ending, output: output ?? "", limits: Self.limits)
  }

  /// Runs the tests of several exercises, as many at a time as there are processors, and hands on each verdict as it comes.
  ///
  /// - Returns: The verdicts in the order of the exercises.
  func run(
    _ exercises: [Exercise], _ suites: Suites, onVerdict: (Verdict) -> Void = { _ in }
  ) async throws -> [Verdict] {
    let width = max(1, ProcessInfo.processInfo.activeProcessorCount)
    return try await withThrowingTaskGroup(of: (Int, Verdict).self) { group in
      var verdicts = [Verdict?](repeating: nil, count: exercises.count)
      for (index, exercise) in exercises.enumerated() {
        if index >= width, let (place, verdict) = try await group.next() {
          verdicts[place] = verdict
          onVerdict(verdict)
        }
        group.addTask { (index, try await run(exercise, suites)) }
      }
      for try await (place, verdict) in group {
        verdicts[place] = verdict
        onVerdict(verdict)
      }
      return verdicts.compactMap { $0 }
    }
  }
}
