import Tensors

/// Of schedules that no student has seen: independent β, evenly spread over a range.
public func randomBetas(_ timestepCount: Int, in range: Range<Double>, seed: UInt64) -> [Double] {
  var generator = RandomGenerator(seed: seed, stream: 40)
  return (0..<timestepCount).map { _ in
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(generator.uniform())
  }
}
