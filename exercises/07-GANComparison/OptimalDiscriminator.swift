import Tensors

/// The best answer that a discriminator can give for one image, when it knows how often data and generator make it.
///
/// It minimizes its expected loss −p · (a log D + (1 − a) log(1 − D)) − q · (b log D + (1 − b) log(1 − D)), a sum over
/// the two ways in which the image can have come. For the targets a = 1, b = 0 the minimum is at D = p / (p + q)
/// (Goodfellow et al. 2014, proposition 1). For others it is the mean of the two targets, weighted by p and q. Set the
/// derivative by D to 0 and see.
///
/// One-sided smoothing (a = 0.9, b = 0) only scales D*, and where the generator makes what the data never has, D* is 0 as
/// before. With b above 0 the generator's density q gets into the numerator: such images are answered b, as if they were a
/// little real, and the generator has less of a reason to leave them (Salimans et al. 2016, section 3.4).
///
/// - Parameters:
///   - data: p, the density of the image among real ones.
///   - generated: q, its density among generated ones; p and q are not both 0.
///   - realTarget: a.
///   - fakeTarget: b.
/// - Returns: D*, a probability (not a logit).
public func optimalDiscriminator(
  data: Double, generated: Double, realTarget: Double = 1, fakeTarget: Double = 0
) -> Double {
  return unfinished("7.6")
}

/// How much more frequent an image is among real ones than among generated ones, p / q, if the discriminator's answer
/// for it is the best one: the function above, solved for p / q.
///
/// Without smoothing this is the well-known D / (1 − D). With smoothed targets that formula misjudges: solve anew, for
/// any a and b.
///
/// - Parameters:
///   - answer: D*, between `fakeTarget` and `realTarget`.
///   - realTarget: a.
///   - fakeTarget: b, less than a.
/// - Returns: p / q: 0 for an answer of b, infinite for an answer of a.
public func densityRatio(answer: Double, realTarget: Double = 1, fakeTarget: Double = 0) -> Double {
  return unfinished("7.6")
}
