import Tensors

extension Benchmark {
  /// The three directions of each convolution, on 32 images.
  static var convolutions: [Benchmark] {
    let geometries = [
      geometry(1, 32, side: 28), geometry(32, 32, side: 28), geometry(64, 64, side: 28), geometry(64, 64, side: 14),
      geometry(128, 128, side: 14), geometry(128, 128, side: 7), geometry(256, 256, side: 7),
      geometry(32, 1, side: 28), geometry(32, 64, side: 28, stride: 2), geometry(64, 64, side: 14, stride: 2),
      geometry(64, 32, side: 28, kernel: 1), geometry(128, 64, side: 14, kernel: 1),
      geometry(64, 64, side: 28, groups: 64),
    ]
    return geometries.flatMap { [forward($0), inputGradient($0), weightGradient($0)] }
  }

  private static func forward(_ g: ConvolutionGeometry) -> Benchmark {
    Benchmark(name: name(g) + "/forward", amount: gigaflops(g), unit: .gigaflops) {
      let (x, weight, _) = operands(g)
      return { _ = x.conv2d(weight, stride: g.stride, padding: g.padding, groups: g.groups) }
    }
  }

  private static func inputGradient(_ g: ConvolutionGeometry) -> Benchmark {
    Benchmark(name: name(g) + "/input-gradient", amount: gigaflops(g), unit: .gigaflops) {
      let (x, weight, upstream) = operands(g)
      let y = x.variable.conv2d(weight, stride: g.stride, padding: g.padding, groups: g.groups)
      return { _ = y.gradients(from: upstream) }
    }
  }

  private static func weightGradient(_ g: ConvolutionGeometry) -> Benchmark {
    Benchmark(name: name(g) + "/weight-gradient", amount: gigaflops(g), unit: .gigaflops) {
      let (x, weight, upstream) = operands(g)
      let y = x.conv2d(weight.variable, stride: g.stride, padding: g.padding, groups: g.groups)
      return { _ = y.gradients(from: upstream) }
    }
  }

  // MARK: Sizes

  private static func geometry(
    _ inputs: Int, _ outputs: Int, side: Int, kernel: Int = 3, stride: Int = 1, groups: Int = 1, count: Int = 32
  ) -> ConvolutionGeometry {
    ConvolutionGeometry(
      count: count, height: side, width: side, inputs: inputs, outputs: outputs, kernelHeight: kernel,
      kernelWidth: kernel, stride: stride, padding: kernel / 2, groups: groups)
  }

  private static func name(_ g: ConvolutionGeometry) -> String {
    var kind = "\(g.kernelHeight)x\(g.kernelWidth)"
    if g.stride > 1 { kind += "-stride\(g.stride)" }
    if g.groups > 1 { kind += "-depthwise" }
    return "conv/\(kind)/\(g.inputs)-\(g.outputs)/\(g.height)"
  }

  /// The operations of the direct convolution, its products with the padding included; the same for every direction.
  private static func gigaflops(_ g: ConvolutionGeometry) -> Double {
    2e-9 * Double(g.kernelHeight * g.kernelWidth * g.inputsPerGroup * g.outputShape.elementCount)
  }

  private static func operands(_ g: ConvolutionGeometry) -> (x: Tensor, weight: Tensor, upstream: Tensor) {
    var generator = RandomGenerator(seed: 0)
    return (
      Tensor.normal(g.inputShape, using: &generator), Tensor.normal(g.weightShape, using: &generator),
      Tensor.normal(g.outputShape, using: &generator)
    )
  }
}
