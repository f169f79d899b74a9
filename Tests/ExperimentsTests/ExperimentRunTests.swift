import FolderLocks
import Foundation
import TestSupport
import Testing
import Training

@testable import Experiments

@Suite("Running an experiment", .serialized, .onWrittenChapters)
struct ExperimentRunTests {
  private let folder: TemporaryFolder
  private let run: ExperimentRun

  init() throws {
    folder = try TemporaryFolder()
    run = ExperimentRun(.small, at: .small, in: folder.path)
  }

  /// Runs all that is not finished, or one cell, and says what happened to each cell.
  private func events(only cell: String? = nil, until shouldStop: @escaping () -> Bool = { false }) throws -> [String] {
    var run = run
    var events: [String] = []
    run.shouldStop = shouldStop
    run.onEvent = { event in
      switch event {
      case .began(let cell): events.append("\(cell.name) began")
      case .finished(let cell, _): events.append("\(cell.name) finished")
      case .skipped(let cell, let reason): events.append("\(cell.name): \(reason)")
      case .stopped(let cell): events.append("\(cell.name) stopped")
      case .trained, .drew, .scored: break
      }
    }
    do {
      if let cell { try run.run(only: cell) } else { try run.run() }
    } catch is CancellationError {}
    return events
  }

  private func result(_ cell: String) throws -> CellResult {
    guard
      case .done(let result) = run.folder(of: cell).status(
        of: try Experiment.small.cell(cell, at: .small), scale: .small)
    else { throw ExperimentError("\(cell) is not done") }
    return result
  }

  private func numbers(_ cell: String) throws -> [String: Double] { try result(cell).numbers }

  @Test("Finished cells are skipped, and everything is written down")
  func once() throws {
    #expect(
      try events() == ["first", "second", "again"].flatMap { ["\($0) began", "\($0) finished"] })
    let first = try result("first")
    #expect(Set(first.numbers.keys).isSuperset(of: ["loss", "half/loss", "half/finite", "end/loss", "end/ink"]))
    #expect(first.numbers["end/finite"] == 1)
    #expect(first.pictures == ["half/grid": "half.png", "end/grid": "end.png"])
    let names = try FileManager.default.contentsOfDirectory(atPath: run.folder(of: "first").url.path)
    #expect(
      Set(names).isSuperset(of: [
        "config.json", "log.jsonl", "model.safetensors", "loss.svg", "half.png", "end.png", "result.json",
      ]))
    let file = run.folder(of: "first").result
    let before = try Data(contentsOf: file)
    #expect(try events() == ["first: done", "second: done", "again: done"])
    #expect(try Data(contentsOf: file) == before)
  }

  @Test("A cell whose network is not there yet has it trained")
  func dependency() throws {
    #expect(try events(only: "again") == ["first began", "first finished", "again began", "again finished"])
    #expect(try numbers("again").keys.sorted() == ["rebuilt/finite", "rebuilt/ink"])
  }

  @Test("An interrupted cell is resumed to the same numbers", arguments: [1, 2, 3, 6, 9])
  func interrupted(questions: Int) throws {
    var asked = 0
    let stopped = try events(
      only: "first",
      until: {
        asked += 1
        return asked > questions
      })
    #expect(stopped.last == "first stopped")
    #expect(errorMessage { try result("first") } == "first is not done")
    #expect(try events(only: "first").last == "first finished")
    let numbers = try numbers("first")
    let unbroken = ExperimentRun(.small, at: .small, in: folder.file("unbroken").path)
    try unbroken.run(only: "first")
    let status = unbroken.folder(of: "first").status(of: try Experiment.small.cell("first", at: .small), scale: .small)
    guard case .done(let whole) = status else { throw ExperimentError("not done") }
    #expect(numbers == whole.numbers)
  }

  @Test("A cell at which another process works is skipped, and so is what needs it")
  func locks() throws {
    let first = run.folder(of: "first")
    try FileManager.default.createDirectory(at: first.url, withIntermediateDirectories: true)
    let lock = try FolderLock(first.url)
    #expect(
      try events() == [
        "first: another process is at work on it", "second began", "second finished",
        "first: another process is at work on it", "again: it needs the network of first",
      ])
    withExtendedLifetime(lock) {}
  }

  // MARK: Results that cannot be used

  @Test("A damaged result counts as none, until it is run again by name; the others are left alone")
  func damaged() throws {
    _ = try events()
    let (first, second) = (run.folder(of: "first").result, run.folder(of: "second").result)
    let before = try (Data(contentsOf: first), Data(contentsOf: second))
    for text in ["", "{", "[]", #"{"formatVersion": 1}"#] {
      try Data(text.utf8).write(to: first)
      #expect(
        try events() == [
          "first: \(first.path): the result is damaged; --only first runs it again", "second: done", "again: done",
        ])
      #expect(try Data(contentsOf: first) == Data(text.utf8), "what cannot be read is not to be replaced unasked")
    }
    #expect(try events(only: "first") == ["first began", "first finished"])
    #expect(try numbers("first") == JSONDecoder().decode(CellResult.self, from: before.0).numbers)
    #expect(try Data(contentsOf: second) == before.1)
  }

  @Test("The result of another recipe, scale or version is stale")
  func stale() throws {
    _ = try events(only: "second")
    let place = run.folder(of: "second")
    let cell = try Experiment.small.cell("second", at: .small)
    let other = Cell("second", .training(.small(steps: 3), [Drawing("end", count: 2, shown: 2)]))
    let reason = "\(place.result.path): the result is stale: the cell was another when it was made"
    #expect(place.status(of: other, scale: .small) == .unusable(reason))
    #expect(place.status(of: cell, scale: .medium) == .unusable(reason))
    let text = try String(contentsOf: place.result, encoding: .utf8)
    try Data(text.replacing(#""formatVersion" : 1"#, with: #""formatVersion" : 2"#, maxReplacements: 1).utf8)
      .write(to: place.result)
    #expect(
      place.status(of: cell, scale: .small)
        == .unusable("\(place.result.path): it has the format version 2, which is not known"))
    // A training by another recipe makes room for the cell's own.
    try FileManager.default.removeItem(at: place.result)
    #expect(
      place.status(of: other, scale: .small)
        == .unusable("\(place.run.configuration.path): the training was begun with another recipe"))
    try place.discard(other)
    #expect(place.status(of: other, scale: .small) == .notDone)
  }

  // MARK: Reports

  @Test("A report collects what there is, and says what is missing")
  func report() throws {
    #expect(
      errorMessage { try run.writeReport(try Findings(run)) }
        == "\(run.folder.path): there are no results yet; ddpm experiment tiny makes them")
    _ = try events(only: "first")
    let findings = try Findings(run)
    #expect(findings.missing.map(\.cell.name) == ["second", "again"])
    #expect(try run.writeReport(findings) == ["report.md", "report.csv", "loss.svg", "pictures.png"])
    let text = try String(contentsOf: run.folder.appendingPathComponent("report.md"), encoding: .utf8)
    #expect(text.contains("| cell | loss |\n|---|--:|\n| first | "))
    #expect(text.contains("| second | – |"))
    #expect(text.contains("### Cells that are not done\n\n- `second`\n- `again`\n"))
    let csv = try String(contentsOf: run.folder.appendingPathComponent("report.csv"), encoding: .utf8)
    #expect(csv.hasPrefix("cell,number,value\nfirst,\"end/finite\",1.0\n"))
  }

  @Test("A name that there is not is answered with the nearest ones")
  func names() {
    #expect(
      errorMessage { try Experiment.named("cifar-cat") }
        == "there is no experiment cifar-cat; the nearest is cifar-cats")
    #expect(
      errorMessage { try run.run(only: "frist") }
        == "--only frist: tiny has no such cell; the nearest is first")
    #expect(
      errorMessage { try run.run(only: "x") } == "--only x: tiny has no such cell; there are first, second, again")
  }
}
