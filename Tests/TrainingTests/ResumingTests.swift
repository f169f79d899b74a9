import Foundation
import Learning
import Reports
import Tensors
import TestSupport
import Testing

@testable import Training

/// The suites that train share the threads of the process, whose number one of the tests changes.
@Suite("Trainings", .serialized, .onWrittenChapters)
struct TrainingTests {
  @Suite("A resumed training is the unbroken one, bit for bit")
  struct ResumingTests {
    private let folder: TemporaryFolder
    private let unbroken: RunFolder
    private let broken: RunFolder
    private let configuration = Recipe.small(steps: 6)

    init() throws {
      folder = try TemporaryFolder()
      unbroken = folder.run("unbroken")
      broken = folder.run("broken")
      #expect(try unbroken.train(configuration))
    }

    private func expectTheSame(_ comment: Comment) throws {
      #expect(try Data(contentsOf: broken.model) == Data(contentsOf: unbroken.model), comment)
      #expect(try Data(contentsOf: broken.checkpoint) == Data(contentsOf: unbroken.checkpoint), comment)
      #expect(try broken.logEntries.map(\.step) == Array(0..<6), "a step is logged twice or not at all")
      #expect(try broken.logEntries.map(\.loss) == unbroken.logEntries.map(\.loss), comment)
    }

    @Test func afterStopping() throws {
      #expect(try !broken.train(configuration, steps: 1), "it is not at its end after a step of six")
      #expect(try !broken.train(steps: 3))
      #expect(try broken.train())
      try expectTheSame("something that decides the next step is not in the checkpoint")
    }

    @Test func afterAKillBetweenTwoCheckpoints() throws {
      try broken.train(configuration, steps: 3)
      // After the checkpoint of step 3 two more steps were logged; the line of another was torn, and its last bytes were
      // no text.
      let log = try FileHandle(forWritingTo: broken.log)
      try log.seekToEnd()
      for step in 3...4 {
        let entry = LogEntry(step: step, loss: 9, learningRate: 1, imagesPerSecond: 1)
        try log.write(contentsOf: JSONEncoder().encode(entry) + Data("\n".utf8))
      }
      try log.write(contentsOf: Data(#"{"step":5,"lo"#.utf8) + Data([0xFF, 0x00, 0xC3]))
      let leftovers = ["checkpoint.safetensors.123.partial", ".dat.nosync123.abcdef"].map {
        broken.url.appendingPathComponent($0)
      }
      for leftover in leftovers { try Data("half".utf8).write(to: leftover) }

      #expect(try broken.train())
      try expectTheSame("what was logged after the checkpoint belongs to steps that were done again")
      for leftover in leftovers {
        #expect(!FileManager.default.fileExists(atPath: leftover.path), "half a file is left for ever")
      }
    }

    @Test func afterAKillBeforeTheFirstCheckpoint() throws {
      // The settings are the first file of a run.
      try FileManager.default.createDirectory(at: broken.url, withIntermediateDirectories: true)
      try broken.write(configuration)
      #expect(try broken.train())
      try expectTheSame("without a checkpoint the training begins anew with the same settings")
    }

    @Test func afterAKillBetweenTheLastCheckpointAndTheModel() throws {
      try broken.train(configuration)
      try FileManager.default.removeItem(at: broken.model)
      #expect(try broken.train())
      try expectTheSame("at the last step there is nothing to train, but the model has to be written")
    }
  }

  @Suite("What a training computes")
  struct DeterminismTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func checkpoint(_ name: String, seed: UInt64 = 7) throws -> Data {
      try folder.run(name).train(.small(steps: 3, seed: seed))
      return try Data(contentsOf: folder.run(name).checkpoint)
    }

    @Test func doesNotDependOnTheThreads() throws {
      let count = ThreadPool.shared.activeCount
      defer { ThreadPool.shared.activeCount = count }
      ThreadPool.shared.activeCount = 1
      let one = try checkpoint("one")
      ThreadPool.shared.activeCount = ThreadPool.shared.limit
      #expect(try checkpoint("all") == one, "a sum is split by threads, not by the work")
    }

    @Test func dependsOnTheSeed() throws {
      let seven = try checkpoint("7")
      #expect(try checkpoint("7 again") == seven, "something random has no seed, or one that changes")
      _ = try checkpoint("8", seed: 8)
      let tensors = try ["7", "8"].map { try Checkpoint(contentsOf: folder.run($0).checkpoint).tensors }
      #expect(tensors[0] != tensors[1], "the seed decides nothing")
    }
  }

  @Suite("What a run reports")
  struct EventTests {
    @Test func eachDenoisingStepOfAGridOfSamples() throws {
      let folder = try TemporaryFolder()
      var run = try TrainingRun(beginning: .small(steps: 1), in: folder.run("run"))
      var events: [String] = []
      run.onEvent = { event in
        switch event {
        case .drewStep(let done, let total): events.append("\(done) of \(total)")
        case .drewSamples: events.append("grid")
        case .stepped, .stopped: break
        }
      }
      try run.drawSamples(count: 2)
      #expect(events == (1...10).map { "\($0) of 10" } + ["grid"])
    }
  }

  @Suite("What a training protects")
  struct ProtectionTests {
    private let folder: TemporaryFolder
    private let run: RunFolder
    init() throws {
      folder = try TemporaryFolder()
      run = folder.run("run")
    }

    @Test func aDivergingTrainingKeepsItsLastCheckpoint() throws {
      var training = try TrainingRun(beginning: .small(steps: 6), in: run)
      let trainer = training.trainer
      _ = try training.run(until: { trainer.step == 2 })
      let (checkpoint, model) = try (Data(contentsOf: run.checkpoint), Data(contentsOf: run.model))
      try trainer.network.load(trainer.network.state.mapValues { $0 * .nan })
      #expect(
        errorMessage { try training.run(until: { false }) }
          == "the loss became nan at step 2; the last good checkpoint, of step 2, is in \(run.checkpoint.path); "
          + "a lower --lr often helps")
      #expect(try Data(contentsOf: run.checkpoint) == checkpoint, "weights that are no numbers replaced good ones")
      #expect(try Data(contentsOf: run.model) == model)
      #expect(try run.logEntries.map(\.step) == [0, 1], "a loss that is no number cannot be logged as JSON")
    }

    @Test func weightsThatAreNoNumbersAreNotSaved() throws {
      let trainer = try Trainer(.small(steps: 6), source: try Recipe.small(steps: 6).data.open(seed: 7))
      try trainer.network.load(trainer.network.state.mapValues { $0 * .infinity })
      #expect(throws: TrainingDiverged.self, "the last step of a training may spoil the weights") {
        try trainer.checkpoint
      }
    }

    @Test func aRunIsNotReplaced() throws {
      try run.train(.small(steps: 1))
      let files = [run.configuration, run.checkpoint, run.model, run.log]
      let before = try files.map { try Data(contentsOf: $0) }
      let refusal =
        "\(run.url.path): holds a run already; resume it with --resume, or choose another folder with --out"
      #expect(errorMessage { try run.train(.small(steps: 2)) } == refusal)
      #expect(try files.map { try Data(contentsOf: $0) } == before)
      try FileManager.default.removeItem(at: run.configuration)
      #expect(errorMessage { try run.train(.small(steps: 2)) } == refusal, "the weights alone are worth protecting")
    }

    @Test func onlyOneProcessTrainsInAFolder() throws {
      let first = try TrainingRun(beginning: .small(steps: 1), in: run)
      #expect(errorMessage { try run.train() } == "\(run.url.path): another ddpm is training in this folder")
      withExtendedLifetime(first) {}
    }

    @Test func aFolderWithoutARunCannotBeResumed() {
      #expect(errorMessage { try run.train() } == "\(run.url.path): there is no run to resume")
    }

    @Test func aFileIsNoFolder() throws {
      try Data().write(to: run.url)
      #expect(
        errorMessage { try run.train(.small(steps: 1)) } == "\(run.url.path): this is a file, but a folder is needed")
    }

    @Test func settingsThatDoNotFitTheCheckpoint() throws {
      try run.train(.small(steps: 2), steps: 1)
      let changes: [(inout Recipe) -> Void] = [
        { $0.unet.baseWidth = 16 }, { $0.unet.groups = 4 }, { $0.seed = 8 }, { $0.batch = 3 }, { $0.steps = 5 },
      ]
      for change in changes {
        var other = Recipe.small(steps: 2)
        change(&other)
        try run.write(other)
        #expect(
          errorMessage { try run.train() }
            == "\(run.checkpoint.path): it was written by a training with other settings than those in config.json")
      }
      var moved = Recipe.small(steps: 2)
      moved.data.path = "elsewhere"
      try run.write(moved)
      #expect(try run.train(), "the data may move")
    }

    @Test func aStepThatCannotBe() throws {
      try run.train(.small(steps: 1))
      for step in ["-1", "2", "9223372036854775807", "x", nil] {
        var checkpoint = try Checkpoint(contentsOf: run.checkpoint)
        checkpoint.metadata["step"] = step
        try checkpoint.write(to: run.checkpoint)
        #expect(
          errorMessage { try run.train() }
            == "\(run.checkpoint.path): it does not say at which step of which training it was written")
      }
    }

    @Test func settingsThatDoNotFitTheImages() throws {
      var other = Recipe.small(steps: 1)
      other.data.imageSide = 36
      try FileManager.default.createDirectory(at: run.url, withIntermediateDirectories: true)
      try run.write(other)
      #expect(
        errorMessage { try run.train() }
          == "\(run.configuration.path): the images of synthetic are [28, 28, 1], which cannot become [36, 36, 1]")
    }
  }
}
