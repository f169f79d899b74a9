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
      ([800, 686, 572, 458, 343, 229, 115, 0], "what lies between two steps is rounded down, not up"),
      (
        [800, 686, 572, 458, 344, 230, 116, 2],
        "the distance was rounded, and its error adds up: round each state instead"
      ),
      (
        [0, 114, 228, 342, 456, 570, 684, 798],
        "the distance was rounded, and the noise comes first, with all 800 steps remaining"
      ),
      ([0, 1, 2, 3, 4, 5, 6, 7], "these are the states' numbers; how many of 800 steps remain is asked for"),
      ([7, 6, 5, 4, 3, 2, 1, 0], "these are the states' numbers; how many of 800 steps remain is asked for"),
    ]
    let expected = [800, 685, 571, 457, 342, 228, 114, 0]
    let hint = hints.first { $0.0 == found }?.1 ?? "800 is split into 7 equal intervals, from 800 to 0"
    #expect(found == expected, "\(hint): yours are \(found) instead of \(expected)")
  }

  @Test("First the noise, last the image, at even distances", arguments: [2, 3, 5, 11, 101])
  func distances(states: Int) throws {
    let found = keptSteps(timestepCount: 1000, states: states)
    try #require(
      found.count == states, "of 1000 steps \(states) states are wanted: yours are \(found.count) instead of \(states)")
    #expect(
      found.first == 1000 && found.last == 0,
      "\(states) states of 1000 steps: yours go from \(found[0]) to \(found[states - 1]) instead of from 1000, the noise, to 0, the image"
    )
    let distances = zip(found, found.dropFirst()).map { $0 - $1 }
    // Rounding down moves each end of an interval by less than 1.
    #expect(
      distances.allSatisfy { abs(Double($0) - 1000 / Double(states - 1)) < 1 },
      """
      the states are \(Float(1000 / Double(states - 1))) steps apart, but for rounding: yours are \
      \(distances.prefix(8).map(\.description).joined(separator: ", ")) apart instead
      """)
  }

  @Test("Whole numbers stay whole: what lies on a step is not rounded to the next")
  func wholeNumbers() {
    for timestepCount in 1...400 {
      for states in 2...12 {
        let intervals = min(states - 1, timestepCount)
        let right = (0...intervals).map { timestepCount * (intervals - $0) / intervals }
        let found = keptSteps(timestepCount: timestepCount, states: states)
        guard found != right else { continue }
        let isNear = found.count == right.count && zip(found, right).allSatisfy { abs($0 - $1) <= 1 }
        Issue.record(
          """
          \(isNear ? "a product with a rounded quotient may fall below a whole number, and be rounded down by 1 too much: multiply first, then divide" : "T is split into n − 1 equal intervals"): \
          of T = \(timestepCount) and n = \(states) yours are \(found) instead of \(right)
          """)
        return
      }
    }
  }

  @Test("Of few steps all states are kept, and none twice")
  func few() {
    for (timestepCount, states, expected, reason) in [
      (3, 8, [3, 2, 1, 0], "three steps have four states, of which none is kept twice"),
      (7, 8, [7, 6, 5, 4, 3, 2, 1, 0], "seven steps have eight states"),
      (10, 1, [0], "one state alone is the image"), (10, 0, [], "of no states there is nothing to keep"),
    ] {
      let found = keptSteps(timestepCount: timestepCount, states: states)
      #expect(
        found == expected,
        "\(reason): of T = \(timestepCount) and n = \(states) yours are \(found) instead of \(expected)")
    }
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
      [2, 2, 3, 8]: "the states are laid beside one another as channels; lay them side by side, along the width",
      [2, 2, 3, 2]: "this is one state alone; lay all of them side by side, along the width",
      [2, 2, 21, 2]: "these are all states; those that are wanted are to be kept",
      [2, 2, 9, 2]: "one state is missing; x_T, before the first step, is a state too",
    ]
    let hint = hints[strip.shape] ?? "a row for each seed, with four states of width 3 side by side in it"
    try #require(strip.shape == [2, 2, 12, 2], "\(hint): yours has the shape \(strip.shape) instead of [2, 2, 12, 2]")
    // Of six steps 6, 4, 2 and 0 remain: the noise, and the states after two, four and six steps.
    for (column, steps) in [(1, 2), (2, 4), (3, 6)] {
      let state = strip.sliced(axis: 2, column * 3..<column * 3 + 3)
      let other = (1...6).first { isClose(state, pixels + Float($0), 0) }
      expectClose(
        state, pixels + Float(steps),
        """
        \(other.map { "it is that after \($0): " } ?? "its pixels lie elsewhere, as after a reshape; join along the width: ")column \(column), which is the state after \(steps) of 6 steps, in \
        the row of each image
        """, tolerance: 0)
    }
    var again = drawing(2, seed: 5)
    let noise = Tensor.concatenated(again.indices.map { .normal([1, 2, 3, 2], using: &again[$0]) }, axis: 0)
    expectClose(
      strip.sliced(axis: 2, 0..<3), noise, "the first column, which is x_T, the noise that each seed begins with",
      tolerance: 0)
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
    try #require(
      strip.shape == [3, 4, 20, 1],
      "three rows of five states of width 4: yours has the shape \(strip.shape) instead of [3, 4, 20, 1]")
    expectClose(
      strip.sliced(axis: 2, 16..<20), images, "the last column, against what the same generators draw without a strip",
      tolerance: 0)
    #expect(
      first == second,
      "the generators are the caller's: after the strip they must have moved on as far as `sample` moves them")
  }

  @Test("A fault of the network reaches the strip")
  func fault() {
    let sampler = AncestralSampler(schedule: linear.leaping(over: [100, 500, 999]))
    var generators = drawing(1)
    let unfinished = Fault("unfinished")
    let strip = sampler.processStrip(
      states: 3, imageShape: [2, 2, 1], generators: &generators, predictNoise: { _, _ in Tensor(fault: unfinished) })
    #expect(
      strip.fault == unfinished,
      "the network's fault is passed on: yours has \(strip.fault?.reason ?? "none") instead of unfinished")
  }

  @Test("A strip of no states is a fault", arguments: [0, -1])
  func empty(states: Int) {
    var generators = drawing(2)
    let strip = AncestralSampler(schedule: linear.leaping(over: [100, 999])).processStrip(
      states: states, imageShape: [2, 3, 1], generators: &generators, predictNoise: { xt, _ in xt * 0 })
    #expect(
      strip.fault != nil,
      "of \(states) states there is no picture, so the strip must be faulty: yours is a picture of \(strip.shape)")
  }
}
