import Reports
import Tensors
import Testing

@testable import Conditioning
@testable import Reports

/// Report 003 tells its network the label by cross-attention over one token, over which a softmax is 1.
@Suite("Cross-attention over one token", .onWrittenNetworks)
struct OneTokenTests {
  private let network: TransformerUNet
  private let images: Tensor

  init() {
    var generator = RandomGenerator(seed: 4)
    network = TransformerUNet(
      .init(baseWidth: 8, widthMultipliers: [1, 2], groups: 4, heads: 2, contextWidth: 6), using: &generator)
    images = .normal([2, 8, 8, 1], using: &generator)
  }

  @Test("It is W_o (W_v c + b_v) + b_o at every pixel")
  func constant() throws {
    var generator = RandomGenerator(seed: 5)
    let attention = CrossAttention(channels: 8, contextWidth: 6, heads: 2, using: &generator)
    let context = Tensor.normal([2, 1, 6], using: &generator)
    let answer = try attention(.normal([2, 3, 3, 8], using: &generator), context: context).checked()
    let expected = attention.output(attention.value(context)).reshaped([2, 1, 1, 8]).broadcast(to: answer.shape)
    let difference = (answer - expected).abs().scalars.max() ?? .nan
    // Numbers of about 1 with some ten roundings of 6e-8.
    #expect(difference < 1e-6, "it depends on the pixel: by \(difference)")
  }

  @Test("Queries, keys and the norm before them have no gradient")
  func idle() throws {
    var generator = RandomGenerator(seed: 6)
    let answer = try network(images, at: [3, 70], given: .classes([1, 7])).checked()
    let gradients = answer.gradients(from: .normal(answer.shape, using: &generator))
    for (path, parameter) in network.parameters
    where path.contains("transformer.crossAttention.key")
      || path.contains("transformer.crossAttention.query") || path.contains("transformer.norm2")
    {
      let largest = gradients[parameter].map { $0.abs().scalars.max() ?? 0 } ?? 0
      // The softmax's derivative is p − p², exactly 0 for p = 1.
      #expect(largest == 0, "\(path) has a gradient of \(largest)")
    }
  }

  @Test("In the report's network these are 241,408 parameters")
  func idleCount() {
    var generator = RandomGenerator(seed: 0)
    let network = TransformerUNet(.init(), using: &generator)
    let idle = network.parameters.filter { path, _ in
      ["crossAttention.query", "crossAttention.key", "norm2"].contains { part in path.contains("transformer.\(part)") }
    }
    #expect(idle.reduce(0) { $0 + $1.parameter.value.shape.elementCount } == 241_408)
  }
}
