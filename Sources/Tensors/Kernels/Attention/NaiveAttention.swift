import Foundation

extension NaiveKernels {
  /// y[n, i, c] = Σⱼ p[j] · v[n, j, c], where p is the softmax over j of q[n, i] · k[n, j] / √d, the products being those of
  /// the d channels of c's head.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func attend<Scalar: BinaryFloatingPoint & Sendable>(
    _ g: AttentionGeometry, query q: [Scalar], key k: [Scalar], value v: [Scalar]
  ) -> [Scalar] {
    var y = [Scalar](repeating: 0, count: g.queryShape.elementCount)
    forEachQuery(g) { query, keys in
      let p = weights(g, q, k, query, keys)
      for (key, p) in zip(keys, p) {
        for c in 0..<g.width { y[query + c] += p * v[key + c] }
      }
    }
    return y
  }

  /// The gradients of q, k and v, from that of y.
  ///
  /// For one query and its head: dv[j] = p[j] · dy and dp[j] = dy · v[j]; for the scores s, dsⱼ = pⱼ · (dpⱼ − Σ p · dp), which is
  /// the gradient of softmax; and with s[j] = q · k[j] / √d, dq = Σ ds[j] · k[j] / √d and dk[j] = ds[j] · q / √d.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package static func attentionGradient<Scalar: BinaryFloatingPoint & Sendable>(
    _ g: AttentionGeometry, query q: [Scalar], key k: [Scalar], value v: [Scalar], upstream dy: [Scalar]
  ) -> (query: [Scalar], key: [Scalar], value: [Scalar]) {
    var dq = [Scalar](repeating: 0, count: g.queryShape.elementCount)
    var dk = [Scalar](repeating: 0, count: g.contextShape.elementCount)
    var dv = dk
    forEachQuery(g) { query, keys in
      let p = weights(g, q, k, query, keys)
      let dp = keys.map { dot(dy, query, v, $0, g.width) }
      let mean = zip(p, dp).reduce(0) { $0 + $1.0 * $1.1 }
      for (j, key) in keys.enumerated() {
        let ds = p[j] * (dp[j] - mean) / Scalar(g.width).squareRoot()
        for c in 0..<g.width {
          dv[key + c] += p[j] * dy[query + c]
          dq[query + c] += ds * k[key + c]
          dk[key + c] += ds * q[query + c]
        }
      }
    }
    return (dq, dk, dv)
  }

  /// Calls `body` with the place where a head's channels of a query begin, and the places where those of all keys, and of
  /// their values, do.
  private static func forEachQuery(_ g: AttentionGeometry, _ body: (_ query: Int, _ keys: [Int]) -> Void) {
    for n in 0..<g.count {
      for head in 0..<g.heads {
        let keys = (0..<g.contextTokens).map { (n * g.contextTokens + $0) * g.channels + head * g.width }
        for i in 0..<g.tokens { body((n * g.tokens + i) * g.channels + head * g.width, keys) }
      }
    }
  }

  /// The softmax of a query's scores. Its largest is subtracted, so that no e^s is infinite.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private static func weights<Scalar: BinaryFloatingPoint & Sendable>(
    _ g: AttentionGeometry, _ q: [Scalar], _ k: [Scalar], _ query: Int, _ keys: [Int]
  ) -> [Scalar] {
    let scores = keys.map { dot(q, query, k, $0, g.width) / Scalar(g.width).squareRoot() }
    let largest = scores.max() ?? 0
    let powers = scores.map { Scalar(exp(Double($0 - largest))) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private static func dot<Scalar: BinaryFloatingPoint & Sendable>(
    _ a: [Scalar], _ i: Int, _ b: [Scalar], _ j: Int, _ count: Int
  ) -> Scalar {
    (0..<count).reduce(0) { $0 + a[i + $1] * b[j + $1] }
  }
}
