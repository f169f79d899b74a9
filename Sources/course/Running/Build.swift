import Foundation
import Syllabus

/// A build of the course's tests.
struct Build: Sendable {
  /// Whose chapters the tests are about.
  enum Stack: String, Sendable {
    /// `exercises/` everywhere, as `swift test` builds it.
    case exercises
    /// `solutions/` everywhere, as `swift test --traits Solutions` builds it.
    case solutions
    /// `exercises/` everywhere, and nothing but the chapters, the tests that students see, and this tool.
    case learning
    /// For grading: `exercises/` everywhere, and nothing but the chapters.
    case together
    /// For grading: `exercises/` in the chapter under test, on `solutions/` in the chapters below it.
    case alone
  }

  /// What the compiler objected to.
  struct Complaint: Hashable, Sendable {
    /// The file's path in the course, or as the compiler gave it where it lies elsewhere.
    let file: String
    let line: Int
    let message: String
  }

  /// A build that did not succeed.
  struct Failure: Error, CustomStringConvertible {
    let complaints: [Complaint]
    /// Where there are no complaints: the files that a compiler was at when it crashed, by their paths in the course.
    var compiledAtCrash: [String] = []
    /// The end of what the build said, for failures that no file is to blame for.
    let log: String

    var description: String {
      if let first = complaints.first { return "\(first.file):\(first.line): \(first.message)" }
      return "the build failed: " + log.replacing("\n", with: " | ")
    }
  }

  let folder: CourseFolder
  let stack: Stack
  /// Exercises whose stubs stand in for their files, which do not compile.
  var leftOut: [Exercise] = []

  /// What building a submission may take, of memory and of the processors each process of it: a type that takes the compiler
  /// for ever to find, or is larger than the machine, must not keep the others waiting. The longest of the course's own files
  /// takes some five seconds.
  private static let limits = LimitedProcess.Limits(seconds: 1200, processorSeconds: 60, memory: 4096)

  private var isForGrading: Bool { stack == .together || stack == .alone }

  /// Where the build lies: where `swift test` has its own, or in a folder for each stack of the grader.
  var scratch: URL { folder.url(isForGrading ? ".build/\(stack)" : ".build") }

  /// Where the built programs lie.
  var products: URL { scratch.appending(path: "debug") }

  /// What `swift` must be told to find this build again.
  var options: [String] {
    ["--package-path", folder.root.path, "--scratch-path", scratch.path]
      + (stack == .solutions || stack == .alone ? ["--traits", "Solutions"] : [])
  }

  /// What the package description reads from the environment.
  var environment: [String: String] {
    if stack == .exercises || stack == .solutions { return [:] }
    let files = leftOut.map { Course.chapters[$0.chapter].folder + "/" + $0.file }.joined(separator: ",")
    return ["COURSE_STACK": stack.rawValue].merging(leftOut.isEmpty ? [:] : ["COURSE_LEFT_OUT": files]) { $1 }
  }

  /// Builds the tests, and shows how far that has come.
  ///
  /// - Throws: A ``Failure`` that names what does not compile.
  func run(showing what: String) async throws {
    let log = Self.log()
    defer { try? FileManager.default.removeItem(at: log) }
    try await Status.showing(
      what, detail: { BuildProgress(contentsOf: log)?.text(after: $0) ?? "" }, { try await run(log: log) })
  }

  /// Builds the tests.
  ///
  /// - Throws: A ``Failure`` that names what does not compile.
  func run() async throws {
    let log = Self.log()
    defer { try? FileManager.default.removeItem(at: log) }
    try await run(log: log)
  }

  private static func log() -> URL {
    FileManager.default.temporaryDirectory.appending(path: "course-build-\(UUID().uuidString)")
  }

  private func run(log: URL) async throws {
    let process = LimitedProcess(
      command: ["swift", "build", "--build-tests"] + options, directory: folder.root, environment: environment,
      limits: isForGrading ? Self.limits : nil)
    let ending = try await process.run(output: log)
    guard ending != .exited(0) else { return }
    let output = String(decoding: FileManager.default.contents(atPath: log.path) ?? Data(), as: UTF8.self)
    throw Failure(
      complaints: Self.complaints(in: output, root: folder.root.path),
      compiledAtCrash: Self.compiledAtCrash(in: output, root: folder.root.path),
      log: ending == .timedOut
        ? "it did not end in \(Int(Self.limits.seconds / 60)) minutes" : String(output.suffix(2000)))
  }

  /// Removes what was built, but not the packages that were fetched: there may be no network to fetch them again.
  func clean() async throws {
    let log = FileManager.default.temporaryDirectory.appending(path: "course-clean-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: log) }
    // Should it fail, the build that follows says why.
    _ = try await LimitedProcess(
      command: ["swift", "package", "clean"] + options, directory: folder.root, environment: environment
    ).run(output: log)
  }

  /// The errors in what a compiler wrote, each once, and the files on which it crashed.
  static func complaints(in output: String, root: String) -> [Complaint] {
    func complaint(_ path: Substring, _ line: Int, _ message: String) -> Complaint {
      Complaint(file: Self.path(path, in: root), line: line, message: message)
    }
    let errors = output.matches(of: /(?m)^(\/[^:\n]+):(\d+):\d+: error: (.+)$/).map {
      complaint($0.1, Int($0.2) ?? 0, String($0.3))
    }
    // Of a crash's stack: "3.	While evaluating request IRGenRequest(IR Generation for file "/…/File.swift")", or, on a line of
    // its own, " for 'f()' (at /…/File.swift:2:1)".
    let crashes = output.matches(of: /(?m)^(?:\d+\.\tWhile| for) [^\n]*?(?:file "|\(at |at \[)(\/[^":\n]+)/).map {
      complaint($0.1, 1, "the compiler crashes on this file, or uses up its time or memory")
    }
    return (errors + crashes).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The files that compilers were at when they crashed, as they tell on the first line of their stacks: several for each.
  static func compiledAtCrash(in output: String, root: String) -> [String] {
    output.matches(of: /(?m)^0\.\tProgram arguments: .*$/).flatMap { line in
      // With quotes where there is a blank in the path.
      line.0.matches(of: /-primary-file "?(\/[^"]+?\.swift)\b/).map { path($0.1, in: root) }
    }
  }

  private static func path(_ path: Substring, in root: String) -> String {
    String(path.hasPrefix(root + "/") ? path.dropFirst(root.count + 1) : path)
  }
}
