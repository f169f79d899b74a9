import Reports
import Testing
import Training

@testable import ddpm

private let recipe = Recipe.digits(
  baseWidth: 8, schedule: ScheduleConfiguration(.cosine, timesteps: 10), batch: 2, learningRate: 1e-3, steps: 1)

@Suite(
  "Options of drawing",
  .enabled("the program needs exercises that are not written yet") { (try? Rehearsal(recipe).run()) != nil })
struct SamplingOptionsTests {
  private func complaint(_ line: String) throws -> String? {
    var sampler = try Trainer(recipe, source: try recipe.data.open(seed: 0)).makeImageSampler()
    return printedError { try SamplingOptions.parse(line.split(separator: " ").map(String.init)).apply(to: &sampler) }
  }

  @Test(arguments: [
    "", "--sampler ddim --eta 0.5", "--variance beta", "--sampling-steps 9 --spacing trailing", "--sampling-steps 10",
  ])
  func possible(line: String) throws { #expect(try complaint(line) == nil) }

  @Test(arguments: [
    ("--eta 0.5", "--eta goes with --sampler ddim"),
    ("--sampler ddim --variance beta", "--variance goes with --sampler ancestral"),
    ("--spacing trailing", "--spacing goes with --sampling-steps fewer than the 10 timesteps of the training"),
    (
      "--sampling-steps 10 --spacing trailing",
      "--spacing goes with --sampling-steps fewer than the 10 timesteps of the training"
    ),
    ("--guidance 2", "--guidance: this model was made without labels"),
    ("--guidance-interval 0.2-0.6", "--guidance-interval: this model was made without labels"),
    ("--guidance-interval 0.2-1.6", "the guidance interval is from 0.2 to 1.6, but must lie within 0 and 1"),
  ])
  func impossible(line: String, expected: String) throws { #expect(try complaint(line) == expected) }
}
