import Tensors

/// The products of the first element, the first two, the first three, …: of α_0, α_1, … they are ᾱ_0, ᾱ_1, ….
///
/// - Parameter factors: At least one.
/// - Returns: As many products as there are factors. For the factors 2, 3, 4 they are 2, 6, 24.
public func cumulativeProduct(_ factors: [Double]) -> [Double] {
  // BEGIN SOLUTION 1.3
  var product = 1.0
  return factors.map { factor in
    product *= factor
    return product
  }
  // END SOLUTION
}
