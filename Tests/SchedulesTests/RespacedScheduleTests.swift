import ForwardDiffusion
import Schedules
import Tensors
import TestSupport
import Testing

/// A schedule of a few of another's timesteps.
@Suite("2.6 The schedule of fewer timesteps", .exercise("2.6"))
struct Exercise2_6 {
  @Test("Two steps in one")
  func small() {
    // ᾱ is 1/2, 1/4, 1/8, 1/16: exact.
    let found = NoiseSchedule(betas: [0.5, 0.5, 0.5, 0.5]).respacedBetas(at: [1, 3])
    #expect(
      found == [0.75, 0.75],
      likelyMistake(
        found,
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
          "ᾱ is divided by that of the timestep before in the whole schedule; it is the one chosen before": [0.5, 0.5],
        ], otherwise: "each of the two steps leaves a quarter, so each β' is 0.75"))
  }

  @Test("The β of the chosen timesteps are not the answer", arguments: TimestepSpacing.allCases)
  func signalIsKept(spacing: TimestepSpacing) throws {
    let schedule = NoiseSchedule(betas: referenceLinearBetas(1000))
    let timesteps =
      switch spacing {
      case .leading: (0..<20).map { $0 * 50 }
      case .linspace: (0..<28).map { $0 * 37 }
      case .trailing: (1...20).map { $0 * 50 - 1 }
      }
    let found = schedule.respacedBetas(at: timesteps)
    try #require(found.count == timesteps.count, "there are as many β as chosen timesteps: \(timesteps.count)")
    var left = 1.0
    let wrong = timesteps.indices.first { i in
      left *= 1 - found[i]
      // Ratios and products of numbers rounded to 1.1e-16, up to 28 of them.
      return !agree(left, schedule.alphaBars[timesteps[i]], relative: 1e-13)
    }
    let picked = found.dropFirst().elementsEqual(timesteps.dropFirst().map { schedule.betas[$0] })
    #expect(
      wrong == nil,
      picked
        ? "these are the β at the chosen timesteps, with which almost nothing of the noise would be added"
        : "after step \(wrong ?? 0) ᾱ' is not ᾱ at timestep \(timesteps[wrong ?? 0]), which the network was trained with"
    )
  }

  @Test("All timesteps give the same schedule", arguments: [1, 10, 1000])
  func all(timestepCount: Int) throws {
    let betas = referenceLinearBetas(timestepCount)
    let found = NoiseSchedule(betas: betas).respacedBetas(at: Array(0..<timestepCount))
    try #require(found.count == timestepCount, "there are as many β as chosen timesteps: \(timestepCount)")
    // 1 less a ratio of numbers rounded to 1.1e-16 each.
    let wrong = betas.indices.first { !(abs(found[$0] - betas[$0]) < 1e-15) }
    #expect(wrong == nil, "nothing is left out, so β' is β; at \(wrong ?? 0) it is not")
  }

  @Test("What a step keeps is the product of what its parts keep")
  func products() throws {
    var generator = RandomGenerator(seed: 9)
    let betas = (0..<60).map { _ in 0.3 * Double(generator.uniform()) }
    let timesteps = [2, 3, 17, 18, 40, 59]
    let found = NoiseSchedule(betas: betas).respacedBetas(at: timesteps)
    try #require(found.count == timesteps.count, "there are as many β as chosen timesteps: \(timesteps.count)")
    var begin = 0
    for (i, t) in timesteps.enumerated() {
      let kept = betas[begin...t].reduce(1) { $0 * (1 - $1) }
      #expect(
        abs(found[i] - (1 - kept)) < 1e-13,
        i == 0
          ? "the first step goes from the clean image to timestep \(t), and takes in what comes before it"
          : "step \(i) takes in the timesteps from \(begin) to \(t): 1 − β' is the product of their α")
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
    let found = NoiseSchedule(betas: referenceLinearBetas(1000)).respacedBetas(at: (1...10).map { $0 * 100 - 1 })
    try #require(found.count == 10, "there are as many β as chosen timesteps: 10")
    for (i, beta) in known.enumerated() {
      #expect(agree(found[i], beta, relative: 1e-11), "β' of step \(i) is \(beta), not \(found[i])")
    }
  }

  @Test("One alone takes in all before it")
  func few() {
    let schedule = NoiseSchedule(betas: [0.5, 0.5, 0.5])
    #expect(schedule.respacedBetas(at: [2]) == [0.875], "one step to ᾱ = 1/8 has β' = 7/8: ᾱ before it is 1")
  }
}
