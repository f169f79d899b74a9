import ForwardDiffusion
import Sampling
import Tensors
import TestSupport
import Testing

/// A picture of the way back.
@Suite("5.8 How images emerge", .exercise("5.8"))
struct Exercise5_8 {
  @Test("Eight states of 800 steps, as in the report")
  func report() {
    let found = keptSteps(timestepCount: 800, states: 8)
    let hints: [([Int], String)] = [
      ([0, 114, 228, 342, 457, 571, 685, 800], "the noise comes first, with all steps remaining"),
      ([800, 700, 600, 500, 400, 300, 200, 100, 0], "8 states have 7 intervals between them"),
      ([800, 700, 600, 500, 400, 300, 200, 100], "8 states have 7 intervals between them, and the image is the last"),
      ([700, 600, 500, 400, 300, 200, 100, 0], "8 states have 7 intervals between them, and x_T is the first"),
      ([799, 684, 570, 456, 342, 228, 114, 0], "these are timesteps; before the first step all 800 remain"),
      ([800, 686, 571, 457, 343, 229, 114, 0], "what lies between two steps is rounded down"),
    ]
    let hint = hints.first { $0.0 == found }?.1 ?? "800 is split into 7 equal intervals"
    #expect(found == [800, 685, 571, 457, 342, 228, 114, 0], "\(found) is kept: \(hint)")
  }

  @Test("First the noise, last the image, at even distances", arguments: [2, 3, 5, 11, 101])
  func distances(states: Int) throws {
    let found = keptSteps(timestepCount: 1000, states: states)
    try #require(found.count == states, "\(found.count) states are kept, where \(states) are wanted")
    #expect(
      found.first == 1000 && found.last == 0,
      "from \(found[0]) to \(found[states - 1]), not from 1000, the noise, to 0, the image")
    let distances = zip(found, found.dropFirst()).map { $0 - $1 }
    // Rounding down moves each end of an interval by less than 1.
    #expect(
      distances.allSatisfy { abs(Double($0) - 1000 / Double(states - 1)) < 1 },
      "the distances are not even: \(distances)")
  }

  @Test("Of few steps all states are kept, and none twice")
  func few() {
    #expect(keptSteps(timestepCount: 3, states: 8) == [3, 2, 1, 0], "three steps have four states")
    #expect(keptSteps(timestepCount: 7, states: 8) == [7, 6, 5, 4, 3, 2, 1, 0])
    #expect(keptSteps(timestepCount: 10, states: 1) == [0], "one state alone is the image")
    #expect(keptSteps(timestepCount: 10, states: 0) == [], "no state is nothing to keep")
  }

  /// x ← x + 1 in each step, from zeros and ones: each state is known by its numbers.
  private struct Counting: ReverseSampler {
    let schedule: NoiseSchedule
    func step(_ xt: Tensor, predictedNoise: Tensor, at t: Int, noise: Tensor) -> Tensor {
      predictedNoise + Float(schedule.timestepCount - t)
    }
  }

  @Test("A row for each seed, the states side by side")
  func layout() throws {
    let sampler = Counting(schedule: NoiseSchedule(betas: referenceLinearBetas(6)))
    // The step forgets x_t; every number of ε̂ is another.
    let pixels = Tensor((0..<24).map { 10 * Float($0) + 100 }, shape: [2, 2, 3, 2])
    var generators = drawing(2, seed: 5)
    let strip = try sampler.processStrip(
      states: 4, imageShape: [2, 3, 2], generators: &generators, predictNoise: { _, _ in pixels }
    ).checked()
    let hints: [Shape: String] = [
      [8, 2, 3, 2]: "the states follow one another as images; lay them side by side, along the width",
      [2, 8, 3, 2]: "the states stand below one another; lay them side by side, along the width",
    ]
    let hint = hints[strip.shape] ?? "a row for each seed, four states of width 3 in it"
    try #require(strip.shape == [2, 2, 12, 2], "the strip's shape is \(strip.shape), not [2, 2, 12, 2]: \(hint)")
    // Of six steps 6, 4, 2 and 0 remain: the noise, and the states after two, four and six steps.
    for (column, steps) in [(1, 2), (2, 4), (3, 6)] {
      let state = strip.sliced(axis: 2, column * 3..<column * 3 + 3)
      #expect(
        state == pixels + Float(steps),
        "the state in column \(column) should be that after \(steps) of 6 steps, and row i that of image i")
    }
    var again = drawing(2, seed: 5)
    let noise = Tensor.concatenated(again.indices.map { .normal([1, 2, 3, 2], using: &again[$0]) }, axis: 0)
    #expect(
      strip.sliced(axis: 2, 0..<3) == noise, "in the first column stands x_T, the noise that each seed begins with")
  }

  @Test("The last column is what sampling draws")
  func image() throws {
    let sampler = AncestralSampler(schedule: NoiseSchedule(betas: referenceCosineBetas(12)))
    let predictor = GaussianData(mean: 0.3, deviation: 0.2).predictor(for: sampler.schedule)
    var (first, second) = (drawing(3), drawing(3))
    let strip = try sampler.processStrip(
      states: 5, imageShape: [4, 4, 1], generators: &first, predictNoise: predictor
    ).checked()
    let images = sampler.sample(imageShape: [4, 4, 1], generators: &second, predictNoise: predictor)
    try #require(strip.shape == [3, 4, 20, 1])
    #expect(
      strip.sliced(axis: 2, 16..<20) == images, "the same generators draw the same images, with and without a strip")
    #expect(first == second, "and are left in the same state")
  }

  @Test("A fault of the network reaches the strip")
  func fault() {
    let sampler = AncestralSampler(schedule: linear.leaping(over: [100, 500, 999]))
    var generators = drawing(1)
    let unfinished = Fault("unfinished")
    let strip = sampler.processStrip(
      states: 3, imageShape: [2, 2, 1], generators: &generators, predictNoise: { _, _ in Tensor(fault: unfinished) })
    #expect(strip.fault == unfinished)
  }
}
