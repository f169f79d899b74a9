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

  /// The β, once there are as many as there should be.
  private func betas(_ timestepCount: Int, maximumBeta: Double = 0.999) throws -> [Double] {
    let betas = squaredCosineBetas(timestepCount: timestepCount, maximumBeta: maximumBeta)
    try #require(
      betas.count == timestepCount,
      likelyMistake(
        betas.count, insteadOf: timestepCount,
        [
          "these are one too many: f has T + 1 values from 0 to 1, and β is made of two neighbors each":
            timestepCount + 1,
          "these are one too few: step t goes from t / T to (t + 1) / T, and the first begins at 0": timestepCount - 1,
        ], otherwise: "a schedule of T timesteps has T numbers β"
      ).about("T = \(timestepCount)"))
    return betas
  }

  /// What is said about β that are wrong somewhere: the mistake that all of them look like, if there is one.
  private func explained(_ betas: [Double], maximumBeta: Double = 0.999, otherwise: String) -> Comment {
    let count = betas.count
    let parts = (0...count).map { Double($0) / Double(count) }
    func follow(_ curve: (Double) -> Double) -> [Double] {
      (0..<count).map { min(1 - curve(parts[$0 + 1]) / curve(parts[$0]), maximumBeta) }
    }
    let right = follow { curve($0) }
    let (wholeNumbers, late) = ([Double](repeating: 0, count: count), [0] + right.dropLast())
    // The last β is left out of all comparisons: it is the cap, whatever the curve.
    func look(_ all: [Double]) -> [Double] { Array(all.dropLast()) }
    let areWrong = !zip(look(betas), look(right)).allSatisfy { agree($0, $1, relative: 1e-9) }
    // In Float the cosine is off by some 1e-7, β by so much of it, and the more the smaller the cosine is.
    let lostDigits = (0..<count).dropLast().allSatisfy { t in
      abs(betas[t] - right[t]) < 2e-6 / curve(parts[t + 1]).squareRoot()
    }
    // A single β, or two of which one is the cap, look like too much.
    guard areWrong, count > 2, !lostDigits else {
      return likelyMistake(
        betas, insteadOf: right, [:], within: areWrong ? 1e-9 : 1e-14,
        otherwise: areWrong && count > 2 ? "1 − f/f loses digits where f/f is near 1: compute f in Double" : otherwise)
    }
    return likelyMistake(
      look(betas), insteadOf: look(right),
      [
        "in whole numbers t / T is 0 until the end, so β is 0: divide Doubles": look(wholeNumbers),
        "the cosine is not squared": look(follow { curve($0).squareRoot() }),
        "the offset 0.008 is missing: without it the first β are too small to matter":
          look(follow { curve($0, offset: 0) }),
        "the offset is added, but the sum is not divided by 1.008":
          look(follow { u in Double.pow(.cos((u + 0.008) * .pi / 2), 2) }),
        "u goes over the whole of π, but the cosine is 0 at π / 2":
          look(follow { u in Double.pow(.cos((u + 0.008) / 1.008 * .pi), 2) }),
        "this is a sine: f falls from 1 to 0": look(follow { u in Double.pow(.sin((u + 0.008) / 1.008 * .pi / 2), 2) }),
        "one step late: β_t goes from t / T to (t + 1) / T, and here it begins before 0": look(late),
        "one step early: β_t goes from t / T to (t + 1) / T":
          look((0..<count).map { $0 + 1 < count ? right[$0 + 1] : maximumBeta }),
        "this is 1 − f((t + 1) / T) / f(0), that is 1 − ᾱ_t, of all steps: divide by the step before":
          look((0..<count).map { min(1 - curve(parts[$0 + 1]) / curve(0), maximumBeta) }),
        "this is ᾱ_t, of which β_t is still to be made": look((0..<count).map { curve(parts[$0 + 1]) / curve(0) }),
        "this is f itself, of which β_t is still to be made": look((0..<count).map { curve(parts[$0 + 1]) }),
        "this is the ratio itself, α_t: β_t is what it lacks to 1":
          look((0..<count).map { curve(parts[$0 + 1]) / curve(parts[$0]) }),
        "the ratio is upside down": look(
          (0..<count).map { min(1 - curve(parts[$0]) / curve(parts[$0 + 1]), maximumBeta) }),
        "the cap is the most that β may be, and here it is the least": look((0..<count).map { _ in maximumBeta }),
        "there is no least β: the first ones are smaller than 0.0001": look(right.map { max($0, 0.0001) }),
      ], within: 1e-9, otherwise: otherwise)
  }

  @Test("β is 1 less a ratio of two values of the curve", arguments: [2, 10, 1000])
  func ratios(timestepCount: Int) throws {
    let betas = try betas(timestepCount)
    let wrong = (0..<timestepCount).contains { t in
      let (begin, end) = (curve(Double(t) / Double(timestepCount)), curve(Double(t + 1) / Double(timestepCount)))
      // Where the cosine is small, the rounding of its angle by 2e-16 is some 1e-12 of it.
      return !(abs(betas[t] - min(1 - end / begin, 0.999)) < 1e-11)
    }
    #expect(
      !wrong,
      explained(betas, otherwise: "β_t is 1 − f((t + 1) / T) / f(t / T), at most 0.999").about("T = \(timestepCount)"))
  }

  @Test("ᾱ_t is f((t + 1) / T) / f(0) until the cap of the last step", arguments: [2, 10, 1000])
  func followsCurve(timestepCount: Int) throws {
    let betas = try betas(timestepCount)
    var left = 1.0
    let wrong = (0..<timestepCount - 1).first { t in
      left *= 1 - betas[t]
      // α_t is a ratio of f, and ᾱ_t a product of them in which all but the ends cancel. 1 − β rounds α_t to 1.1e-16; near
      // the end α is about 1/4, so a thousand steps add up to some 1e-13.
      return !agree(left, curve(Double(t + 1) / Double(timestepCount)) / curve(0), relative: 1e-11)
    }
    #expect(
      wrong == nil,
      explained(betas, otherwise: "the product of 1 − β leaves the curve at t = \(wrong ?? 0)")
        .about("T = \(timestepCount)"))
  }

  @Test("β is at most 0.999, which the last step reaches", arguments: [1, 2, 10, 100, 1000])
  func cap(timestepCount: Int) throws {
    let betas = try betas(timestepCount)
    let last = betas[timestepCount - 1]
    #expect(
      last == 0.999,
      likelyMistake(
        last, insteadOf: 0.999, [:],
        otherwise: last > 0.999
          ? "the last β is above the cap `maximumBeta`: the way back would divide by √α = 0"
          : "f(1) is 0, so the last β reaches the cap"
      ).about("T = \(timestepCount)"))
    if let t = betas.firstIndex(where: { !($0 > 0 && $0 <= 0.999) }), t < timestepCount - 1 {
      let sentence = explained(betas, otherwise: "every β lies above 0 and is at most 0.999")
      Issue.record(sentence.about("T = \(timestepCount), t = \(t)"))
    } else if let t = (1..<timestepCount).first(where: { !(betas[$0] > betas[$0 - 1]) }) {
      let sentence = explained(betas, otherwise: "β grows at every step")
      Issue.record(sentence.about("T = \(timestepCount), t = \(t)"))
    }
  }

  /// T and ᾱ_{T−1} where β is held below 0.02, computed with 40 digits.
  static let capped = [(500, 0.0124937738553), (1000, 0.00319605971041), (1500, 0.00142667049528)]

  @Test("Another cap: at 0.02 a good part of the image is left", arguments: capped)
  func otherCap(timestepCount: Int, alphaBar: Double) throws {
    let betas = try betas(timestepCount, maximumBeta: 0.02)
    let largest = betas.max() ?? .nan
    #expect(
      largest == 0.02,
      likelyMistake(
        largest, insteadOf: 0.02, ["`maximumBeta` must be heeded: the cap is not always 0.999": 0.999],
        otherwise: largest > 0.02 ? "no β may exceed `maximumBeta`" : "the last β reach the cap `maximumBeta`"
      ).about("T = \(timestepCount), maximumBeta 0.02"))
    let left = betas.reduce(1) { $0 * (1 - $1) }
    // A thousand factors of twelve digits and more, as the table has.
    #expect(
      largest != 0.02 || agree(left, alphaBar, relative: 1e-10),
      explained(
        betas, maximumBeta: 0.02,
        otherwise:
          "the cap holds for each β by itself; what is under it stays as it is, and ᾱ ends at \(Float(alphaBar))"
      ).about("T = \(timestepCount), maximumBeta 0.02"))
  }

  @Test("Known numbers")
  func digits() throws {
    // T, t and β, computed with 40 digits. Double is good to about 1e-12 here, 1 − f/f in Float to 1e-3.
    for (timestepCount, t, beta) in [
      (100, 1, 0.00111693703732), (100, 50, 0.0315463393607), (100, 99, 0.999), (1000, 500, 0.00315569144159),
    ] {
      let betas = try betas(timestepCount)
      try #require(
        agree(betas[t], beta, relative: 1e-10),
        explained(betas, otherwise: "β_t is 1 − f((t + 1) / T) / f(t / T), at most 0.999")
          .about("T = \(timestepCount), t = \(t)"))
    }
  }

  @Test("Diffusers has the same", arguments: [100, 1000])
  func oracle(timestepCount: Int) throws {
    let fixture = try Fixture(named: "schedules")
    let betas = try betas(timestepCount)
    let name = "cosine.\(timestepCount)"
    let found = Tensor(fixture.integers("\(name)/timesteps").map { Float(betas[$0]) })
    // In double precision: all that parts us is the rounding to Float.
    expectClose(
      found, fixture["\(name)/beta"], "β, T = \(timestepCount)", tolerance: 2e-7, relativeTo: .element(atLeast: 0))
    // As diffusers ships it, in single precision: 1 − f/f loses three digits where β is smallest, 4e-5.
    expectClose(
      found, fixture["\(name)/diffusers.beta"], "β in Float, T = \(timestepCount)", tolerance: 3e-3,
      relativeTo: .element(atLeast: 0))
  }

  @Test("It keeps the image longer than the linear schedule does")
  func keepsLonger() throws {
    let betas = try betas(1000)
    var left = 1.0
    let late = betas.count {
      left *= 1 - $0
      return left < 0.01
    }
    // 65 of 1000 steps; of the linear schedule's it is 327.
    #expect(
      late == 65,
      explained(
        betas,
        otherwise: "after \(late) of 1000 steps less than a hundredth of the image's variance is left, not after 65"))
  }
}
