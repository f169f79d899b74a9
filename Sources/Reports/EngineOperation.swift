import GANComparison
import Tensors
import UNetUpsampling

/// An operation that an exercise, whose number is the raw value, writes by hand. Networks and losses use the engine's, which is
/// many times faster, and the program checks that the exercise's results agree with it.
public enum EngineOperation: String, CaseIterable, Sendable {
  case nearestUpsampling = "3.2"
  case bilinearUpsampling = "3.3"
  case groupNormalization = "3.4"
  case stableBinaryCrossEntropy = "7.4"

  /// How the exercise's results differ from the engine's, in one sentence; nil where they agree, or the exercise is not written
  /// yet.
  public var disagreement: String? {
    var generator = RandomGenerator(seed: 0)
    let x = Tensor.normal([2, 3, 4, 4], using: &generator)
    let (scale, shift) = (Tensor.normal([4], using: &generator), Tensor.normal([4], using: &generator))
    let (student, engine): (Tensor, Tensor)
    switch self {
    case .nearestUpsampling: (student, engine) = (nearestUpsampled(x, by: 2), x.upsampledNearest(by: 2))
    case .bilinearUpsampling:
      // Report 000 does not align corners, report 004 does.
      (student, engine) = (
        Tensor.concatenated([false, true].map { bilinearUpsampled(x, by: 2, alignCorners: $0) }, axis: 0),
        Tensor.concatenated([false, true].map { x.upsampledBilinear(by: 2, alignCorners: $0) }, axis: 0)
      )
    case .groupNormalization:
      (student, engine) = (
        groupNormalized(x, groups: 2, scale: scale, shift: shift),
        x.groupNormalized(groups: 2, scale: scale, shift: shift)
      )
    case .stableBinaryCrossEntropy:
      let targets = Tensor.uniform(x.shape, in: 0..<1, using: &generator)
      (student, engine) = (
        GANComparison.stableBinaryCrossEntropy(logits: x, targets: targets),
        binaryCrossEntropy(logits: x, targets: targets)
      )
    }
    guard student.fault == nil else { return nil }
    // Numbers of about 1, with a few roundings of 6e-8 each; a wrong formula is further off by far.
    let agrees =
      student.shape == engine.shape && zip(student.scalars, engine.scalars).allSatisfy { abs($0 - $1) < 1e-4 }
    return agrees
      ? nil : "exercise \(rawValue) gives other numbers than the engine; ./course verify \(rawValue) says what differs"
  }
}
