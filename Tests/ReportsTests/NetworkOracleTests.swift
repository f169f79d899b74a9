import Datasets
import Learning
import Reports
import Tensors
import TestSupport
import Testing

/// Each network of the reports agrees with its twin in PyTorch (for report 002, with diffusers itself): what every layer
/// returns, the output and all gradients, with the same weights.
///
/// The twins compute in Double. A result here is a chain of some hundred sums in Float, each wrong by about 1e-7 of its terms,
/// which normalizations of a few numbers enlarge. Of an output 3.4e-5 of its largest number is the most that was measured, of
/// what a layer returns 1.9e-5 of its root mean square, of a gradient, whose way is twice as long, 2.2e-4 of its own largest
/// number, of one that cancels to 0 3.5e-7 of the largest of all. About three times as much is allowed; a wrong layer is off by
/// a hundredth and more.
@Suite("The networks against PyTorch", .onWrittenNetworks)
struct NetworkOracleTests {
  private static let tolerance: Float = 1e-4
  private static let gradientTolerance = 6e-4
  private static let cancellation = 1e-6

  private let fixture: Fixture

  init() throws { fixture = try Fixture(named: "reports") }

  /// A network at the widths of its fixture.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let configuration: any NetworkConfiguration
    let labels: Labels
    var testDescription: String { name }

    static let all = [
      Case(
        name: "shuffleUNet",
        configuration: ShuffleUNet.Configuration(baseWidth: 4, timeWidth: 6, timesteps: 10, classCount: 5),
        labels: .classes([4, 1])),
      Case(
        name: "transformerUNet",
        configuration: TransformerUNet.Configuration(
          baseWidth: 8, widthMultipliers: [1, 2], groups: 4, heads: 2, contextWidth: 6, classCount: 5),
        labels: .classes([4, 1])),
      Case(
        name: "diffusersUNet",
        configuration: DiffusersUNet.Configuration(
          widths: [8, 16], attentionLevels: [1], blocksPerLevel: 1, headWidth: 4, groups: 4, classCount: 5),
        labels: .sets([[0, 3], []])),
      Case(
        name: "diffusersUNet-tokens",
        configuration: DiffusersUNet.Configuration(
          widths: [4, 4, 8], attentionLevels: [2], blocksPerLevel: 1, headWidth: 4, groups: 2, classCount: 5,
          scalesChannels: true, labelTokens: 3),
        labels: .sets([[0, 3], []])),
      Case(
        name: "cifarUNet",
        configuration: CIFARUNet.Configuration(
          inputWidth: 4, downWidths: [8, 8], bottleneckWidths: [12, 8], upWidths: [8, 4], hasLastAttention: false,
          timeWidth: 6, heads: 2, classCount: 5),
        labels: .classes([4, 1])),
      Case(
        name: "convolutionalDenoiser", configuration: ConvolutionalDenoiser.Configuration(baseWidth: 2, timeWidth: 6),
        labels: .none),
    ]
  }

  @Test("Every layer, the output and all gradients", arguments: Case.all)
  func training(example: Case) throws {
    var generator = RandomGenerator(seed: 0)
    let network = example.configuration.makeNetwork(using: &generator)
    try load(network, from: example.name)
    let timesteps = fixture.integers("\(example.name)/timesteps")
    let x = fixture["\(example.name)/training.x"].variable
    try compare(network, example.name, "training", inputs: ["x": x]) {
      network(x, at: timesteps, given: example.labels)
    }
    try compareEvaluation(network, example.name) { network($0, at: timesteps, given: example.labels) }
  }

  @Test("The two networks of the game")
  func game() throws {
    var generator = RandomGenerator(seed: 0)
    let gan = DCGAN(
      .init(latentWidth: 3, generatorWidths: [6, 4], discriminatorWidths: [4, 6], classCount: 5, labelWidth: 2),
      using: &generator)
    try load(gan, from: "game")
    let labels = Labels.classes([4, 1, 0])
    let images = fixture["game/discriminator.images"].variable
    try compare(gan, "game", "discriminator", inputs: ["images": images]) { gan.discriminate(images, given: labels) }
    let latents = fixture["game/both.latents"].variable
    try compare(gan, "game", "both", inputs: ["latents": latents]) {
      gan.discriminate(gan.generate(latents, given: labels), given: labels)
    }
    compareStatistics(gan, "game")
    gan.setTraining(false)
    expectClose(
      gan.generate(fixture["game/evaluation.latents"], given: .classes([4, 1])), fixture["game/evaluation.output"],
      "images drawn in evaluation", tolerance: Self.tolerance)
  }

  // MARK: Comparisons

  private func load(_ network: some Layer, from name: String) throws {
    let prefix = "parameter."
    let parameters = fixture.tensors(of: name).filter { $0.key.hasPrefix(prefix) }
    var state = network.state
    for (key, value) in parameters { state[String(key.dropFirst(prefix.count))] = value }
    try network.load(state)
    #expect(parameters.count == network.parameters.count, "the twin has other parameters")
  }

  private func compare(
    _ network: some Layer, _ name: String, _ pass: String, inputs: [String: Tensor], _ forward: () -> Tensor
  ) throws {
    let (output, layers) = LayerTrace.record(network, forward)
    compare(layers, name, pass)
    expectClose(
      output, fixture["\(name)/\(pass).output"], "the output of \(name), \(pass)", tolerance: Self.tolerance)
    let gradients = output.gradients(from: fixture["\(name)/\(pass).upstream"])
    for (key, input) in inputs {
      expectClose(
        try #require(gradients[input]), fixture["\(name)/\(pass).grad.\(key)"],
        "the gradient of \(key) of \(name), \(pass)",
        tolerance: Float(Self.gradientTolerance))
    }
    let largest = Double(network.parameters.compactMap { gradients[$0.parameter]?.abs().scalars.max() }.max() ?? 0)
    for (path, parameter) in network.parameters {
      let expected = fixture["\(name)/\(pass).grad.\(path)"]
      guard let gradient = gradients[parameter] else {
        #expect(expected.fault != nil, "\(path) of \(name) takes no part in \(pass), but it does in PyTorch")
        continue
      }
      guard expected.fault == nil else {
        Issue.record("\(path) of \(name) takes part in \(pass), but it does not in PyTorch")
        continue
      }
      let difference = Double((gradient - expected).abs().scalars.max() ?? .nan)
      let size = Double(expected.abs().scalars.max() ?? 0)
      // A bias before a batch normalization changes nothing: its gradient is 0 but for what is left of sums that cancel, of the
      // twin's in Double nothing.
      let allowed = size < 1e-9 * largest ? Self.cancellation * largest : Self.gradientTolerance * size
      #expect(
        difference <= allowed,
        """
        the gradient of \(path) of \(name), \(pass), differs by \(difference), where its largest number is \(size) and \
        \(allowed) is allowed
        """)
    }
  }

  /// Says in which layer the two first differ. The fixture holds of each layer's output the root mean square and two sums
  /// weighted by position, so that numbers in the wrong places are found too.
  private func compare(_ layers: [LayerTrace.Entry], _ name: String, _ pass: String) {
    let expected = (fixture.settings["\(name)/\(pass).layers"] ?? "").split(separator: " ").map(String.init)
    #expect(layers.map(\.path).sorted() == expected.sorted(), "\(name) calls other layers than its twin")
    let digests = fixture["\(name)/\(pass).digests"]
    // Where two do not depend on each other, either may be called first.
    for layer in layers {
      guard let place = expected.firstIndex(of: layer.path) else { continue }
      let found = Self.digest(layer.output)
      let wanted = (0..<3).map { Double(digests[place, $0]) }
      if !zip(found, wanted).allSatisfy({ abs($0 - $1) <= Double(Self.tolerance) * wanted[0] }) {
        Issue.record(
          """
          \(name) first differs from its twin in \(layer.path): root mean square and two sums weighted by position are \
          \(found), not \(wanted)
          """)
        return
      }
    }
  }

  /// As `reports.py` computes it.
  private static func digest(_ output: Tensor) -> [Double] {
    let numbers = output.scalars.map(Double.init)
    let count = Double(numbers.count)
    let sums = [0.6180339887498949, 1.4142135623730951].map { step in
      zip(1..., numbers).reduce(0) { sum, number in
        let angle = Double(number.0) * step
        return sum + number.1 * (2 * (angle - angle.rounded(.down)) - 1)
      }
    }
    return [(numbers.reduce(0) { $0 + $1 * $1 } / count).squareRoot()] + sums.map { $0 / count.squareRoot() }
  }

  private func compareStatistics(_ network: some Layer, _ name: String) {
    let state = network.state
    for (key, expected) in fixture.tensors(of: name) where key.hasPrefix("after.") {
      let path = String(key.dropFirst("after.".count))
      expectClose(
        state[path] ?? Tensor(fault: Fault("there is no \(path)")), expected, "the statistic \(path) of \(name)",
        tolerance: Self.tolerance)
    }
  }

  private func compareEvaluation(_ network: some Layer, _ name: String, _ forward: (Tensor) -> Tensor) throws {
    let x = fixture["\(name)/evaluation.x"]
    guard x.fault == nil else { return }
    compareStatistics(network, name)
    network.setTraining(false)
    expectClose(
      forward(x), fixture["\(name)/evaluation.output"], "the output of \(name) in evaluation", tolerance: Self.tolerance
    )
  }
}
