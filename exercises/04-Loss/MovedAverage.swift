import Tensors

/// A step of an exponential moving average: each tensor becomes decay · average + (1 − decay) · weights.
///
/// Samples drawn with averaged weights are better than with the last step's, which jump about (Ho et al. 2020 use a decay of
/// 0.9999). Such an average remembers about 1 / (1 − decay) steps.
///
/// 1 − decay is taken in Double: in Float, 1 − 0.9999 is wrong in the fifth digit. Weights may be variables, of which
/// operations are recorded; the average is none, so compute it `withoutGradients`.
///
/// - Parameters:
///   - average: The averages so far, by name.
///   - weights: The present weights, with the same names and shapes.
///   - decay: How much of the average is kept, from 0 to 1.
/// - Returns: The new averages, with the same names.
public func movedAverage(
  _ average: [String: Tensor], towards weights: [String: Tensor], decay: Double
) -> [String: Tensor] {
  return unfinished("4.9")
}
