import Tensors

extension NoiseSchedule {
  /// One step into the noise, a sample of q(x_t | x_{t−1}): the image shrinks a little, and noise takes the room
  /// (Ho et al. 2020, equation 2).
  ///
  /// Its mean is √(1 − β_t) · x_{t−1}, its variance β_t: what shrinks and what is added leave a variance of 1 as it is.
  ///
  /// Each image has a timestep of its own, and so its own two weights. `perImage(timesteps, of: images) { t in … }` makes a
  /// weight for each image from a Double. Where timesteps do not fit the images or the schedule it is faulty, and so is your
  /// result; you need check nothing, not even the shape of `noise`. √x is `x.squareRoot()`.
  ///
  /// - Parameters:
  ///   - previous: x_{t−1}, images `[count, height, width, channels]`.
  ///   - noise: ε, standard normal, of the images' shape.
  ///   - timesteps: t, one for each image.
  /// - Returns: x_t, of the images' shape.
  public func steppedForward(_ previous: Tensor, with noise: Tensor, at timesteps: [Int]) -> Tensor {
    // BEGIN SOLUTION 1.2
    perImage(timesteps, of: previous) { alphas[$0].squareRoot() } * previous
      + perImage(timesteps, of: previous) { betas[$0].squareRoot() } * noise
    // END SOLUTION
  }
}
