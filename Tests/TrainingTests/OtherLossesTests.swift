import ForwardDiffusion
import Loss
import Reports
import Schedules
import Tensors
import Testing

@testable import Training

@Suite("Other losses than the simple one", .onWrittenChapters)
struct OtherLossesTests {
  private let schedule = NoiseSchedule.linear(timestepCount: 50)
  /// Black images: what is seen of them is √(1 − ᾱ) times the noise.
  private let images = Tensor.zeros([6, 2, 2, 1])

  /// The loss of a network that predicts no noise at all, the timesteps that it was asked at, and the mean square of each image's
  /// noise.
  private func measure(
    _ loss: (inout RandomGenerator, NoisePredictor) -> Tensor
  ) throws -> (loss: Double, timesteps: [Int], squares: [Double]) {
    var generator = RandomGenerator(seed: 5)
    var (timesteps, squares) = ([Int](), [Double]())
    let value = try loss(&generator) { xt, asked in
      timesteps = asked
      squares = asked.indices.map { image in
        let pixels = xt.scalars[4 * image..<4 * image + 4]
        return pixels.reduce(0) { $0 + Double($1) * Double($1) } / 4 / (1 - schedule.alphaBars[asked[image]])
      }
      return .zeros(xt.shape)
    }.checked()
    return (Double(value.item), timesteps, squares)
  }

  @Test("With one timestep a batch, all images have the same, and the loss is the mean squared error")
  func oneTimestep() throws {
    let (loss, timesteps, squares) = try measure { schedule.oneTimestepLoss(images, using: &$0, predictNoise: $1) }
    #expect(timesteps.count == 6 && Set(timesteps).count == 1)
    #expect(abs(loss - squares.reduce(0, +) / 6) < 1e-5)
  }

  @Test("In the bound the squared error at t counts by T · w_t", arguments: ReverseVariance.allCases)
  func bound(variance: ReverseVariance) throws {
    let (loss, timesteps, squares) = try measure {
      schedule.boundLoss(images, variance: variance, using: &$0, predictNoise: $1)
    }
    #expect(Set(timesteps).count > 1, "each image has a timestep of its own")
    let expected = zip(timesteps, squares).reduce(0) { sum, pair in
      sum + 50 * schedule.stepWeight(at: pair.0, variance: variance) * pair.1 / 6
    }
    #expect(abs(loss - expected) < 1e-5 * expected)
  }

  @Test("The recipe chooses the loss")
  func choice() throws {
    var losses: [Float] = []
    for kind in LossKind.allCases {
      var recipe = Recipe.small(steps: 1)
      recipe.objective.denoising?.loss = kind
      #expect(try Recipe(json: try recipe.json, origin: "config.json") == recipe)
      losses.append(try Trainer(recipe, source: try recipe.data.open(seed: 7)).trainStep().loss)
    }
    #expect(Set(losses).count == 3, "\(losses)")
  }
}
