import TestSupport
import Testing

@testable import Tensors

/// Winograd's convolutions against the naive ones, on random shapes that the fast kernel takes.
///
/// The bound is a theorem, as for the direct ones: rounding errors are at most (n + 2)·u times the result that absolute
/// inputs have by absolute matrices, where n is the longest chain of roundings. Per axis these are 3 for Bᵀ, 4 for G (whose
/// constants are rounded themselves), 3 for Aᵀ; all maps act along two axes, and the sum over channels adds its length.
@Suite("Winograd's convolution against the naive one")
struct WinogradTests {
  static let transformRoundings = 2 * (3 + 4 + 3)

  /// Sizes that cut tiles off on each side, all paddings, and channels below, at and above a panel of columns.
  static let geometries: [ConvolutionGeometry] = {
    var generator = RandomGenerator(seed: 12)
    let sizes = [(1, 1), (5, 7), (4, 4), (27, 31), (7, 7), (8, 3)]
    var found = sizes.map { ConvolutionGeometry(2, $0.0, $0.1, 16, 32, kernel: (3, 3), padding: 1) }
    while found.count < 14 {
      let g = ConvolutionGeometry(
        1 + generator.integer(below: 3), 1 + generator.integer(below: 12), 1 + generator.integer(below: 12),
        16 * (1 + generator.integer(below: 2)), 16 * (1 + generator.integer(below: 3)), kernel: (3, 3),
        padding: generator.integer(below: 3))
      if g.height + 2 * g.padding >= 3, g.width + 2 * g.padding >= 3 { found.append(g) }
    }
    // More channels than one block, with so few tiles that the work is shared by panels, and with more.
    return found + [
      ConvolutionGeometry(3, 6, 6, 144, 80, kernel: (3, 3), padding: 1),
      ConvolutionGeometry(1, 9, 9, 144, 16, kernel: (3, 3), padding: 1),
      // A single vector of channels left over, by tiles and by panels.
      ConvolutionGeometry(2, 9, 9, 5 * lanes, 7 * lanes, kernel: (3, 3), padding: 1),
      ConvolutionGeometry(4, 5, 5, 11 * lanes, 13 * lanes, kernel: (3, 3), padding: 1),
      // A pixel more than the images that are multiplied as patches.
      ConvolutionGeometry(1, 3, 3, 64, 64, kernel: (3, 3), padding: 1),
      // Nothing but the margin, and no image at all.
      ConvolutionGeometry(2, 3, 0, 16, 16, kernel: (3, 3), padding: 2),
      ConvolutionGeometry(0, 8, 8, 16, 16, kernel: (3, 3), padding: 1),
      ConvolutionGeometry(0, 8, 8, 128, 128, kernel: (3, 3), padding: 1),
    ]
  }()

  @Test("The geometries are those that the fast kernel takes", arguments: geometries)
  func applies(_ g: ConvolutionGeometry) {
    #expect(WinogradConvolution.isWorthwhile(g) && !PatchConvolution.isWorthwhile(g))
  }

  @Test("conv2d", arguments: geometries)
  func convolution(_ g: ConvolutionGeometry) {
    let (x, w, b) = (random(g.inputShape, 1), random(g.weightShape, 2), random([g.outputs], 3))
    expectWithinBound(
      x.conv2d(w, bias: b, padding: g.padding), shape: g.outputShape, depth: g.inputs + Self.transformRoundings,
      NaiveKernels.convolve(g, exact(x), weight: exact(w), bias: exact(b)),
      sizes: NaiveKernels.winogradConvolve(
        g, magnitudes(x), weight: magnitudes(w), bias: magnitudes(b), by: .exact.magnitudes))
  }

  @Test("The gradient of the images", arguments: geometries)
  func adjoint(_ g: ConvolutionGeometry) {
    let (y, w, x) = (random(g.outputShape, 4), random(g.weightShape, 5), random(g.inputShape, 6).variable)
    let turned = ConvolutionGeometry(
      g.count, g.outputHeight, g.outputWidth, g.outputs, g.inputs, kernel: (3, 3), padding: 2 - g.padding)
    expectWithinBound(
      x.conv2d(w, padding: g.padding).gradients(from: y)[x], shape: g.inputShape,
      depth: g.outputs + Self.transformRoundings, NaiveKernels.convolveAdjoint(g, exact(y), weight: exact(w)),
      sizes: NaiveKernels.winogradConvolve(
        turned, magnitudes(y), weight: turnedAround(magnitudes(w), g), bias: [Double](repeating: 0, count: g.inputs),
        by: .exact.magnitudes))
  }

  @Test("The gradient of the weights", arguments: geometries)
  func weightGradient(_ g: ConvolutionGeometry) {
    let (x, y, w) = (random(g.inputShape, 7), random(g.outputShape, 8), random(g.weightShape, 9).variable)
    let tiles = g.count * ((g.outputHeight + 3) / 4) * ((g.outputWidth + 3) / 4)
    expectWithinBound(
      x.conv2d(w, padding: g.padding).gradients(from: y)[w], shape: g.weightShape,
      depth: tiles + Self.transformRoundings, NaiveKernels.convolveWeightGradient(g, exact(x), exact(y)),
      sizes: NaiveKernels.winogradWeightGradient(g, magnitudes(x), magnitudes(y), by: .exact.magnitudes))
  }

  @Test("The matrices give the convolution and its gradient", arguments: geometries.prefix(4))
  func identity(_ g: ConvolutionGeometry) {
    let (x, y, w) = (exact(random(g.inputShape, 1)), exact(random(g.outputShape, 2)), exact(random(g.weightShape, 3)))
    let bias = exact(random([g.outputs], 4))
    let convolved = NaiveKernels.winogradConvolve(g, x, weight: w, bias: bias, by: .exact)
    let gradient = NaiveKernels.winogradWeightGradient(g, x, y, by: .exact)
    // The largest sums have some thousand terms of about 1, of which Double keeps thirteen digits and more.
    let differences = { (a: [Double], b: [Double]) in zip(a, b).map { abs($0 - $1) } }
    #expect(differences(convolved, NaiveKernels.convolve(g, x, weight: w, bias: bias)).allSatisfy { $0 < 1e-10 })
    #expect(differences(gradient, NaiveKernels.convolveWeightGradient(g, x, y)).allSatisfy { $0 < 1e-10 })
  }

  /// What it costs: the digits that Winograd's transforms lose, as the largest error over the largest result. 2 to 7
  /// millionths were measured where the direct sum has about 1; a wrong constant costs thousands of times more.
  @Test("The error is some millionths of the largest result")
  func typicalError() {
    let g = ConvolutionGeometry(2, 28, 28, 64, 32, kernel: (3, 3), padding: 1)
    let (x, w) = (random(g.inputShape, 1), random(g.weightShape, 2))
    let expected = NaiveKernels.convolve(g, exact(x), weight: exact(w))
    let error = zip(exact(x.conv2d(w, padding: 1)), expected).map { abs($0 - $1) }.max() ?? .infinity
    let largest = expected.map { abs($0) }.max() ?? 0
    #expect(error < 1e-5 * largest, "the error is \(error / largest) of the largest result")
  }

  /// The kernel turned by half a turn, its channels exchanged.
  private func turnedAround(_ w: [Double], _ g: ConvolutionGeometry) -> [Double] {
    var turned = w
    for tap in 0..<9 {
      for c in 0..<g.inputs {
        for o in 0..<g.outputs {
          turned[((8 - tap) * g.outputs + o) * g.inputs + c] = w[(tap * g.inputs + c) * g.outputs + o]
        }
      }
    }
    return turned
  }
}
