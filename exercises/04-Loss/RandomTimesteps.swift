import ForwardDiffusion
import Tensors

/// A timestep for each image, each as likely as the others and independent of the others.
///
/// One for each image, not one for the batch: both give the right gradient on average, but the latter scatters more, as
/// `batchMeanVariance` tells.
///
/// - Parameters:
///   - count: How many images there are.
///   - schedule: Its timesteps are 0, …, T − 1.
///   - generator: Draws the timesteps; `integer(below:)` draws one.
public func randomTimesteps(
  _ count: Int, schedule: NoiseSchedule, using generator: inout RandomGenerator
) -> [Int] {
  return unfinished("4.6")
}

/// How much a batch's mean gradient scatters: with one timestep for the whole batch, and with one for each image.
///
/// Let g be one component of one image's gradient. It depends on the image and its noise, and on t, of which all are equally
/// likely. By the law of total variance Var(g) = Var_t(E[g | t]) + E_t[Var(g | t)]. The mean over a batch of B images
/// divides by B whatever differs from image to image; what all images share it leaves as it is.
///
/// - Parameters:
///   - means: E[g | t] for each t.
///   - variances: Var(g | t) for each t, as many.
///   - batch: B, at least 1.
/// - Returns: The variances of the batch's mean.
public func batchMeanVariance(
  means: [Double], variances: [Double], batch: Int
) -> (oneTimestepForAll: Double, oneForEachImage: Double) {
  return unfinished("4.6")
}
