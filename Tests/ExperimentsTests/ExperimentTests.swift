import Reports
import Testing

@testable import Experiments

@Suite("The five experiments")
struct ExperimentTests {
  @Test("Every cell can be run: names, recipes, drawings and what it needs", arguments: ExperimentScale.allCases)
  func cells(scale: ExperimentScale) throws {
    for experiment in Experiment.all {
      let cells = try experiment.cells(scale)
      #expect(Set(cells.map(\.name)).count == cells.count, "\(experiment.name): two cells have one name")
      for (place, cell) in cells.enumerated() {
        expectFileName(cell.name)
        switch cell.work {
        case .training(let recipe, let drawings):
          #expect(recipe.problem == nil, "\(experiment.name) \(cell.name)")
          #expect(recipe.data.path == nil && recipe.data.classNames == nil, "a place does not decide a result")
          try expectDrawings(drawings, recipe, cell)
        case .drawing(let drawings, let network, let recipe):
          let trained = cells.prefix(place).first { $0.name == network }
          guard case .training(let own, _)? = trained?.work else {
            Issue.record("\(cell.name) needs \(network), which no cell before it trains")
            continue
          }
          #expect(own == recipe, "\(cell.name) draws with another network than \(network) trains")
          try expectDrawings(drawings, recipe, cell)
        case .computing: #expect(cell.imageSteps == 0)
        }
      }
    }
  }

  private func expectFileName(_ name: String) {
    #expect(
      !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) },
      "\(name) is no name for a file")
  }

  private func expectDrawings(_ drawings: [Drawing], _ recipe: Recipe, _ cell: Cell) throws {
    #expect(!drawings.isEmpty && Set(drawings.map(\.name)).count == drawings.count, "\(cell.name)")
    #expect(cell.imageSteps > 0)
    for drawing in drawings {
      expectFileName(drawing.name)
      #expect((1...drawing.count).contains(drawing.shown), "\(cell.name): more are shown than drawn")
      #expect(
        (1...recipe.steps).contains(drawing.step ?? recipe.steps), "\(cell.name) is drawn at \(drawing.step ?? 0)")
      let timesteps = recipe.objective.denoising?.schedule.timesteps ?? 1
      switch drawing.way {
      case .mean(_, let steps): #expect((1...timesteps).contains(steps))
      case .configured(let sampler): #expect(sampler.problem(timesteps: timesteps) == nil)
      case .ofRecipe, .rebuilt: break
      }
    }
  }

  @Test(
    "Assignment 2 has the report's six configurations and the seventh, each different from the baseline in what it says"
  )
  func assignment2() throws {
    let cells = try Experiment.named("assignment2").cells(.full)
    func recipe(_ name: String) throws -> Recipe {
      guard case .training(let recipe, let drawings)? = cells.first(where: { $0.name == name })?.work else {
        throw ExperimentError("no \(name)")
      }
      #expect(drawings.compactMap(\.step) == [4690, 9380] && recipe.steps == 14_070, "epochs of 469 steps")
      return recipe
    }
    var expected = try recipe("baseline")
    expected.name = nil
    for (name, change) in [
      ("linear", { $0.objective.denoising?.schedule.kind = .linear }),
      ("no-clip", { $0.objective.denoising?.sampler.clips = false }),
      (
        "no-clip-linear",
        {
          $0.objective.denoising?.schedule.kind = .linear
          $0.objective.denoising?.sampler.clips = false
        }
      ), ("no-normalization", { $0.data.pixelRange = .unit }),
    ] as [(String, (inout Recipe) -> Void)] {
      var (own, other) = (try recipe(name), expected)
      own.name = nil
      change(&other)
      #expect(own == other, "\(name)")
    }
    for (name, count) in [("100-steps", 100), ("10-steps", 10), ("baseline", 1000)] {
      #expect(try recipe(name).objective.denoising?.schedule.timesteps == count)
    }
  }

  @Test("The table of report 001 has its eight T and three seeds, retrained and rebuilt")
  func cvpdl() throws {
    let cells = try Experiment.named("cvpdl").cells(.full)
    let drawings = cells.flatMap { cell -> [Drawing] in
      switch cell.work {
      case .training(_, let drawings), .drawing(let drawings, _, _): drawings
      case .computing: []
      }
    }
    #expect(drawings.count == 3 * (8 + 7) && drawings.allSatisfy { $0.count == 10_000 })
    let ways = Set(
      drawings.compactMap { drawing in if case .rebuilt(let count) = drawing.way { count } else { nil } })
    #expect(ways == [100, 300, 500, 700, 900, 1000, 1300])
  }

  @Test("At small scale only CIFAR's images come from a folder; at medium the digits are MNIST's")
  func data() throws {
    for experiment in Experiment.all {
      let small = Set(try experiment.cells(.small).compactMap(\.dataSource))
      #expect(small.isSubset(of: experiment.name == "cifar-cats" ? [.cifar10] : [.synthetic, .scenes]))
      if ["assignment2", "cvpdl", "cs771"].contains(experiment.name) {
        #expect(Set(try experiment.cells(.medium).compactMap(\.dataSource)) == [.mnist])
      }
    }
  }
}
