import Conditioning
import Datasets
import Learning
import Reports
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// What holds of every network of the reports, tried on its miniature.
@Suite("Every network", .onWrittenNetworks)
struct NetworkShapeTests {
  /// A network as small as it can be, and the labels of two images that it knows.
  struct Case: CustomTestStringConvertible, Sendable {
    let configuration: any NetworkConfiguration
    let labels: Labels
    var testDescription: String { "\(type(of: configuration)) with \(labels)" }

    init(_ configuration: any NetworkConfiguration, _ labels: Labels = .none) {
      self.configuration = configuration.miniature
      self.labels = labels
    }

    func makeNetwork() -> any Denoiser {
      var generator = RandomGenerator(seed: 1)
      return configuration.makeNetwork(using: &generator)
    }

    static let all = [
      Case(UNet.Configuration()), Case(ShuffleUNet.Configuration()),
      Case(ShuffleUNet.Configuration(classCount: 10), .classes([3, 9])),
      Case(DiffusersUNet.Configuration(classCount: nil)),
      Case(DiffusersUNet.Configuration(), .sets([[], [1, 23]])),
      Case(DiffusersUNet.Configuration(scalesChannels: true, labelTokens: 3), .sets([[], [1, 23]])),
      Case(TransformerUNet.Configuration(), .classes([0, 9])),
      Case(CIFARUNet.Configuration.threeBlocks), Case(CIFARUNet.Configuration.small),
      Case(ConvolutionalDenoiser.Configuration()),
      Case(LabeledUNet.Configuration(baseWidth: 8, imageChannels: 1, classCount: 11), .classes([10, 3])),
    ]
  }

  private func images(_ configuration: any NetworkConfiguration, count: Int = 2) -> Tensor {
    var generator = RandomGenerator(seed: 2)
    return .normal([count, 16, 16, configuration.imageChannels], using: &generator)
  }

  @Test("The answer has the images' shape, and every parameter has a gradient", arguments: Case.all)
  func gradients(example: Case) throws {
    let network = example.makeNetwork()
    let x = images(example.configuration)
    // Of a transformer over one token, queries, keys and the norm before them have no effect.
    // A batch normalization takes away what the bias before it adds, and what a shift before its convolution does.
    let idle = ["transformer.crossAttention.query", "transformer.crossAttention.key", "transformer.norm2"]
    let answer = try network(x, at: [1, 3], given: example.labels).checked()
    #expect(answer.shape == x.shape)
    var generator = RandomGenerator(seed: 3)
    let gradients = answer.gradients(from: .normal(answer.shape, using: &generator))
    for (path, parameter) in network.parameters {
      let gradient = try #require(gradients[parameter], "\(path) takes no part")
      let isIdle =
        example.configuration is ShuffleUNet.Configuration
        ? path.hasSuffix("conv.bias") || (path.contains("depthwise") && path.hasSuffix("norm.shift"))
        : idle.contains { path.contains($0) }
      if !isIdle { #expect(gradient.scalars.contains { $0 != 0 }, "\(path) has the gradient 0 everywhere") }
    }
  }

  @Test("Time and labels change the answer", arguments: Case.all)
  func conditions(example: Case) throws {
    let network = example.makeNetwork()
    network.setTraining(false)
    let x = images(example.configuration)
    let answer = try network(x, at: [1, 3], given: example.labels).checked()
    #expect(
      try network(x, at: [2, 0], given: example.labels).checked() != answer, "the network does not hear of the time")
    let others: Labels
    switch example.labels {
    case .none: return
    case .classes(let classes): others = .classes(classes.map { ($0 + 1) % 10 })
    case .sets(let sets): others = .sets(sets.map { $0 + [7] })
    }
    #expect(try network(x, at: [1, 3], given: others).checked() != answer, "the network does not hear of the labels")
  }

  @Test("An image's answer does not depend on its company in evaluation", arguments: Case.all)
  func company(example: Case) throws {
    let network = example.makeNetwork()
    network.setTraining(false)
    let x = images(example.configuration)
    let together = try network(x, at: [1, 3], given: example.labels).checked()
    let labels: Labels =
      switch example.labels {
      case .none: .none
      case .classes(let classes): .classes([classes[1]])
      case .sets(let sets): .sets([sets[1]])
      }
    let alone = try network(x.sliced(axis: 0, 1..<2), at: [3], given: labels).checked()
    let difference = (together.sliced(axis: 0, 1..<2) - alone).abs().scalars.max() ?? .nan
    // Sums are the same numbers in the same order, except that kernels for few rows may add in another one.
    #expect(difference < 1e-4, "it differs by \(difference)")
  }

  @Test("An image with more labels than there are tokens is a fault; the order of its labels changes nothing")
  func labelTokens() throws {
    let configuration = Case(DiffusersUNet.Configuration(labelTokens: 2)).configuration
    let network = Case(configuration).makeNetwork()
    let x = images(configuration, count: 1)
    #expect(
      network(x, at: [1], given: .sets([[1, 5, 9]])).fault?.reason
        == "3 labels of one image, where the network has been made for 2 at most")
    let (one, other) = (network(x, at: [1], given: .sets([[1, 5]])), network(x, at: [1], given: .sets([[5, 1]])))
    expectClose(one, try other.checked(), "labels in another order", tolerance: 1e-5)
  }

  @Test("What does not fit together is a fault, not a crash", arguments: Case.all)
  func misfits(example: Case) {
    let network = example.makeNetwork()
    let x = images(example.configuration)
    #expect(network(x, at: [1], given: example.labels).fault != nil, "one timestep for two images")
    #expect(network(.zeros([2, 16]), at: [1, 3], given: example.labels).fault != nil, "rows are no images")
    #expect(network(.zeros([2, 16, 16, 2]), at: [1, 3], given: example.labels).fault != nil, "two channels")
    let fault = Fault("from before")
    #expect(network(Tensor(fault: fault), at: [1, 3], given: example.labels).fault == fault, "a fault is passed on")
    if example.labels == .none {
      #expect(network(x, at: [1, 3], given: .classes([1, 2])).fault != nil, "labels for a network without")
    } else {
      #expect(network(x, at: [1, 3], given: .none).fault != nil, "no labels for a network that needs them")
      #expect(network(x, at: [1, 3], given: .classes([1, 99])).fault != nil, "a label that there is not")
    }
  }

  @Test("A file's settings come back as they were", arguments: Case.all)
  func files(example: Case) throws {
    var recipe = Recipe(
      data: DataConfiguration(.synthetic, imageSide: 16, imageChannels: example.configuration.imageChannels),
      objective: .denoising(
        DenoisingConfiguration(
          network: Architecture(UNet.Configuration()), schedule: ScheduleConfiguration(.linear, timesteps: 4))),
      optimizer: OptimizerConfiguration(.adam, learningRate: 1e-3), batch: 2, steps: 2)
    recipe.objective.denoising?.network.configuration = example.configuration
    #expect(try Recipe(json: recipe.json, origin: "config.json") == recipe)
  }

  @Test("Impossible settings are named")
  func problems() {
    #expect(
      UNet.Configuration(baseWidth: 12).problem(imageSide: 28)
        == "baseWidth is 12, but must be a multiple of 8, the groups of the normalization")
    #expect(
      ShuffleUNet.Configuration(baseWidth: 6).problem(imageSide: 28)
        == "baseWidth is 6, but must be a multiple of 4: channels are halved twice")
    #expect(
      ShuffleUNet.Configuration().problem(imageSide: 30)
        == "imageSide is 30, but must be a multiple of 4: the network halves it 2 times")
    #expect(
      DiffusersUNet.Configuration(widths: [48]).problem(imageSide: 64)
        == "a width is 48, but must be even and a multiple of 32 groups and of heads of 8")
    #expect(
      DiffusersUNet.Configuration().problem(imageSide: 48)
        == "imageSide is 48, but must be a multiple of 32: the network halves it 5 times")
    #expect(
      DiffusersUNet.Configuration(classCount: nil, labelTokens: 3).problem(imageSide: 64)
        == "labelTokens is given, but there are no labels: classCount is not")
    #expect(
      TransformerUNet.Configuration(heads: 3).problem(imageSide: 28)
        == "baseWidth is 64, but must be even and a multiple of 8 groups and of 3 heads")
    #expect(
      TransformerUNet.Configuration(classCount: nil).problem(imageSide: 28)
        == "classCount is 0, but must be from 1 to 1000000")
    var cifar = CIFARUNet.Configuration.threeBlocks
    cifar.upWidths = [64]
    #expect(
      cifar.problem(imageSide: 32)
        == "there are 3 downWidths and 1 upWidths, but must be as many of one as of the other")
    #expect(
      DCGAN.Configuration(generatorWidths: [8, 8]).problem(imageSide: 32)
        == "2 generatorWidths and 3 discriminatorWidths are for images of 16 and 32 pixels, but imageSide is 32")
  }
}
