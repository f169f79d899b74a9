import Datasets
import Foundation
import Learning
import Reports
import Tensors
import Testing
import Training

/// Where the files go.
private let folder = ProcessInfo.processInfo.environment["FULL_SIZE_FOLDER"].map(URL.init(fileURLWithPath:))

/// Writes every network of the reports at full size, with random weights, an input, what it makes of it and the gradient of the
/// input, for `interop/check_full_size.py` to compare with its twin in PyTorch.
///
/// It runs only where `FULL_SIZE_FOLDER` names a folder: together the files take about a gigabyte.
@Suite("Networks at full size", .enabled(if: folder != nil), .onWrittenNetworks, .serialized)
struct FullSizeTests {
  /// A network and the images that it is for.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let recipe: Recipe

    /// Each network once: some variants differ only in the noise.
    static let all: [Case] = {
      var found: [Case] = []
      for report in Report.all {
        for variant in report.variants.isEmpty ? [nil] : report.variants.map(Optional.some) {
          for isConditional in [false, true] {
            var options = ReportOptions()
            (options.variant, options.isConditional) = (variant, isConditional)
            guard let recipe = try? report.recipe(options) else { continue }
            let isKnown = found.contains { $0.recipe.objective.hasSameNetwork(as: recipe.objective) }
            let name = [report.name, variant, isConditional ? "labels" : nil].compactMap(\.self).joined(separator: ".")
            if !isKnown { found.append(Case(testDescription: name, recipe: recipe)) }
          }
        }
      }
      return found
    }()
  }

  @Test(arguments: Case.all)
  func write(example: Case) throws {
    var generator = RandomGenerator(seed: 9)
    let data = example.recipe.data
    let images = Tensor.normal([2, data.imageSide, data.imageSide, data.imageChannels], using: &generator)
    switch example.recipe.objective {
    case .denoising(let denoising):
      let configuration = denoising.network.configuration
      let network = configuration.makeNetwork(using: &generator)
      let timesteps = [1, denoising.schedule.timesteps - 1]
      let labels = labels(of: configuration)
      try write(
        network, example, architecture: JSONEncoder().encode(denoising.network), input: images, using: &generator,
        with: ["timesteps": Tensor(timesteps.map(Float.init)), "labels": tensor(labels, of: configuration.classCount)]
      ) { network($0, at: timesteps, given: labels) }
    case .adversarial(let adversarial):
      let gan = DCGAN(adversarial.network, using: &generator)
      let labels = adversarial.network.classCount == nil ? Labels.none : .classes([1, 0])
      let latents = Tensor.normal([2, adversarial.network.latentWidth], using: &generator)
      try write(
        gan, example, architecture: JSONEncoder().encode(adversarial.network), input: latents, using: &generator,
        with: ["labels": tensor(labels, of: adversarial.network.classCount)]
      ) { gan.discriminate(gan.generate($0, given: labels), given: labels) }
    case .classification: break  // No report has one.
    }
  }

  /// Norms that scale by 1 and shift by 0 could be left out and nothing would be seen: what is a vector is changed a little.
  private func write(
    _ network: some Layer, _ example: Case, architecture: Data, input: Tensor, using generator: inout RandomGenerator,
    with others: [String: Tensor?], _ forward: (Tensor) -> Tensor
  ) throws {
    for (_, parameter) in network.parameters where parameter.value.shape.count == 1 {
      parameter.value = parameter.value + Tensor.normal(parameter.value.shape, using: &generator) * 0.1
    }
    let input = input.variable
    let output = try forward(input).checked()
    let upstream = Tensor.normal(output.shape, using: &generator)
    let gradient: Tensor = try #require(output.gradients(from: upstream)[input])
    var file = Checkpoint(metadata: ["architecture": String(decoding: architecture, as: UTF8.self)])
    for (path, parameter) in network.parameters { file.tensors["parameter.\(path)"] = parameter.value }
    for (name, tensor) in others { file.tensors[name] = tensor }
    file.tensors["input"] = input
    file.tensors["output"] = output
    file.tensors["upstream"] = upstream
    file.tensors["gradient"] = gradient
    let folder = try #require(folder)
    try file.write(to: folder.appendingPathComponent("\(example.testDescription).safetensors"))
  }

  /// Only report 002 tells sets.
  private func labels(of configuration: any NetworkConfiguration) -> Labels {
    guard configuration.classCount != nil else { return .none }
    return configuration is DiffusersUNet.Configuration ? .sets([[0, 3, 23], [7]]) : .classes([1, 0])
  }

  private func tensor(_ labels: Labels, of classCount: Int?) -> Tensor? {
    switch labels {
    case .none: nil
    case .classes(let classes): Tensor(classes.map(Float.init))
    case .sets(let sets):
      Tensor(
        sets.flatMap { set in (0..<(classCount ?? 0)).map { set.contains($0) ? 1 : 0 } },
        shape: [sets.count, classCount ?? 0])
    }
  }
}

extension ObjectiveConfiguration {
  fileprivate func hasSameNetwork(as other: ObjectiveConfiguration) -> Bool {
    switch (self, other) {
    case (.denoising(let one), .denoising(let other)): one.network == other.network
    case (.adversarial(let one), .adversarial(let other)): one.network == other.network
    default: false
    }
  }
}
