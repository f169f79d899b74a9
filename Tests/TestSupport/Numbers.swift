import Tensors

/// Standard normal numbers, the same each time.
public func normal(_ shape: Shape, seed: UInt64) -> Tensor {
  var generator = RandomGenerator(seed: seed)
  return .normal(shape, using: &generator)
}

/// The sum of the products of two tensors' elements, in Double: ⟨a, b⟩; NaN where the shapes differ.
public func innerProduct(_ a: Tensor, _ b: Tensor) -> Double {
  guard a.shape == b.shape else { return .nan }
  return zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// A number of things in words: one has no s.
public func counted(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }
