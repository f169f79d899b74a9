import Tensors

extension Benchmark {
  /// Group normalization and SiLU, which come one after the other all over the U-Net, on 64 images; the backward direction
  /// gives the gradients of the images, the scale and the shift.
  static var normalizations: [Benchmark] {
    [(32, 28), (64, 14), (128, 7)].flatMap { channels, side in
      let operands = {
        var generator = RandomGenerator(seed: 0)
        let shape: Shape = [64, side, side, channels]
        return (
          x: Tensor.normal(shape, using: &generator), scale: Tensor.normal([channels], using: &generator),
          shift: Tensor.normal([channels], using: &generator), upstream: Tensor.normal(shape, using: &generator)
        )
      }
      let name = "groupnorm-silu/\(channels)/\(side)"
      return [
        Benchmark(name: name + "/forward", amount: 64, unit: .images) {
          let (x, scale, shift, _) = operands()
          return { _ = x.groupNormalized(groups: 8, scale: scale, shift: shift).silu() }
        },
        Benchmark(name: name + "/backward", amount: 64, unit: .images) {
          let (x, scale, shift, upstream) = operands()
          let y = x.variable.groupNormalized(groups: 8, scale: scale.variable, shift: shift.variable).silu()
          return { _ = y.gradients(from: upstream) }
        },
      ]
    }
  }

  /// Attention of the 256 pixels of 16 × 16 to each other, with 64 channels in 4 heads, on 16 images.
  static var attentions: [Benchmark] {
    let operands = {
      var generator = RandomGenerator(seed: 0)
      return (0..<4).map { _ in Tensor.normal([16, 256, 64], using: &generator) }
    }
    return [
      Benchmark(name: "attention/64/16/forward", amount: 16, unit: .images) {
        let x = operands()
        return { _ = attention(query: x[0], key: x[1], value: x[2], heads: 4) }
      },
      Benchmark(name: "attention/64/16/both-directions", amount: 16, unit: .images) {
        let x = operands()
        let (query, key, value) = (x[0].variable, x[1].variable, x[2].variable)
        return { _ = attention(query: query, key: key, value: value, heads: 4).gradients(from: x[3]) }
      },
    ]
  }
}
