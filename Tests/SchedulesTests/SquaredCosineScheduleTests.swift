import ForwardDiffusion
import RealModule
import Schedules
import Tensors
import TestSupport
import Testing

/// ᾱ like a squared cosine.
@Suite("2.2 The squared cosine schedule", .exercise("2.2"))
struct Exercise2_2 {
  /// cos²((u + s) / (1 + s) · π / 2), the curve that ᾱ follows, with s = 0.008.
  private func curve(_ u: Double, offset: Double = 0.008) -> Double {
    let cosine = Double.cos((u + offset) / (1 + offset) * .pi / 2)
    return cosine * cosine
  }

  @Test("β is 1 less a ratio of two values of the curve", arguments: [2, 10, 1000])
  func betas(timestepCount: Int) throws {
    let betas = squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.999)
    try #require(
      betas.count == timestepCount, "a schedule of \(timestepCount) timesteps has as many β, not \(betas.count)")
    let parts = (0...timestepCount).map { Double($0) / Double(timestepCount) }
    func follow(_ curve: (Double) -> Double) -> [Double] {
      (0..<timestepCount).map { min(1 - curve(parts[$0 + 1]) / curve(parts[$0]), 0.999) }
    }
    let wrong = zip(betas, follow { curve($0) }).contains { !(abs($0 - $1) < 1e-14) }
    #expect(
      !wrong,
      likelyMistake(
        betas,
        [
          "the cosine is not squared": follow { curve($0).squareRoot() },
          "the offset 0.008 is missing: without it the first β are too small to matter": follow {
            curve($0, offset: 0)
          },
          "the offset is added, but the sum is not divided by 1.008":
            follow { u in
              let cosine = Double.cos((u + 0.008) * .pi / 2)
              return cosine * cosine
            },
          "one step late: β_t goes from t / T to (t + 1) / T, and here it begins before 0":
            (0..<timestepCount).map { t in t == 0 ? 0 : 1 - curve(parts[t]) / curve(parts[t - 1]) },
          "this is 1 − f((t + 1) / T) / f(0), that is 1 − ᾱ_t, of all steps: divide by the step before":
            (0..<timestepCount).map { min(1 - curve(parts[$0 + 1]) / curve(0), 0.999) },
          "this is the ratio itself, α_t: β_t is what it lacks to 1":
            (0..<timestepCount).map { curve(parts[$0 + 1]) / curve(parts[$0]) },
        ], within: 1e-9, otherwise: "β_t is 1 − f((t + 1) / T) / f(t / T), at most 0.999"))
  }

  @Test("ᾱ_t is f((t + 1) / T) / f(0) until the cap of the last step", arguments: [2, 10, 1000])
  func followsCurve(timestepCount: Int) throws {
    let betas = squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.999)
    try #require(betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
    var left = 1.0
    let wrong = (0..<timestepCount - 1).first { t in
      left *= 1 - betas[t]
      // α_t is a ratio of f, and ᾱ_t a product of them in which all but the ends cancel. 1 − β rounds α_t to 1.1e-16; near
      // the end α is about 1/4, so a thousand steps add up to some 1e-13.
      return !agree(left, curve(Double(t + 1) / Double(timestepCount)) / curve(0), relative: 1e-11)
    }
    #expect(
      wrong == nil,
      "the product of 1 − β leaves the curve at t = \(wrong ?? 0): step t, counted from 0, ends at (t + 1) / T")
  }

  @Test("β is at most 0.999, which the last step reaches", arguments: [1, 2, 10, 100, 1000])
  func cap(timestepCount: Int) throws {
    let betas = squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.999)
    try #require(betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
    let last = betas[timestepCount - 1]
    #expect(
      last == 0.999,
      last > 0.999
        ? "the last β is \(last), above the cap `maximumBeta`: the way back would divide by √α = 0"
        : "f(1) is 0, so the last β reaches the cap 0.999, but this is \(last)")
    #expect(betas.allSatisfy { $0 > 0 && $0 <= 0.999 }, "every β lies above 0 and is at most 0.999")
    #expect(zip(betas, betas.dropFirst()).allSatisfy { $0 < $1 }, "β grows at every step")
  }

  /// T and ᾱ_{T−1} where β is held below 0.02, computed with 40 digits.
  static let capped = [(500, 0.0124937738553), (1000, 0.00319605971041), (1500, 0.00142667049528)]

  @Test("Another cap: at 0.02 a good part of the image is left", arguments: capped)
  func otherCap(timestepCount: Int, alphaBar: Double) {
    let betas = squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.02)
    #expect(betas.max() == 0.02, "`maximumBeta` must be heeded, and not be 0.999 always")
    #expect(
      agree(betas.reduce(1) { $0 * (1 - $1) }, alphaBar, relative: 1e-10),
      "the cap holds for each β by itself; what is under it stays as it is")
  }

  @Test("Known numbers")
  func digits() throws {
    // T, t and β, computed with 40 digits. Double is good to about 1e-12 here, 1 − f/f in Float to 1e-3.
    for (timestepCount, t, beta) in [
      (100, 1, 0.00111693703732), (100, 50, 0.0315463393607), (100, 99, 0.999), (1000, 500, 0.00315569144159),
    ] {
      let betas = squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.999)
      try #require(betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
      #expect(
        agree(betas[t], beta, relative: 1e-10), "with T = \(timestepCount) β at t = \(t) is \(beta), not \(betas[t])")
    }
  }

  @Test("Diffusers has the same", arguments: [100, 1000])
  func oracle(timestepCount: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let betas = squaredCosineBetas(timestepCount: timestepCount, maximumBeta: 0.999)
    try #require(betas.count == timestepCount, "a schedule of T timesteps has T numbers β")
    let name = "cosine.\(timestepCount)"
    let found = Tensor(fixture.integers("\(name)/timesteps").map { Float(betas[$0]) })
    // In double precision: all that parts us is the rounding to Float.
    expectClose(found, fixture["\(name)/beta"], "β", tolerance: 2e-7, relativeTo: .element(atLeast: 0))
    // As diffusers ships it, in single precision: 1 − f/f loses three digits where β is smallest, 4e-5.
    expectClose(
      found, fixture["\(name)/diffusers.beta"], "β in Float", tolerance: 3e-3, relativeTo: .element(atLeast: 0))
  }

  @Test("It keeps the image longer than the linear schedule does")
  func keepsLonger() {
    var left = 1.0
    let cosine = squaredCosineBetas(timestepCount: 1000, maximumBeta: 0.999).count {
      left *= 1 - $0
      return left < 0.01
    }
    // 65 of 1000 steps; of the linear schedule's it is 331.
    #expect(
      cosine == 65, "\(cosine) of 1000 steps have less than a hundredth of the image's variance left, where 65 should")
  }
}
