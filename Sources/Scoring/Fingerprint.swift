import Tensors

/// A number that tells tensors apart: FNV-1a (Fowler, Noll and Vo) over the bits of their scalars. It finds changes that happen
/// by accident; who wants to can make others with the same number.
struct Fingerprint {
  private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bits: UInt64) { hash = (hash ^ bits) &* 0x100_0000_01b3 }

  mutating func add(_ tensor: Tensor) {
    for extent in tensor.shape { add(UInt64(extent)) }
    for scalar in tensor.scalars { add(UInt64(scalar.bitPattern)) }
  }

  mutating func add(_ numbers: [Double]) {
    for number in numbers { add(number.bitPattern) }
  }

  /// Sixteen hexadecimal digits.
  var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
