import Tensors

/// The standard deviation of the noise on the discriminator's images: it falls in a straight line, from `initial` in
/// epoch 0 towards 0 after the last, initial · (1 − epoch / epochs).
///
/// - Parameters:
///   - epoch: From 0.
///   - epochs: How many there are, at least 1.
///   - initial: The deviation in the beginning; the report has 0.1.
/// - Returns: The deviation in this epoch; never less than 0, in later epochs too.
public func inputNoiseDeviation(epoch: Int, epochs: Int, initial: Double = 0.1) -> Double {
  // BEGIN SOLUTION 7.7
  // The division is one of Doubles: of whole numbers it would be 0 in every epoch.
  max(initial * (1 - Double(epoch) / Double(epochs)), 0)
  // END SOLUTION
}

/// Images as the discriminator sees them: with normal noise added, to the real *and* to the generated ones. Each pixel of each
/// image has a number of its own.
///
/// Without it real and generated images may be so different at first that the discriminator is right without effort, and the
/// generator learns nothing (Arjovsky and Bottou 2017). With noise on one of the two the noise would be what tells them
/// apart.
///
/// - Parameters:
///   - real: Real images.
///   - fake: Generated images, not necessarily as many. They keep their gradients: the generator learns through them.
///   - deviation: The standard deviation of the noise; with 0 the images come back as they are, and nothing need be drawn.
///   - generator: The source of random numbers: first those for all real images, then those for all generated ones.
/// - Returns: Both with noise, each in its own shape.
public func withInputNoise(
  real: Tensor, fake: Tensor, deviation: Double, using generator: inout RandomGenerator
) -> (real: Tensor, fake: Tensor) {
  // BEGIN SOLUTION 7.7
  (
    real + Float(deviation) * Tensor.normal(real.shape, using: &generator),
    fake + Float(deviation) * Tensor.normal(fake.shape, using: &generator)
  )
  // END SOLUTION
}
