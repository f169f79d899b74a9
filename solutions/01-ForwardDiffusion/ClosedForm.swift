import Tensors

extension NoiseSchedule {
  /// A sample of q(x_t | x_0), without walking there step by step: x_t = √ᾱ_t · x_0 + √(1 − ᾱ_t) · ε
  /// (Ho et al. 2020, equation 4).
  ///
  /// Each image has a timestep of its own, and so its own two weights, which ``perImage(_:of:_:)`` makes from numbers in
  /// Double. Where timesteps do not fit the images or the schedule it is faulty, and so is your result; you need check nothing,
  /// not even the shape of `noise`.
  ///
  /// - Parameters:
  ///   - x0: Images in [−1, 1], `[count, height, width, channels]`.
  ///   - noise: ε, standard normal, of the images' shape.
  ///   - timesteps: One for each image.
  /// - Returns: x_t, of the images' shape.
  public func noised(_ x0: Tensor, with noise: Tensor, at timesteps: [Int]) -> Tensor {
    // BEGIN SOLUTION 1.4
    perImage(timesteps, of: x0) { alphaBars[$0].squareRoot() } * x0
      + perImage(timesteps, of: x0) { (1 - alphaBars[$0]).squareRoot() } * noise
    // END SOLUTION
  }
}
