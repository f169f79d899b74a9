import ArgumentParser
import ForwardDiffusion
import Learning
import Loss
import Schedules
import Tensors
import UNetUpsampling

/// Measures what decides how long a training takes.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the speed of convolutions and of a training step on this machine.")

  func run() throws {
    print("\(instructionSetName), \(ThreadPool.shared.limit) threads")
    let cases = [
      (1, 16, 28), (16, 16, 28), (32, 32, 28), (64, 64, 28), (64, 64, 14), (128, 128, 7), (16, 1, 28), (32, 32, 14),
    ]
    for threads in [1, 2] {
      ThreadPool.shared.activeCount = threads
      for (i, o, s) in cases {
        var generator = RandomGenerator(seed: 1)
        let x = Tensor.normal([32, s, s, i], using: &generator)
        let w = Tensor.normal([3, 3, i, o], using: &generator)
        let flops = 2.0 * 32 * 9 * Double(i * o * s * s)
        let f = seconds { _ = x.conv2d(w, padding: 1) }
        let xv = x.variable
        let wv = w.variable
        let y1 = xv.conv2d(w, padding: 1)
        let y2 = x.conv2d(wv, padding: 1)
        let u = Tensor.normal(y1.shape, using: &generator)
        let bd = seconds { _ = y1.gradients(from: u) }
        let bw = seconds { _ = y2.gradients(from: u) }
        print(threads, i, o, s, "fwd", Int(flops / f / 1e9), "bd", Int(flops / bd / 1e9), "bw", Int(flops / bw / 1e9))
      }
    }
    var generator = RandomGenerator(seed: 1)
    let model = UNet(.init(baseWidth: 16, imageChannels: 1), using: &generator)
    let adam = Adam(model.parameters, learningRate: 1e-3)
    let schedule = NoiseSchedule.squaredCosine(timestepCount: 1000)
    let x0 = Tensor.uniform([128, 28, 28, 1], in: -1..<1, using: &generator)
    print(model.parameterCount)
    for threads in [1, 2] {
      ThreadPool.shared.activeCount = threads
      var fwd = 0.0
      var bwd = 0.0
      var opt = 0.0
      let total = seconds {
        var loss = Tensor(0)
        var g: Gradients?
        fwd = elapsed { loss = noisePredictionLoss(x0, schedule: schedule, using: &generator) { model($0, at: $1) } }
        bwd = elapsed { g = loss.gradients() }
        opt = elapsed { adam.step(g!) }
      }
      print(threads, "step", total, "images/s", 128 / total, fwd, bwd, opt)
    }
  }

  func elapsed(_ b: () -> Void) -> Double {
    let c = ContinuousClock()
    let d = c.measure(b)
    return Double(d.components.seconds) + Double(d.components.attoseconds) * 1e-18
  }
  func seconds(_ body: () -> Void) -> Double {
    body()
    return (0..<7).map { _ in elapsed(body) }.sorted()[3]
  }
}
