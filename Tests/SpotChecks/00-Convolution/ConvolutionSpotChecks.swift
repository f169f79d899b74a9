import Convolution
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 0 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 0")
struct ConvolutionSpotChecks {
  /// Images, a kernel's weights and how it moves, all unequal.
  private func draw(
    _ check: inout SpotCheck
  ) -> (x: Tensor, weight: Tensor, stride: Int, padding: Int, kernel: (height: Int, width: Int)) {
    let kernel = (height: check.integer(2...4), width: check.integer(1...3))
    let (inputs, outputs) = (check.integer(1...3), check.integer(2...5))
    let images = check.normal([2, check.integer(6...8), check.integer(4...5), inputs])
    let weight = check.normal([kernel.height, kernel.width, inputs, outputs])
    return (images, weight, check.integer(1...3), check.integer(0...2), kernel)
  }

  @Test("0.1") func exercise0_1() throws {
    try SpotCheck.run("0.1") { check in
      for _ in 0..<20 {
        let (input, kernel) = (check.integer(1...40), check.integer(1...7))
        let (stride, padding) = (check.integer(1...4), check.integer(0...3))
        check.add(Double(convolutionOutputSize(input: input, kernel: kernel, stride: stride, padding: padding)))
        // No more padding than the kernel leaves room for, so that there is a result.
        let size = transposedConvolutionOutputSize(
          input: input, kernel: kernel + 6, stride: stride, padding: padding,
          outputPadding: stride > 1 ? check.integer(0...stride - 1) : 0)
        check.add(Double(size))
      }
    }
  }

  @Test("0.2") func exercise0_2() throws {
    try SpotCheck.run("0.2") { check in
      let (x, weight, stride, padding, _) = draw(&check)
      try check.add(naiveConvolution(x, weight: weight, stride: stride, padding: padding))
    }
  }

  @Test("0.3") func exercise0_3() throws {
    try SpotCheck.run("0.3") { check in
      let (x, _, stride, padding, kernel) = draw(&check)
      let weight = check.normal([kernel.height, kernel.width, x.shape[3], check.integer(7...12)])
      for vector in packedWeight(weight.scalars, outputs: weight.shape[3]).suffix(4) {
        for lane in 0..<8 { check.add(Double(vector[lane])) }
      }
      try check.add(vectorConvolution(x, weight: weight, stride: stride, padding: padding))
    }
  }

  @Test("0.4") func exercise0_4() throws {
    try SpotCheck.run("0.4") { check in
      let (stride, padding) = (check.integer(1...3), check.integer(0...1))
      let y = check.normal([2, check.integer(3...4), check.integer(2...5), 3])
      let weight = check.normal([check.integer(3...4), check.integer(3...4), 2, 3])
      try check.add(
        transposedConvolution(
          y, weight: weight, stride: stride, padding: padding, outputPadding: check.integer(0...stride - 1)))
    }
  }

  @Test("0.5") func exercise0_5() throws {
    try SpotCheck.run("0.5") { check in
      let (x, weight, stride, padding, kernel) = draw(&check)
      let upstream = check.normal(x.conv2d(weight, stride: stride, padding: padding).shape)
      try check.add(
        convolutionWeightGradient(of: x, upstream: upstream, kernel: kernel, stride: stride, padding: padding))
      try check.add(convolutionBiasGradient(upstream: upstream))
    }
  }

  @Test("0.6") func exercise0_6() throws {
    try SpotCheck.run("0.6") { check in
      let (x, weight, stride, padding, kernel) = draw(&check)
      try check.add(patches(of: x.sliced(axis: 0, 1..<2), kernel: kernel, stride: stride, padding: padding))
      try check.add(patchConvolution(x, weight: weight, stride: stride, padding: padding))
    }
  }
}
