import RealModule
import Tensors
import TestSupport

/// Attention as its definition has it, in Double and with loops; and as common mistakes would have it.
struct ReferenceAttention: Sendable {
  /// What the scores are divided by; nil for √d.
  var divisor: Double?
  /// Whether the softmax goes over the queries, where it should go over the keys.
  var overQueries = false
  let heads: Int

  func callAsFunction(_ query: DoubleArray, _ key: DoubleArray, _ value: DoubleArray) -> DoubleArray {
    let (count, tokens, channels) = (query.shape[0], query.shape[1], query.shape[2])
    let (contextTokens, d) = (key.shape[1], query.shape[2] / heads)
    let divisor = divisor ?? Double(d).squareRoot()
    var result = DoubleArray([Double](repeating: 0, count: query.elements.count), shape: query.shape)
    for image in 0..<count {
      for head in 0..<heads {
        let own = (0..<d).map { head * d + $0 }
        let powers = (0..<tokens).map { i in
          (0..<contextTokens).map { j in
            Double.exp(
              own.reduce(0) {
                $0 + query.elements[(image * tokens + i) * channels + $1]
                  * key.elements[(image * contextTokens + j) * channels + $1]
              } / divisor)
          }
        }
        for i in 0..<tokens {
          for j in 0..<contextTokens {
            let sum = overQueries ? powers.reduce(0) { $0 + $1[j] } : powers[i].reduce(0, +)
            for c in own {
              result.elements[(image * tokens + i) * channels + c] +=
                powers[i][j] / sum * value.elements[(image * contextTokens + j) * channels + c]
            }
          }
        }
      }
    }
    return result
  }

  /// The same of tensors.
  func tensor(_ query: Tensor, _ key: Tensor, _ value: Tensor) -> Tensor {
    self(DoubleArray(query), DoubleArray(key), DoubleArray(value)).tensor
  }
}
