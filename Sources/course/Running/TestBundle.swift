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
      command: command + [
        "--no-parallel", "--filter", "^" + suite.replacing(".", with: "\\.") + "/", "--event-stream-output-path",
        stream.path, "--event-stream-version", "0",
      ],
      directory: scratch,
      environment: environment.merging([
        "SWIFT_BACKTRACE":
          "enable=yes,color=no,interactive=no,threads=crashed,limit=64,top=32,images=none,registers=none,timeout=5s"
      ]) { $1 },
      limits: Self.limits)
    // What the code under test prints, and what the testing library and a crash have to say. SwiftPM's helper mixes them.
    let log = scratch.appending(path: "log")
    #if os(macOS)
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
    var verdict = Verdict(
      exercise, events: TestEvents(contentsOf: stream), ending: ending, output: output ?? "", limits: Self.limits)
    #if !os(macOS)
      // By printing what it is given, an answer could tell what the hidden tests are.
      if suites == .visible { verdict.printed = PrintedText(contentsOf: printed) }
    #endif
    return verdict
  }

  /// Runs the tests of several exercises, as many at a time as there are processors.
  ///
  /// - Returns: The verdicts in the order of the exercises.
  func run(_ exercises: [Exercise], _ suites: Suites) async throws -> [Verdict] {
    try await withThrowingTaskGroup(of: (Int, Verdict).self) { group in
      var verdicts = [Verdict?](repeating: nil, count: exercises.count)
      for (index, exercise) in exercises.enumerated() {
        if index >= width, let (place, verdict) = try await group.next() {
          verdicts[place] = verdict
        }
        group.addTask { (index, try await run(exercise, suites)) }
      }
      for try await (place, verdict) in group {
        verdicts[place] = verdict
      }
      return verdicts.compactMap { $0 }
    }
  }
}
