import Tensors

/// The products of the first element, the first two, the first three, …: of α_0, α_1, … they are ᾱ_0, ᾱ_1, ….
///
/// - Parameter factors: At least one.
/// - Returns: As many products as there are factors. For the factors 2, 3, 4 they are 2, 6, 24.
public func cumulativeProduct(_ factors: [Double]) -> [Double] {
  return unfinished("1.3")
}
