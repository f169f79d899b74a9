import RealModule
import Tensors

/// Numbers as waves: what tells the network which timestep it is looking at (Vaswani et al. 2017, section 3.5).
///
/// A row for each timestep t, all sines first, then all cosines, where `half` = `width` / 2:
///
///     [ sin(t·f_0), sin(t·f_1), …, sin(t·f_{half−1}),  cos(t·f_0), cos(t·f_1), …, cos(t·f_{half−1}) ]
///     f_i = 10000^(−i / half)
///
/// The frequencies fall from 1, which tells neighboring timesteps apart, to nearly 1/10000, which tells early from late.
/// Angles grow with t, so they are computed in Double, and each sine and cosine is rounded to Float once: RealModule has
/// `Double.pow`, `Double.sin` and `Double.cos`. `Tensor(elements, shape: shape)` makes a tensor of an array of `Float`, row
/// after row.
///
/// Other networks have other conventions: the cosines first (diffusers), or i / (half − 1) in the exponent (report
/// 003). Weights that were trained with one do not fit another.
///
/// - Parameters:
///   - timesteps: One for each image.
///   - width: How many numbers each becomes; positive and even.
/// - Returns: `[count, width]`; faulty where the width is not positive and even.
public func sinusoidalEmbedding(_ timesteps: [Int], width: Int) -> Tensor {
  guard width > 0, width.isMultiple(of: 2) else {
    return Tensor(fault: Fault("sinusoidalEmbedding: the width is \(width), but must be positive and even"))
  }
  // BEGIN SOLUTION 3.1
  let half = width / 2
  let frequencies = (0..<half).map { Double.pow(10_000, -Double($0) / Double(half)) }
  let rows = timesteps.map { t in
    let angles = frequencies.map { Double(t) * $0 }
    return angles.map { Float(.sin($0)) } + angles.map { Float(.cos($0)) }
  }
  return Tensor(rows.flatMap { $0 }, shape: [timesteps.count, width])
  // END SOLUTION
}
