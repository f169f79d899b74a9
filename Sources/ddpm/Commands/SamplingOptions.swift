import ArgumentParser
import Loss
import Reports
import Schedules
import Training

extension SamplerConfiguration.Kind: ExpressibleByArgument {}
extension TimestepSpacing: ExpressibleByArgument {}
extension ReverseVariance: ExpressibleByArgument {}

/// The options that change how images are drawn from what the model's recipe says.
struct SamplingOptions: ParsableArguments {
  @Option(help: "The way from noise to images.")
  var sampler: SamplerConfiguration.Kind?

  @Option(parsing: .unconditional, help: ArgumentHelp("Draw in that many of the T steps.", valueName: "count"))
  var samplingSteps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("DDIM's η: 0 for no noise on the way, 1 for the ancestral sampler's.", valueName: "eta"))
  var eta: Double?

  @Option(help: "Which of the T timesteps are taken where there are fewer steps.")
  var spacing: TimestepSpacing?

  @Flag(inversion: .prefixedNo, help: "Clip the predicted image to [−1, 1] at each step.")
  var clip: Bool?

  @Option(help: "The variance of the ancestral sampler's noise.")
  var variance: ReverseVariance?

  @Option(help: ArgumentHelp("What all images show.", valueName: "class"))
  var label: String?

  @Option(
    help: ArgumentHelp(
      "What the images show, with commas between: one class an image in turn or, where images show several, all of them together.",
      valueName: "classes"))
  var labels: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The guidance scale: 1 predicts with the label alone, more follows the label further.", valueName: "scale"))
  var guidance: Double?

  @Option(
    help: ArgumentHelp(
      "Guide only in this part of the way, in parts of T from 0, the image, to 1, the noise; such as 0.2-0.6.",
      valueName: "interval"),
    transform: interval)
  var guidanceInterval: ClosedRange<Double>?

  func validate() throws {
    if label != nil, labels != nil { throw ValidationError("--label and --labels: only one of them says what to draw") }
    if let eta, !(0...1).contains(eta) { throw ValidationError("--eta \(eta): must be from 0 to 1") }
  }

  /// Applies the options to a sampler.
  ///
  /// - Parameter subject: What to draw, where another option than `--label` and `--labels` says so.
  /// - Returns: What the images are to show.
  /// - Throws: `CommandError` or ``TrainingError`` where the model cannot do so.
  func apply(to sampler: inout ImageSampler, drawing subject: SubjectOptions? = nil) throws -> LabelChoice? {
    let recipe = sampler.recipe
    func choice() throws -> LabelChoice? {
      try LabelChoice(label: label, labels: labels ?? subject?.labels, option: subject?.firstGiven, recipe)
    }
    guard let denoising = sampler.recipe.objective.denoising else {
      if let option = firstOfDiffusion {
        throw CommandError("\(option): this model is a generator, which draws an image in one step")
      }
      return try choice()
    }
    var configuration = sampler.sampler
    configuration.kind = self.sampler ?? configuration.kind
    configuration.steps = samplingSteps ?? configuration.steps
    configuration.eta = eta ?? configuration.eta
    configuration.spacing = spacing ?? configuration.spacing
    configuration.clips = clip ?? configuration.clips
    configuration.variance = variance ?? configuration.variance
    configuration.guidanceScale = guidance ?? configuration.guidanceScale
    configuration.guidanceInterval = guidanceInterval ?? configuration.guidanceInterval
    if eta != nil, configuration.kind != .ddim { throw CommandError("--eta goes with --sampler ddim") }
    if variance != nil, configuration.kind != .ancestral {
      throw CommandError("--variance goes with --sampler ancestral")
    }
    let timesteps = denoising.schedule.timesteps
    if let problem = configuration.problem(timesteps: timesteps) { throw CommandError(problem) }
    if spacing != nil, configuration.steps ?? timesteps == timesteps {
      throw CommandError("--spacing goes with --sampling-steps fewer than the \(timesteps) timesteps of the training")
    }
    if guidance != nil || guidanceInterval != nil, let problem = sampler.recipe.guidanceProblem {
      throw CommandError("\(guidance != nil ? "--guidance" : "--guidance-interval"): \(problem)")
    }
    sampler.sampler = configuration
    let choice = try choice()
    if configuration != denoising.sampler { try Rehearsal(sampler.recipe, sampler: configuration).run() }
    return choice
  }

  /// The first option that was given, for the error that it has no use.
  var firstGiven: String? { label != nil ? "--label" : labels != nil ? "--labels" : firstOfDiffusion }

  private var firstOfDiffusion: String? {
    let given: [(String, Bool)] = [
      ("--sampler", sampler != nil), ("--sampling-steps", samplingSteps != nil), ("--eta", eta != nil),
      ("--spacing", spacing != nil), ("--clip", clip != nil), ("--variance", variance != nil),
      ("--guidance", guidance != nil), ("--guidance-interval", guidanceInterval != nil),
    ]
    return given.first { $0.1 }?.0
  }

  /// An interval from two numbers with a hyphen between.
  private static func interval(_ text: String) throws -> ClosedRange<Double> {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Double($0) }
    guard ends.count == 2, let from = ends[0], let to = ends[1], from <= to else {
      throw ValidationError("an interval is written as 0.2-0.6")
    }
    return from...to
  }
}
