import Learning
import Tensors
import Testing

@Suite("Summary")
struct SummaryTests {
  private final class Block: Layer {
    let conv: Conv2d
    let norm = BatchNorm2d(channels: 16)

    init(from inputs: Int, using generator: inout RandomGenerator) {
      conv = Conv2d(from: inputs, to: 16, kernelSize: 3, hasBias: false, using: &generator)
    }
  }

  private final class Network: Layer {
    let token = Parameter(.zeros([4]))
    let blocks: [Block]
    let output: Linear

    init(using generator: inout RandomGenerator) {
      blocks = [Block(from: 1, using: &generator), Block(from: 16, using: &generator)]
      output = Linear(from: 16, to: 10, using: &generator)
    }
  }

  @Test func listsLayersWithTheirParameters() {
    var generator = RandomGenerator(seed: 1)
    #expect(
      Network(using: &generator).summary() == """
        layer          kind         shapes                      parameters
        .              Network      token [4]                            4
        blocks.0.conv  Conv2d       weight [3, 3, 1, 16]               144
        blocks.0.norm  BatchNorm2d  scale [16], shift [16]              32
        blocks.1.conv  Conv2d       weight [3, 3, 16, 16]            2,304
        blocks.1.norm  BatchNorm2d  scale [16], shift [16]              32
        output         Linear       weight [16, 10], bias [10]         170
        total          Network                                       2,686
        """)
  }

  @Test func addsUpWhatIsDeeper() {
    var generator = RandomGenerator(seed: 1)
    #expect(
      Network(using: &generator).summary(depth: 2) == """
        layer     kind     shapes                      parameters
        .         Network  token [4]                            4
        blocks.0  Block                                       176
        blocks.1  Block                                     2,336
        output    Linear   weight [16, 10], bias [10]         170
        total     Network                                   2,686
        """)
  }
}
