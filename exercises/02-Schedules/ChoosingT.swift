import ForwardDiffusion
import Tensors

/// How many timesteps it takes until hardly anything is left of the image: the smallest T for which the image's weight in the
/// end, √ᾱ_{T−1}, is at most `threshold`.
///
/// The β of the linear schedule have fixed ends, so with fewer timesteps less noise is added in all. With T = 100 the image's
/// weight ends at 0.60, and sampling begins with pure noise, which the network has never seen there; with T = 1000 it ends at
/// 0.006. That is why quality falls steeply where T is small (the left half of table 1 in report 001).
///
/// - Parameters:
///   - threshold: What √ᾱ_{T−1} may be at most.
///   - limit: The largest T to try, at least 1.
///   - schedule: The schedule of T timesteps, such as `{ .linear(timestepCount: $0) }`. More timesteps leave less.
/// - Returns: T, or nil where even `limit` timesteps leave more.
public func smallestTimestepCount(
  leaving threshold: Double, upTo limit: Int, _ schedule: (_ timestepCount: Int) -> NoiseSchedule
) -> Int? {
  return unfinished("2.8")
}
