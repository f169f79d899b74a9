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
  /// The program and the arguments that run tests, and how many such programs can run at a time.
  private let command: [String]
  private let width: Int
  private let environment: [String: String]

  /// - Throws: A ``CourseError`` where it has not been built.
  init(of build: Build) throws {
    folder = build.folder
    environment = build.environment
    #if os(macOS)
      // There a bundle is no program but a library, which SwiftPM's helper loads; and SwiftPM runs once at a time in a folder.
      command = ["swift", "test"] + build.options + ["--skip-build", "--disable-xctest"]
      width = 1
    #else
      let program = build.products.appending(path: "DiffusionFromScratchPackageTests.xctest")
      guard FileManager.default.fileExists(atPath: program.path) else {
        throw CourseError("the tests have not been built: \(program.path) is missing")
      }
      command = [program.path, "--testing-library", "swift-testing"]
      width = max(1, ProcessInfo.processInfo.activeProcessorCount)
    #endif
  }

  /// What a run of an exercise's tests may use: far more than a right answer needs.
  static let limits = LimitedProcess.Limits(seconds: 20, memory: 4096, tellsWhereItIs: true, file: 32)

  /// What a process of tests left.
  private struct Outcome {
    var ending: LimitedProcess.Ending
    /// What the testing library wrote of the run.
    let events: TestEvents
    /// What the testing library and a crash had to say.
    let log: String
    /// What the code under test printed; on macOS SwiftPM's helper mixes it with the log.
    let printed: URL
  }

  /// Runs a suite, or a test of it, in a process of its own.
  ///
  /// - Parameter read: What to do with what is left, before it is removed.
  private func run<Result>(
    suite: String, environment added: [String: String] = [:], read: (Outcome) -> Result
  ) async throws -> Result {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: scratch) }
    // The name is random, so that code under test cannot know where its verdict is written.
    let stream = scratch.appending(path: UUID().uuidString)
    let process = LimitedProcess(
      command: command + [
        "--no-parallel", "--filter", "^" + NSRegularExpression.escapedPattern(for: suite) + "/",
        "--event-stream-output-path",
        stream.path, "--event-stream-version", "0",
      ],
      directory: scratch,
      environment: environment.merging(added) { $1 }.merging([
        "SWIFT_BACKTRACE":
          "enable=yes,color=no,interactive=no,threads=crashed,limit=64,top=32,images=none,registers=none,timeout=5s"
      ]) { $1 },
      limits: Self.limits)
    let log = scratch.appending(path: "log")
    #if os(macOS)
      let printed = log
      var ending = try await process.run(output: log)
    #else
      let printed = scratch.appending(path: "printed")
      let ending = try await process.run(output: printed, errors: log)
    #endif
    let output = (FileManager.default.contents(atPath: log.path)?.prefix(1 << 20)).map {
      String(decoding: $0, as: UTF8.self)
    }
    #if os(macOS)
      // Which signal ended the helper SwiftPM tells in words.
      if let signal = output?.firstMatch(of: /unexpected signal code (\d+)/).flatMap({ Int32($0.1) }) {
        ending = .signaled(signal)
      }
    #endif
    return read(
      Outcome(ending: ending, events: TestEvents(contentsOf: stream), log: output ?? "", printed: printed))
  }

  /// Runs the tests of an exercise in a process of their own.
  func run(_ exercise: Exercise, _ suites: Suites) async throws -> Verdict {
    let module = Course.chapters[exercise.chapter].module
    let suite =
      switch suites {
      case .visible: "\(module)Tests.\(exercise.publicSuite)"
      case .hidden: "\(module)HiddenTests.\(exercise.hiddenSuite)"
      }
    return try await run(suite: suite) { outcome in
      var verdict = Verdict(
        exercise, events: outcome.events, ending: outcome.ending, output: outcome.log, limits: Self.limits)
      #if !os(macOS)
        // By printing what it is given, an answer could tell what the hidden tests are.
        if suites == .visible { verdict.printed = PrintedText(contentsOf: outcome.printed) }
      #endif
      return verdict
    }
  }

  /// The numbers that an exercise's spot check prints; nil where it prints none.
  func spotCheckNumbers(of exercise: Exercise, seed: UInt64) async throws -> [Double]? {
    let module = Course.chapters[exercise.chapter].module
    let suite = "\(module)SpotChecks.\(module)SpotChecks/\(exercise.spotCheck)"
    return try await run(suite: suite, environment: [SpotChecks.variable: "\(seed)"]) { outcome in
      FileManager.default.contents(atPath: outcome.printed.path).flatMap {
        SpotChecks.numbers(of: exercise, printed: String(decoding: $0.prefix(1 << 20), as: UTF8.self))
      }
    }
  }

  /// Runs the tests of several exercises, as many at a time as there are processors.
  ///
  /// - Returns: The verdicts in the order of the exercises.
  func run(_ exercises: [Exercise], _ suites: Suites) async throws -> [Verdict] {
    try await forEach(exercises) { try await run($0, suites) }
  }

  /// Does something for each of several exercises, for as many at a time as there are processors.
  ///
  /// - Returns: The results in the order of the exercises.
  func forEach<Result: Sendable>(
    _ exercises: [Exercise], _ body: @escaping @Sendable (Exercise) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: exercises.count)
      for (index, exercise) in exercises.enumerated() {
        if index >= width, let (place, result) = try await group.next() {
          results[place] = result
        }
        group.addTask { (index, try await body(exercise)) }
      }
      for try await (place, result) in group {
        results[place] = result
      }
      return results.compactMap { $0 }
    }
  }
}
