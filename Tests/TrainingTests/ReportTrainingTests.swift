import Foundation
import Images
import Learning
import Reports
import Sampling
import Tensors
import TestSupport
import Testing

@testable import Training

/// The system of each report, as narrow as it can be: trained, stopped, resumed and drawn with.
@Suite("The reports' systems", .serialized, .onWrittenReports)
struct ReportTrainingTests {
  /// A report with what was chosen of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    var variant: String?
    var isConditional = false
    var labelDropout: Double?

    var testDescription: String {
      ([name] + [variant, isConditional ? "with labels" : nil].compactMap { $0 }).joined(separator: " ")
    }

    static let all = [
      Case(name: "assignment2"), Case(name: "assignment2", isConditional: true, labelDropout: 0.5), Case(name: "cvpdl"),
      Case(name: "lab6", labelDropout: 0.5), Case(name: "cs771"), Case(name: "cifar-cats", variant: "half-channels"),
      Case(name: "cifar-cats", variant: "conv"), Case(name: "cifar-cats", isConditional: true), Case(name: "cifar-gan"),
      Case(name: "cifar-gan", isConditional: true),
    ]

    /// The recipe on images that need no download, six steps of four.
    func recipe(cifar: String) throws -> Recipe {
      var options = ReportOptions()
      options.scale = .small
      options.variant = variant
      options.isConditional = isConditional
      options.timesteps = 4
      options.labelDropout = labelDropout
      var recipe = try Report.named(name).recipe(options)
      if var denoising = recipe.objective.denoising {
        denoising.network.configuration = denoising.network.configuration.miniature
        recipe.objective.denoising = denoising
      }
      if var adversarial = recipe.objective.adversarial {
        adversarial.network = adversarial.network.miniature
        recipe.objective.adversarial = adversarial
      }
      if recipe.data.source == .cifar10 { recipe.data.path = cifar }
      if recipe.data.source == .scenes { recipe.data.imageSide = 16 }
      (recipe.batch, recipe.steps) = (4, 6)
      return recipe
    }
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    // Ten records of CIFAR-10, cats and frogs in turn, of pixels without meaning.
    var generator = RandomGenerator(seed: 9)
    let records = (0..<10).flatMap { number in
      [UInt8(number % 2 == 0 ? 3 : 6)] + (0..<3072).map { _ in UInt8(generator.integer(below: 256)) }
    }
    try Data(records).write(to: folder.file("data_batch_1.bin"))
  }

  @Test("A resumed training is the unbroken one, bit for bit", arguments: Case.all)
  func resuming(example: Case) throws {
    let recipe = try example.recipe(cifar: folder.url.path)
    let (unbroken, broken) = (folder.run("unbroken"), folder.run("broken"))
    #expect(try unbroken.train(recipe))
    #expect(try !broken.train(recipe, steps: 3))
    #expect(try broken.train())
    #expect(
      try Data(contentsOf: broken.checkpoint) == Data(contentsOf: unbroken.checkpoint),
      "something that decides the next step is not in the checkpoint")
    #expect(try Data(contentsOf: broken.model) == Data(contentsOf: unbroken.model))
    #expect(try broken.logEntries.map(\.loss) == unbroken.logEntries.map(\.loss))
    #expect(try broken.logEntries.map(\.generatorLoss) == unbroken.logEntries.map(\.generatorLoss))
  }

  @Test("A model's file draws images of its data's size, each by itself", arguments: Case.all)
  func drawing(example: Case) throws {
    let recipe = try example.recipe(cifar: folder.url.path)
    let run = folder.run("run")
    try run.train(recipe)
    let sampler = try ImageSampler(contentsOf: run.url.path)
    let labels = LabelChoice(sampler.recipe)
    let images = try sampler.images(0..<3, seed: 1, labels: labels)
    #expect(images.shape == [3, recipe.data.imageSide, recipe.data.imageSide, recipe.data.imageChannels])
    #expect(images.isFinite)
    #expect(
      try sampler.images(2..<3, seed: 1, labels: labels) == images.sliced(axis: 0, 2..<3),
      "an image depends on its company, as with the batch's statistics in a batch normalization")
    let pictures = try sampler.pictures(0..<1, seed: 1, labels: labels)
    #expect(pictures[0].channels == (recipe.data.isGrayRepeated ? 1 : recipe.data.imageChannels))
  }

  @Test("A step whose loss is no number changes nothing, running statistics included", arguments: Case.all)
  func diverging(example: Case) throws {
    let recipe = try example.recipe(cifar: folder.url.path)
    let trainer = try Trainer(recipe, source: try recipe.data.open(seed: 0))
    _ = try trainer.trainStep()
    // A bias of the last layer, so that all layers before it compute numbers.
    let last = try #require(
      trainer.network.parameters.last { $0.path.contains("convOut") || $0.path == "discriminator.output.weight" })
    last.parameter.value = last.parameter.value * .nan
    let before = trainer.network.state
    #expect(throws: TrainingDiverged.self) { try trainer.trainStep() }
    let after = trainer.network.state
    #expect(trainer.step == 1)
    for (path, value) in before where path != last.path { #expect(after[path] == value, "\(path) has changed") }
  }

  @Test("Sampling can be said otherwise than in the recipe")
  func sampling() throws {
    let recipe = try Case(name: "assignment2", isConditional: true, labelDropout: 0.5).recipe(cifar: "")
    let trainer = try Trainer(recipe, source: try recipe.data.open(seed: 0))
    var sampler = try trainer.makeImageSampler()
    let seven = try #require(try LabelChoice(label: "7", labels: nil, trainer.recipe))
    let plain = try sampler.images(0..<1, seed: 0, labels: seven)
    var drawn = [plain]
    // Not clipped: four steps of a network that has learned nothing would hold most pixels to ±1.
    for change in [
      SamplerConfiguration(.ddim, clips: false),
      SamplerConfiguration(.ddim, steps: 3, spacing: .trailing, clips: false),
      SamplerConfiguration(.ddim, steps: 3, spacing: .leading, clips: false),
      SamplerConfiguration(.ddim, eta: 0.5, clips: false), SamplerConfiguration(.ancestral, clips: false),
      SamplerConfiguration(.ancestral, clips: false, variance: .beta),
      SamplerConfiguration(.ancestral, clips: false, guidanceScale: 3),
    ] {
      sampler.sampler = change
      drawn.append(try sampler.images(0..<1, seed: 0, labels: seven))
    }
    for (place, image) in drawn.enumerated() {
      #expect(image.isFinite)
      for (other, earlier) in drawn[..<place].enumerated() {
        #expect(image != earlier, "the ways of sampling \(other) and \(place) give the same image")
      }
    }
    sampler.sampler = SamplerConfiguration(guidanceScale: 0)
    let three = try #require(try LabelChoice(label: "3", labels: nil, trainer.recipe))
    #expect(
      try sampler.images(0..<1, seed: 0, labels: three) == sampler.images(0..<1, seed: 0, labels: seven),
      "a guidance of 0 leaves the label out")
  }

  @Test("Guidance acts within its interval alone")
  func guidanceInterval() throws {
    let recipe = try Case(name: "assignment2", isConditional: true, labelDropout: 0.5).recipe(cifar: "")
    let trainer = try Trainer(recipe, source: try recipe.data.open(seed: 0))
    var sampler = try trainer.makeImageSampler()
    let seven = try #require(try LabelChoice(label: "7", labels: nil, trainer.recipe))
    /// The noise, the state halfway, and the image.
    func states(guidance: Double, _ interval: ClosedRange<Double>?) throws -> [Tensor] {
      sampler.sampler = SamplerConfiguration(.ddim, clips: false, guidanceScale: guidance, guidanceInterval: interval)
      return try sampler.process(indices: 0..<1, seed: 0, states: 3, labels: seven)
    }
    let (never, always) = (try states(guidance: 1, nil), try states(guidance: 3, nil))
    #expect(try states(guidance: 3, 0...1) == always)
    // The four timesteps are at 0.25, 0.5, 0.75 and 1.
    #expect(try states(guidance: 3, 0.3...0.4) == never)
    let (early, late) = (try states(guidance: 3, 0.75...1), try states(guidance: 3, 0...0.5))
    #expect(early[1] == always[1], "the first two steps, at 1 and 0.75, are guided")
    #expect(late[1] == never[1], "the first two steps, at 1 and 0.75, are not guided")
    #expect(early[2] != always[2], "the last two steps, at 0.5 and 0.25, are not guided")
    #expect(late[2] != never[2], "the last two steps, at 0.5 and 0.25, are guided")
  }

  @Test("Labels that a model does not know are an error that lists those it knows")
  func labels() throws {
    var digits = try Case(name: "assignment2", isConditional: true).recipe(cifar: "")
    digits.data.classNames = (0...9).map(String.init)
    var scenes = try Case(name: "lab6").recipe(cifar: "")
    scenes.data.classNames = try scenes.data.open(seed: 0).classNames
    let plain = try Case(name: "cvpdl").recipe(cifar: "")
    #expect(try LabelChoice(label: nil, labels: "7, 3", digits)?.labels(for: 0..<3) == .classes([7, 3, 7]))
    #expect(try LabelChoice(label: nil, labels: nil, digits)?.labels(for: 9..<11) == .classes([9, 0]))
    #expect(
      try LabelChoice(label: nil, labels: "Red sphere, cyan cube", scenes)?.labels(for: 0..<2)
        == .sets([[9, 6], [9, 6]]))
    #expect(
      try LabelChoice(showing: .classes([1, 2, 0, 1]), of: ["nine", "3", "1"], digits).labels(for: 0..<4)
        == .classes([3, 1, 3, 3]), "classes belong together by their names, and those that nobody knows are left out")
    #expect(
      errorMessage { try LabelChoice(showing: .classes([0]), of: ["cat"], digits) }
        == "this model draws none of cat; name what it shall draw with --labels")
    #expect(try LabelChoice(label: nil, labels: nil, plain) == nil)
    #expect(
      errorMessage { try LabelChoice(label: "12", labels: nil, digits) }
        == "--label 12: this model knows no \"12\"; it knows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9")
    #expect(
      errorMessage { try LabelChoice(label: nil, labels: "red ball", scenes) }?.hasPrefix(
        "--labels red ball: this model knows no \"red ball\"; it knows gray cube, red cube, ") == true)
    #expect(
      errorMessage { try LabelChoice(label: nil, labels: "red spher", option: "--scene", scenes) }?.hasPrefix(
        "--scene red spher: this model knows no \"red spher\" (did you mean red sphere?); it knows gray cube") == true)
    #expect(
      errorMessage { try LabelChoice(label: "none", labels: nil, digits) }?.hasPrefix(
        "--label none: this model knows no") == true, "it was never trained without a label")
    digits.objective.denoising?.labelDropout = 0.1
    #expect(try LabelChoice(label: "none", labels: nil, digits)?.labels(for: 0..<2) == .classes([10, 10]))
    scenes.objective.denoising?.labelDropout = 0.1
    #expect(try LabelChoice(label: "none", labels: nil, scenes)?.labels(for: 0..<2) == .sets([[], []]))
    #expect(
      errorMessage { try LabelChoice(label: "3", labels: nil, plain) }
        == "--label 3: this model was made without labels")
    #expect(
      errorMessage { try LabelChoice(label: nil, labels: ",", digits) }?.hasPrefix("--labels: no label is named")
        == true)
  }

  @Test("A network for other data or labels is refused before anything is made")
  func impossible() throws {
    var recipe = try Case(name: "cs771").recipe(cifar: "")
    recipe.data.source = .scenes
    recipe.data.imageSide = 28
    #expect(
      errorMessage { try Trainer(recipe, source: try recipe.data.open(seed: 0)) }
        == "the images of scenes are [28, 28, 3], which cannot become [28, 28, 1]")
    recipe = try Case(name: "lab6").recipe(cifar: "")
    recipe.data.source = .cifar10
    recipe.data.path = folder.url.path
    #expect(
      errorMessage { try Trainer(recipe, source: try recipe.data.open(seed: 0)) }?.hasPrefix(
        "the network tells 24 classes apart, but the data has 10: airplane, ") == true)
  }

  @Test("What an average decays by, and when it is updated, is the reports'")
  func averages() throws {
    var options = ReportOptions()
    let assignment2 = try Report.named("assignment2").recipe(options)
    #expect(abs((assignment2.average?.decay ?? 0) - 0.786_666_67) < 1e-8)
    #expect(assignment2.average?.interval == 10)
    #expect(assignment2.steps == 14_070)
    #expect(try Report.named("cvpdl").recipe(options).steps == 35_250)
    #expect(try Report.named("lab6").recipe(options).steps == 112_600)
    #expect(try Report.named("cs771").recipe(options).steps == 28_140)
    #expect(try Report.named("cs771").recipe(options).average == AverageConfiguration(decay: 0.999))
    #expect(try Report.named("cifar-cats").recipe(options).steps == 1024 * 313)
    options.variant = "small-unet"
    #expect(try Report.named("cifar-cats").recipe(options).batch == 128)
    options.variant = "2xUD"
    options.schedule = .cosine
    let cosine = try #require(try Report.named("cifar-cats").recipe(options).objective.denoising?.schedule)
    // √ᾱ_T of the cosine whose β is held to 0.02.
    #expect(abs((cosine.makeNoiseSchedule().alphaBars.last ?? 0).squareRoot() - 0.0565) < 1e-4)
  }
}

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where the exercises that the reports' systems run on are written.
  static var onWrittenReports: Self {
    .enabled("the reports' systems need exercises that are not written yet") {
      ReportTrainingTests.Case.all.allSatisfy { example in
        (try? Rehearsal(try example.recipe(cifar: "")).run()) != nil
      }
    }
  }
}
