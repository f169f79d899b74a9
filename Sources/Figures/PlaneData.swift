import ForwardDiffusion
import Foundation
import Loss
import Sampling
import Schedules
import Tensors

/// Points in the plane as data, for which the best network is known exactly: the noise that is left to guess is a mean over the
/// points, weighted by how probable each is.
struct PlaneData: Sendable {
  let points: [SIMD2<Double>]

  /// Two interleaved half circles, of mean 0 and about unit variance.
  static let moons = PlaneData(
    points: (0..<60).map { index in
      let angle = Double.pi * (Double(index / 2) + 0.5) / 30
      return index.isMultiple(of: 2)
        ? SIMD2(1.3 * cos(angle) - 0.65, 1.3 * sin(angle) - 0.3)
        : SIMD2(0.65 - 1.3 * cos(angle), 0.3 - 1.3 * sin(angle))
    })

  /// Eight points on a circle.
  static let ring = PlaneData(
    points: (0..<8).map { SIMD2(cos(Double.pi / 4 * Double($0)), sin(Double.pi / 4 * Double($0))) * 1.4 })

  /// The points on a curve, for which one number would do.
  static let curve = PlaneData(
    points: (0..<80).map { index in
      let u = Double(index) / 79 * 2 - 1
      return SIMD2(1.7 * u, 1.1 * sin(3 * u))
    })

  /// How probable each point is behind `x`, where the image has the weight `signal` and the noise the weight `noise`.
  func weights(behind x: SIMD2<Double>, signal: Double, noise: Double) -> [Double] {
    let exponents = points.map { point in
      let distance = x - point * signal
      return -(distance * distance).sum() / (2 * noise * noise)
    }
    let largest = exponents.max() ?? 0
    let weights = exponents.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// The mean of the points that may lie behind `x`.
  func meanImage(behind x: SIMD2<Double>, signal: Double, noise: Double) -> SIMD2<Double> {
    zip(weights(behind: x, signal: signal, noise: noise), points).reduce(.zero) { $0 + $1.1 * $1.0 }
  }

  /// The gradient of the logarithm of the density.
  func score(at x: SIMD2<Double>, signal: Double, noise: Double) -> SIMD2<Double> {
    (meanImage(behind: x, signal: signal, noise: noise) * signal - x) / (noise * noise)
  }

  /// The density at `x`, up to a factor.
  func density(at x: SIMD2<Double>, signal: Double, noise: Double) -> Double {
    points.reduce(0) { sum, point in
      let distance = x - point * signal
      return sum + exp(-(distance * distance).sum() / (2 * noise * noise))
    } / (Double(points.count) * noise * noise)
  }

  /// The best network for a schedule, as the samplers of chapter 5 call it: points are images of one pixel with two channels.
  func noisePredictor(_ schedule: NoiseSchedule) -> NoisePredictor {
    { xt, timesteps in
      let scalars = xt.scalars
      var noise: [Float] = []
      for (index, t) in timesteps.enumerated() {
        let (signal, deviation) = (schedule.alphaBars[t].squareRoot(), (1 - schedule.alphaBars[t]).squareRoot())
        let x = SIMD2(Double(scalars[2 * index]), Double(scalars[2 * index + 1]))
        let epsilon = (x - meanImage(behind: x, signal: signal, noise: deviation) * signal) / deviation
        noise += [Float(epsilon.x), Float(epsilon.y)]
      }
      return Tensor(noise, shape: xt.shape)
    }
  }

  /// The paths of points from noise to data by a sampler of chapter 5.
  func paths(_ sampler: some Sampler, schedule: NoiseSchedule, count: Int, seed: UInt64) throws -> [[SIMD2<Double>]] {
    var generators = (0..<count).map { RandomGenerator(seed: seed, stream: UInt64($0)) }
    var paths = [[SIMD2<Double>]](repeating: [], count: count)
    let end = sampler.sample(
      imageShape: [1, 1, 2], generators: &generators, predictNoise: noisePredictor(schedule)
    ) { _, x in
      let scalars = x.scalars
      guard scalars.count == 2 * count else { return }
      for index in 0..<count { paths[index].append(SIMD2(Double(scalars[2 * index]), Double(scalars[2 * index + 1]))) }
    }
    try end.checked()
    return paths
  }
}
