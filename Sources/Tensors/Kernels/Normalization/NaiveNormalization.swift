extension NaiveKernels {
  /// y = (x − μ) / √(σ² + ε) · scale[c] + shift[c], with the mean μ and the population variance σ² of each group of channels
  /// of each image.
  ///
  /// - Parameters:
  ///   - x: Shape `[images, pixels, channels]`.
  ///   - groups: One is layer normalization over a whole image; as many as channels, instance normalization.
  @_specialize(where Scalar == Double)
  package static func groupNormalize<Scalar: BinaryFloatingPoint & Sendable>(
    _ x: [Scalar], images: Int, pixels: Int, channels: Int, groups: Int, scale: [Scalar], shift: [Scalar],
    epsilon: Scalar
  ) -> [Scalar] {
    var y = x
    let width = channels / groups
    for image in 0..<images {
      for group in 0..<groups {
        let members = (0..<(pixels * width)).map {
          (image * pixels + $0 / width) * channels + group * width + $0 % width
        }
        let mean = members.reduce(0) { $0 + x[$1] } / Scalar(members.count)
        let variance = members.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Scalar(members.count)
        for index in members {
          y[index] =
            (x[index] - mean) / (variance + epsilon).squareRoot() * scale[index % channels]
            + shift[index % channels]
        }
      }
    }
    return y
  }
}
