import ForwardDiffusion
import Learning
import Loss
import Sampling
import Schedules
import Tensors
import UNetUpsampling

extension Benchmark {
  /// The sizes of U-Net that are measured, with as many images of 28 × 28 in a batch.
  private static var sizes: [(base: Int, channels: Int, batch: Int)] { [(16, 1, 128), (32, 1, 64), (128, 3, 16)] }

  /// A whole step of training: noise, network, gradients, Adam.
  static var trainingSteps: [Benchmark] {
    sizes.map { size in
      Benchmark(name: "training-step/base\(size.base)", amount: Double(size.batch), unit: .images) {
        var generator = RandomGenerator(seed: 0)
        let model = UNet(.init(baseWidth: size.base, imageChannels: size.channels), using: &generator)
        let optimizer = Adam(model.parameters, learningRate: 1e-4)
        let schedule = NoiseSchedule.squaredCosine(timestepCount: 1000)
        let x0 = Tensor.uniform([size.batch, 28, 28, size.channels], in: -1..<1, using: &generator)
        return {
          let loss = noisePredictionLoss(x0, schedule: schedule, using: &generator) { model($0, at: $1) }
          optimizer.step(loss.gradients())
        }
      }
    }
  }

  /// A step of drawing images: the network without gradients, noise, and the way from x_t to x_{t−1}.
  static var denoisingSteps: [Benchmark] {
    sizes.map { size in
      Benchmark(name: "denoising-step/base\(size.base)", amount: Double(size.batch), unit: .images) {
        var generator = RandomGenerator(seed: 0)
        let model = UNet(.init(baseWidth: size.base, imageChannels: size.channels), using: &generator)
        let sampler = AncestralSampler(schedule: .squaredCosine(timestepCount: 1000))
        let xt = Tensor.normal([size.batch, 28, 28, size.channels], using: &generator)
        let timesteps = [Int](repeating: 500, count: size.batch)
        return {
          withoutGradients {
            let noise = Tensor.normal(xt.shape, using: &generator)
            _ = sampler.step(xt, predictedNoise: model(xt, at: timesteps), at: 500, noise: noise)
          }
        }
      }
    }
  }
}
