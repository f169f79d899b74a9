import Tensors

/// Labels of which some, by chance, are replaced by the null label: "nothing is known" (Ho and Salimans 2022).
///
/// A network that is trained with these learns both things that guidance needs: the noise given the label, and the
/// noise without one. Chance decides for each image by itself, so that nearly every batch teaches both. With one
/// decision for a whole batch, as in report 004's origin, the mean is the same, but each step teaches only one of the
/// two.
///
/// - Parameters:
///   - labels: One for each image: a class, or a set of classes.
///   - nullLabel: What stands for no label. For classes counted from 0 it is a class of its own behind the last, that
///     is their number, with a row of its own in the table. For sets of classes it is the empty set.
///   - probability: With which each label is replaced, from 0 (never) to 1 (always).
///   - generator: Draws one number for each image, in order, whatever the probability: `generator.uniform()` is a number from 0
///     up to, but not including, 1. Where it is less than `probability`, the label is replaced. It is a Float; `Double(…)`
///     converts it.
/// - Returns: As many labels, in the same order.
public func droppingLabels<Label>(
  _ labels: [Label], nullLabel: Label, probability: Double, using generator: inout RandomGenerator
) -> [Label] {
  return unfinished("6.5")
}
