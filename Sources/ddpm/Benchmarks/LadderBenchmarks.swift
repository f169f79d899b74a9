import Tensors

extension Benchmark {
  /// One convolution by each rung of the ladder, on one thread, and what the arithmetic units could do at best.
  static var ladder: [Benchmark] {
    let g = ConvolutionGeometry(
      count: 4, height: 28, width: 28, inputs: 64, outputs: 64, kernelHeight: 3, kernelWidth: 3, stride: 1, padding: 1,
      groups: 1)
    let amount = 2e-9 * Double(9 * g.inputs * g.outputShape.elementCount)
    let rungs = ConvolutionLadder.allCases.map { rung in
      Benchmark(name: "ladder/\(rung)", amount: amount, unit: .gigaflops, threads: 1) {
        var generator = RandomGenerator(seed: 0)
        let x = Tensor.normal(g.inputShape, using: &generator)
        let weight = Tensor.normal(g.weightShape, using: &generator)
        return { _ = rung.convolve(g, x, weight: weight) }
      }
    }
    let rounds = 1_000_000
    let peak = Benchmark(
      name: "ladder/peak", amount: Double(rounds * ConvolutionLadder.operationsPerRound) * 1e-9, unit: .gigaflops,
      threads: 1
    ) {
      var results: [Float] = []
      return { results.append(ConvolutionLadder.multiplyAdds(rounds: rounds)) }
    }
    return rungs + [peak]
  }
}
