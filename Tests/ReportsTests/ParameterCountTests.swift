import Datasets
import Learning
import Reports
import Tensors
import Testing
import UNetUpsampling

/// The number of parameters of a network at full size, and of each of a game's, is that of the reports.
@Suite("Parameter counts")
struct ParameterCountTests {
  private func count(_ configuration: some NetworkConfiguration) -> Int {
    var generator = RandomGenerator(seed: 0)
    let network = configuration.makeNetwork(using: &generator)
    let count = network.parameterCount
    // What is said before the network is made must be of the right size: it decides whether to make it at all.
    let estimate = configuration.approximateParameterCount
    #expect(
      (0.5...2).contains(estimate / Double(count)), "about \(estimate) parameters are announced, but there are \(count)"
    )
    return count
  }

  @Test("Report 000: 1,084,897, less with fewer timesteps, 2,560 more with labels")
  func assignment2() {
    #expect(count(ShuffleUNet.Configuration()) == 1_084_897)
    #expect(count(ShuffleUNet.Configuration(timesteps: 100)) == 854_497)
    #expect(count(ShuffleUNet.Configuration(timesteps: 10)) == 831_457)
    #expect(count(ShuffleUNet.Configuration(classCount: 10)) == 1_084_897 + 2560)
  }

  @Test("Report 001: 17,951,747")
  func cvpdl() { #expect(count(UNet.Configuration()) == 17_951_747) }

  @Test("Report 002: 113,673,219 of diffusers and 12,800 of the labels' layer")
  func lab6() { #expect(count(DiffusersUNet.Configuration()) == 113_673_219 + 12_800) }

  @Test("Report 003: 7,630,721")
  func cs771() { #expect(count(TransformerUNet.Configuration()) == 7_630_721) }

  @Test("Report 004's U-Nets: 23,332,739 (the report prints …729), 16,062,083, 4,268,419, 3,062,531")
  func cifar() {
    #expect(count(CIFARUNet.Configuration.threeBlocks) == 23_332_739)
    #expect(count(CIFARUNet.Configuration.twoBlocks) == 16_062_083)
    #expect(count(CIFARUNet.Configuration.halfChannels) == 4_268_419)
    #expect(count(CIFARUNet.Configuration.small) == 3_062_531)
    var conditional = CIFARUNet.Configuration.threeBlocks
    conditional.classCount = 10
    #expect(count(conditional) == 23_335_299)
  }

  /// The report does not say how many its denoiser without skips has; the sum over its layers is this.
  @Test("Report 004's convolutions and transposed convolutions: 4,072,899")
  func convolutional() {
    #expect(count(ConvolutionalDenoiser.Configuration()) == 4_072_899)
  }

  private func counts(_ configuration: DCGAN.Configuration) -> (generator: Int, discriminator: Int) {
    var generator = RandomGenerator(seed: 0)
    let gan = DCGAN(configuration, using: &generator)
    func sum(_ parameters: [(path: String, parameter: Parameter)]) -> Int {
      parameters.reduce(0) { $0 + $1.parameter.value.shape.elementCount }
    }
    return (sum(gan.generatorParameters), sum(gan.discriminatorParameters))
  }

  @Test(
    "Report 004's games: 1,183,616 + 663,296, the modified generator 1,839,232, the pair with labels 1,880,292 + 673,636"
  )
  func games() {
    #expect(counts(DCGAN.Configuration()) == (1_183_616, 663_296))
    #expect(counts(DCGAN.Configuration(generatorWidths: [256, 256, 64])) == (1_839_232, 663_296))
    #expect(counts(DCGAN.Configuration(generatorWidths: [256, 256, 64], classCount: 10)) == (1_880_292, 673_636))
  }
}
