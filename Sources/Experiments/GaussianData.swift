import Evaluation
import ForwardDiffusion
import Schedules
import Tensors

/// Normally distributed images with the mean and the covariance of real ones, for which everything about diffusion can be computed
/// exactly.
///
/// For a normal distribution the best noise predictor is linear. Seen along the eigenvectors of the covariance, neither it nor a
/// step of the sampler mixes two directions, so each direction is a problem of one number: x ~ N(m, λ), where m is the mean's part
/// in that direction and λ the eigenvalue. There
///
///     ε̂(x) = √(1 − ᾱ) · (x − √ᾱ m) / (ᾱ λ + 1 − ᾱ)
///
/// and a step back multiplies mean and variance by numbers and adds to them. What is drawn is normally distributed again, and its
/// Fréchet distance from the data is a sum over the directions. No network, no random number: what remains is the sampler's own
/// error.
struct GaussianData {
  /// One direction: the mean in it, and the variance.
  typealias Direction = (mean: Double, variance: Double)

  /// The eigenvectors' directions.
  let directions: [Direction]

  /// Data with known directions.
  init(directions: [Direction]) { self.directions = directions }

  /// The mean and the covariance of images, each pixel a number.
  ///
  /// - Parameter images: `[count, height, width, channels]`, at least two.
  init(of images: Tensor) throws {
    try images.checked()
    let statistics = try FeatureStatistics(of: images.reshaped([images.shape[0], -1]))
    let (values, vectors) = statistics.covariance.symmetricEigendecomposition()
    directions = values.enumerated().map { column, value in
      // Of an eigenvalue that is 0 rounding may leave a little less.
      let mean = statistics.mean.indices.reduce(0) { $0 + vectors[$1, column] * statistics.mean[$1] }
      return (mean, max(value, 0))
    }
  }

  /// How a network predicts noise that is optimal for this data: at a step t of the sampler it assumes ᾱ as it was trained.
  struct Network {
    /// ᾱ of its training.
    let alphaBars: [Double]

    /// The network's ᾱ at a sampler's step; past its last it has the last.
    func alphaBar(at t: Int) -> Double { alphaBars[min(t, alphaBars.count - 1)] }
  }

  /// The distribution of what the ancestral sampler with β̃_t draws, unclipped, in each direction.
  ///
  /// - Parameters:
  ///   - schedule: The sampler's; with another one than the network's it is rebuilt.
  ///   - training: The schedule that the network was trained with.
  ///   - variant: The mean of a step.
  func drawn(
    by schedule: NoiseSchedule, trainedOn training: NoiseSchedule, mean variant: ReverseMeanVariant = .algorithm
  ) -> [Direction] {
    let network = Network(alphaBars: training.alphaBars)
    return directions.map { data in
      // x_T is pure noise.
      var x: Direction = (0, 1)
      for t in schedule.betas.indices.reversed() {
        let assumed = network.alphaBar(at: t)
        // ε̂ = slope · (x − √ᾱ m)
        let slope = (1 - assumed).squareRoot() / (assumed * data.variance + 1 - assumed)
        let subtracted = schedule.betas[t] / (1 - schedule.alphaBars[t]).squareRoot() * slope
        let stretch = variant.factor(schedule, at: t) / schedule.alphas[t].squareRoot()
        let factor = stretch * (1 - subtracted)
        x.mean = factor * x.mean + stretch * subtracted * assumed.squareRoot() * data.mean
        x.variance = factor * factor * x.variance + (t > 0 ? schedule.posteriorVariance(at: t) : 0)
      }
      return x
    }
  }

  /// The squared Fréchet distance of such a drawing from the data.
  func frechetDistance(of drawn: [Direction]) -> Double {
    func statistics(_ direction: Direction) -> FeatureStatistics {
      FeatureStatistics(mean: [direction.mean], covariance: .diagonal([direction.variance]))
    }
    return zip(drawn, directions).reduce(0) { $0 + Evaluation.frechetDistance(statistics($1.0), statistics($1.1)) }
  }

  /// The sum of the variances of a drawing over that of the data.
  func varianceShare(of drawn: [Direction]) -> Double {
    drawn.reduce(0) { $0 + $1.variance } / directions.reduce(0) { $0 + $1.variance }
  }

  /// The lowest loss that a linear noise predictor can reach: the mean of (ε − ε̂)² over pixels and timesteps.
  ///
  /// Of the noise in one direction, 1 − (1 − ᾱ) / (ᾱ λ + 1 − ᾱ) cannot be told from the data.
  ///
  /// - Parameter contrast: By which factor the pixels are stretched: ½ for data in [0, 1], of which a quarter of the variance is
  ///   left.
  func lossFloor(_ schedule: NoiseSchedule, contrast: Double = 1) -> Double {
    let sum = schedule.alphaBars.reduce(0) { sum, alphaBar in
      sum
        + directions.reduce(0) { part, direction in
          let signal = alphaBar * direction.variance * contrast * contrast
          return part + signal / (signal + 1 - alphaBar)
        }
    }
    return sum / Double(schedule.timestepCount * max(directions.count, 1))
  }
}
