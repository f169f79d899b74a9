import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// A schedule of a few of another's timesteps.
@Suite("2.6 The schedule of fewer timesteps", .exercise("2.6"))
struct Exercise2_6 {
  /// The β', once there are as many as there should be.
  private func respaced(_ schedule: NoiseSchedule, _ timesteps: [Int]) throws -> [Double] {
    let betas = schedule.respacedBetas(at: timesteps)
    try #require(
      betas.count == timesteps.count,
      likelyMistake(
        betas.count, insteadOf: timesteps.count,
        [
          "these are one too few: the first step goes from the clean image to the first chosen timestep":
            timesteps.count - 1,
          "these are as many as there are timesteps in all": schedule.timestepCount,
        ], otherwise: "there is a β' for each chosen timestep"))
    return betas
  }

  @Test("Two steps in one")
  func small() {
    // ᾱ is 1/2, 1/4, 1/8, 1/16: exact.
    let found = NoiseSchedule(betas: [0.5, 0.5, 0.5, 0.5]).respacedBetas(at: [1, 3])
    #expect(
      found == [0.75, 0.75],
      likelyMistake(
        found, insteadOf: [0.75, 0.75],
        [
          "these are the β at the chosen timesteps: but a longer step adds more noise than one of its parts": [
            0.5, 0.5,
          ],
          "the first step begins at the clean image, where ᾱ is 1: it takes in the timesteps before the first chosen":
            [0.5, 0.75],
          "the β of the parts are added up; it is the α that multiply": [1, 1],
          "these are 1 − ᾱ, of all steps; divide ᾱ by that of the timestep chosen before": [0.75, 0.9375],
          "these are the ratios, α'; β' is what they lack to 1": [0.25, 0.25],
          "the ratio is upside down": [-3, -3],
          "these are ᾱ at the chosen timesteps, of which β' are still to be made": [0.25, 0.0625],
          "the first step is missing: it goes from the clean image to the first chosen timestep": [0.75],
        ], otherwise: "each of the two steps leaves a quarter of the variance"
      ).about("all β 1/2, timesteps 1 and 3"))
  }

  @Test("At the chosen timesteps ᾱ stays what it was", arguments: TimestepSpacing.allCases)
  func signalIsKept(spacing: TimestepSpacing) throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(1000))
    let timesteps =
      switch spacing {
      case .leading: (0..<20).map { $0 * 50 }
      case .linspace: (0..<28).map { $0 * 37 }
      case .trailing: (1...20).map { $0 * 50 - 1 }
      }
    let found = try respaced(schedule, timesteps)
    // The first β may be the same in both.
    let picked = zip(found, timesteps).dropFirst().allSatisfy { agree($0, schedule.betas[$1], relative: 1e-9) }
    var left = 1.0
    for (i, t) in timesteps.enumerated() {
      left *= 1 - found[i]
      // Ratios and products of numbers rounded to 1.1e-16, up to 28 of them.
      try #require(
        agree(left, schedule.alphaBars[t], relative: 1e-13),
        likelyMistake(
          left, insteadOf: schedule.alphaBars[t], [:],
          otherwise: picked
            ? "these are the β at the chosen timesteps, with which far too little noise is added"
            : "after step \(i) ᾱ' is ᾱ at timestep \(t), which the network was trained with"
        ).about("\(spacing.rawValue), \(timesteps.count) of 1000"))
    }
  }

  @Test("All timesteps give the same schedule", arguments: [1, 10, 1000])
  func all(timestepCount: Int) throws {
    let betas = referenceLinearBetas(timestepCount)
    let found = try respaced(NoiseSchedule(betas: betas), Array(0..<timestepCount))
    for t in betas.indices {
      // 1 less a ratio of numbers rounded to 1.1e-16 each.
      try #require(
        abs(found[t] - betas[t]) < 1e-14,
        likelyMistake(found[t], insteadOf: betas[t], [:], otherwise: "no timestep is left out, so β' is β")
          .about("all of T = \(timestepCount), step \(t)"))
    }
  }

  @Test("What a step keeps is the product of what its parts keep")
  func products() throws {
    var generator = RandomGenerator(seed: 9)
    let betas = (0..<60).map { _ in 0.3 * Double(generator.uniform()) }
    let timesteps = [2, 3, 17, 18, 40, 59]
    let found = try respaced(NoiseSchedule(betas: betas), timesteps)
    var begin = 0
    for (i, t) in timesteps.enumerated() {
      let parts = betas[begin...t]
      let right = 1 - parts.reduce(1) { $0 * (1 - $1) }
      // Up to 60 factors, each rounded by 1.1e-16, and a ratio of two such products.
      try #require(
        abs(found[i] - right) < 1e-13,
        likelyMistake(
          found[i], insteadOf: right,
          [
            "this is β at timestep \(t) alone": betas[t],
            "the β of the parts are added up; it is the α that multiply": parts.reduce(0, +),
            "this is 1 − ᾱ, of all steps; divide ᾱ by that of the timestep chosen before":
              1 - betas[...t].reduce(1) { $0 * (1 - $1) },
          ],
          otherwise: i == 0
            ? "the first step goes from the clean image to timestep \(t), and takes in what comes before it"
            : "step \(i) takes in the timesteps from \(begin) to \(t): 1 − β' is the product of their α"
        ).about("timesteps \(timesteps), step \(i)"))
      begin = t + 1
    }
  }

  @Test("Known numbers: 10 of 1000, trailing")
  func digits() throws {
    // Computed with 40 digits.
    let known = [
      0.102981854325, 0.2653008064448, 0.3984877142887, 0.507727755044, 0.5972909324144, 0.6706922335694,
      0.7308239988751, 0.7800652836019, 0.8203721760476, 0.853352359422,
    ]
    let found = try respaced(NoiseSchedule(betas: referenceLinearBetas(1000)), (1...10).map { $0 * 100 - 1 })
    // Thirteen digits are known, and a ratio of products of a thousand factors is good to 1e-13.
    #expect(
      zip(found, known).allSatisfy { agree($0, $1, relative: 1e-11) },
      likelyMistake(found, insteadOf: known, [:], within: 1e-11, otherwise: "these are not the β' of the ten steps"))
  }

  @Test("One alone takes in all before it")
  func few() {
    let found = NoiseSchedule(betas: [0.5, 0.5, 0.5]).respacedBetas(at: [2])
    // Eighths: exact.
    #expect(
      found == [0.875],
      likelyMistake(
        found, insteadOf: [0.875],
        [
          "this is the β at the chosen timestep, but the step takes in those before it": [0.5],
          "the only step is missing: it goes from the clean image to the chosen timestep": [],
        ], otherwise: "the only step goes from ᾱ = 1 to ᾱ = 1/8"
      ).about("all β 1/2, timestep 2"))
  }

  @Test("A step that takes nearly everything is not limited")
  func longStep() throws {
    // ᾱ is 1/4, 1/16, … 1/1024, exact, and 1 − 1/1024 is above the cap of 2.2 and 2.4.
    let found = try respaced(NoiseSchedule(betas: [Double](repeating: 0.75, count: 10)), [4, 9])
    let right = 1 - 1.0 / 1024
    #expect(
      found == [right, right],
      likelyMistake(
        found, insteadOf: [right, right],
        ["β' is not limited to 0.999: with a limit ᾱ' does not stay ᾱ": [0.999, 0.999]],
        otherwise: "from ᾱ = 1 to 1/1024, and from there to 1/1024 of it"
      ).about("ten β of 3/4, timesteps 4 and 9"))
  }
}
