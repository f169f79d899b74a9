import ArgumentParser
import ForwardDiffusion
import Foundation
import Learning
import Loss
import Schedules
import Tensors
import UNetUpsampling

/// Measures what decides how long a training takes.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the speed of convolutions and of a training step on this machine.")

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json
  }

  @Option(help: "How to print it.")
  var format = Format.table

  /// One figure, by name.
  struct Figure: Encodable {
    let name: String
    let value: Double
    let unit: String
  }

  func run() throws {
    let limit = ThreadPool.shared.limit
    var figures = convolutionFigures(threads: 1)
    if limit > 1 { figures += convolutionFigures(threads: limit) }
    ThreadPool.shared.activeCount = limit
    figures.append(try trainingFigure())
    switch format {
    case .table:
      print("\(instructionSetName), \(limit) processors; medians")
      for figure in figures {
        let name = figure.name.padding(toLength: 52, withPad: " ", startingAt: 0)
        print(name + String(format: "%10.1f ", figure.value) + figure.unit)
      }
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(figures), as: UTF8.self))
    }
  }

  /// The three directions of a 3×3 convolution of 32 images of 64×28×28 to 64 channels, and on one thread the naive loop,
  /// built with the same flags, on the first of the images.
  private func convolutionFigures(threads: Int) -> [Figure] {
    ThreadPool.shared.activeCount = threads
    var generator = RandomGenerator(seed: 0)
    let g = ConvolutionGeometry(
      count: 32, height: 28, width: 28, inputs: 64, outputs: 64, kernelHeight: 3, kernelWidth: 3, stride: 1, padding: 1,
      groups: 1)
    let x = Tensor.normal(g.inputShape, using: &generator)
    let weight = Tensor.normal(g.weightShape, using: &generator)
    let upstream = Tensor.normal(g.outputShape, using: &generator)
    let fromInput = x.variable.conv2d(weight, padding: 1)
    let fromWeight = x.conv2d(weight.variable, padding: 1)

    let flops = 2 * 9 * Double(g.inputs) * Double(g.outputShape.elementCount)
    let name = "conv2d 3×3, 32×64×28×28 → 64, \(threads) thread\(threads == 1 ? "" : "s")"
    let forward = flops / median { _ = x.conv2d(weight, padding: 1) } * 1e-9
    var figures = [
      Figure(name: "\(name), forward", value: forward, unit: "GFLOP/s"),
      Figure(
        name: "\(name), input", value: flops / median { _ = fromInput.gradients(from: upstream) } * 1e-9,
        unit: "GFLOP/s"),
      Figure(
        name: "\(name), weight", value: flops / median { _ = fromWeight.gradients(from: upstream) } * 1e-9,
        unit: "GFLOP/s"),
    ]
    if threads == 1 {
      let one = ConvolutionGeometry(
        count: 1, height: 28, width: 28, inputs: 64, outputs: 64, kernelHeight: 3, kernelWidth: 3, stride: 1,
        padding: 1, groups: 1)
      let (image, kernel) = (x.sliced(axis: 0, 0..<1).scalars, weight.scalars)
      let naive = flops / 32 / median { _ = NaiveKernels.convolve(one, image, weight: kernel) } * 1e-9
      figures.append(Figure(name: "naive loop, forward", value: naive, unit: "GFLOP/s"))
      figures.append(Figure(name: "SIMD over naive", value: forward / naive, unit: "times"))
    }
    return figures
  }

  /// A step of training the U-Net of CVPDL HW3 at base width 16 with 128 grey images of 28×28.
  private func trainingFigure() throws -> Figure {
    var generator = RandomGenerator(seed: 0)
    let model = UNet(.init(baseWidth: 16, imageChannels: 1), using: &generator)
    let optimizer = Adam(model.parameters, learningRate: 1e-4)
    let schedule = NoiseSchedule.squaredCosine(timestepCount: 1000)
    let x0 = Tensor.uniform([128, 28, 28, 1], in: -1..<1, using: &generator)
    let seconds = median {
      let loss = noisePredictionLoss(x0, schedule: schedule, using: &generator) { model($0, at: $1) }
      optimizer.step(loss.gradients())
    }
    return Figure(name: "training step, base 16, batch 128", value: 128 / seconds, unit: "images/s")
  }

  /// The median time of eleven calls, in seconds, after one that is not counted.
  private func median(_ body: () -> Void) -> Double {
    body()
    return (0..<11).map { _ in ContinuousClock().measure(body).seconds }.sorted()[5]
  }
}
