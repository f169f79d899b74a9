import Foundation
import Tensors

/// How far rounding may take attention and its gradients from what they are, element by element.
///
/// To first order in u = 2⁻²⁴, with n context tokens, t tokens and d channels a head (Higham 2002, §3.1):
///
/// - A score q · k / √d is off by at most (d + 4)u·a, where a is the largest of Σ|q·k| / √d of the row; its difference from
///   the row's largest by 2u·a more. The power, itself good to 1e-7, so has a relative error of η = (d + 6)u·a + 1e-7, and
///   so has the sum of powers, besides (n + 2)u: a weight p is off by (2η + (n + 3)u)·p, and by 1e-38 where the power is too
///   small for an ordinary number.
/// - A sum of products adds to that as many u as it has terms, and two; and what it is a fraction of is the sum of absolute
///   values. So y is off by the weights' errors times |v|, and dv by the same times |dy|.
/// - dp = dy · v is off by (d + 2)u·b with b = Σ|dy·v|, and Σ p·dp by (2η + (2n + d + 7)u)·B with B = Σ p·b; together
///   ds = p (dp − Σ p·dp) is off by (4η + (3n + d + 12)u)·p·(b + B), of which dq and dk are sums with |k| / √d and |q| / √d.
///
/// One factor of p that is enough for all is ρ = 4η + (4n + d + t + 20)u.
struct AttentionBounds {
  private(set) var result: [Double]
  private(set) var query: [Double]
  private(set) var key: [Double]
  private(set) var value: [Double]

  init(_ g: AttentionGeometry, query q: [Double], key k: [Double], value v: [Double], upstream dy: [Double]) {
    result = [Double](repeating: 0, count: q.count)
    query = result
    key = [Double](repeating: 0, count: k.count)
    value = key
    let (u, d) = (0x1p-24, Double(g.width))
    let terms = Double(4 * g.contextTokens + g.width + g.tokens + 20)
    for row in 0..<(g.count * g.tokens * g.heads) {
      let (token, head) = (row / g.heads, row % g.heads)
      let i = token * g.channels + head * g.width
      let places = (0..<g.contextTokens).map {
        (token / g.tokens * g.contextTokens + $0) * g.channels + head * g.width
      }
      let sum = { (place: Int, term: (Int, Int) -> Double) in
        (0..<g.width).reduce(0.0) { $0 + term(i + $1, place + $1) }
      }
      let scores = places.map { sum($0) { q[$0] * k[$1] } / d.squareRoot() }
      let largest = scores.max() ?? 0
      let total = scores.reduce(0) { $0 + exp($1 - largest) }
      let p = scores.map { exp($0 - largest) / total }
      let a = places.map { sum($0) { abs(q[$0] * k[$1]) } / d.squareRoot() }.max() ?? 0
      let b = places.map { sum($0) { abs(dy[$0] * v[$1]) } }
      let mean = zip(p, b).reduce(0) { $0 + $1.0 * $1.1 }
      // A hundredth for what is of higher order.
      let rho = 1.01 * (4 * ((d + 6) * u * a + 1e-7) + terms * u)
      for (j, place) in places.enumerated() {
        let error = rho * p[j] + 1e-38
        let slope = error * (b[j] + mean) / d.squareRoot()
        for c in 0..<g.width {
          result[i + c] += error * abs(v[place + c])
          value[place + c] += error * abs(dy[i + c])
          query[i + c] += slope * abs(k[place + c])
          key[place + c] += slope * abs(q[i + c])
        }
      }
    }
  }
}
