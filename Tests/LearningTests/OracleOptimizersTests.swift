import Learning
import Tensors
import TestSupport
import Testing

/// A few steps of each optimizer with given gradients, held against PyTorch.
@Suite("Optimizers step as PyTorch's do")
struct OracleOptimizersTests {
  /// A step rounds about five times, each time by half a unit in the last place of a number no larger than the parameters:
  /// 12 steps are off by 12 · 5 · 6e-8 = 4e-6 at most, and by a quarter of it if the roundings are not all one way.
  let tolerance: Float = 1e-6

  typealias Parameters = [(path: String, parameter: Parameter)]

  @Test(
    "Stochastic gradient descent", arguments: [("sgd", 0, 0), ("sgd.momentum", 0.9, 0), ("sgd.weightDecay", 0.9, 0.05)])
  func descent(name: String, momentum: Double, weightDecay: Double) throws {
    try expectSteps(name) { SGD($0, learningRate: $1, momentum: momentum, weightDecay: weightDecay) }
  }

  @Test("Adam", arguments: [("adam", 0.9), ("adam.betas", 0.5)])
  func adam(name: String, beta1: Double) throws {
    try expectSteps(name) { Adam($0, learningRate: $1, beta1: beta1) }
  }

  @Test("AdamW shrinks the parameters apart from the gradients")
  func adamW() throws {
    let decay = try Oracle.optimizers.get().number("adamW/weight_decay")
    try expectSteps("adamW") { AdamW($0, learningRate: $1, weightDecay: decay) }
  }

  @Test("AdamW along a one-cycle schedule, whose changing β₁ enters the bias correction")
  func adamWAlongOneCycle() throws {
    let schedule = OneCycle(maximum: 1e-2, totalSteps: 20)
    try expectSteps("adamW.oneCycle", inputs: "adamW.oneCycle", following: schedule) { parameters, _ in
      AdamW(parameters, learningRate: 1e-2, weightDecay: 0.01)
    }
  }

  @Test("One-cycle schedules", arguments: [20, 14070])
  func oneCycle(totalSteps: Int) throws {
    let fixture = try Oracle.optimizers.get()
    let name = "oneCycle.\(totalSteps)"
    let schedule = OneCycle(maximum: 1e-3, totalSteps: totalSteps)
    let steps = fixture.integers("\(name)/steps")
    // Both compute in double precision; rounding to single precision is all that parts them. The rates range over five
    // orders of magnitude, so each is compared with itself.
    expectClose(
      Tensor(steps.map { Float(schedule.rate(at: $0)) }), fixture["\(name)/learningRate"], "The learning rate",
      tolerance: 1e-6, relativeTo: .element(atLeast: 0))
    expectClose(
      Tensor(steps.map { Float(schedule.momentum(at: $0) ?? .nan) }), fixture["\(name)/momentum"], "The momentum",
      tolerance: 1e-6)
  }

  @Test("An exponential moving average covers running statistics, and its first update copies")
  func average() throws {
    let fixture = try Oracle.optimizers.get()
    let model = BatchNorm2d(channels: 4)
    let average = ExponentialMovingAverage(
      decay: try fixture.number("average/decay"), of: model, firstUpdateCopies: true)
    for step in 0..<12 {
      model.scale.value = row(step, of: fixture["average/parameters"])
      model.runningMean.value = row(step, of: fixture["average/buffers"])
      average.update(from: model, step: step)
      for (path, key) in [("scale", "parameterAverages"), ("runningMean", "bufferAverages")] {
        let isClose = expectClose(
          average.state[path] ?? Tensor(fault: Fault("it is not in the average's state")),
          row(step, of: fixture["average/\(key)"]), "The average of \(path) after update \(step + 1)",
          tolerance: tolerance)
        guard isClose else { return }
      }
    }
  }

  /// Takes the fixture's steps and compares the parameters after each.
  private func expectSteps(
    _ name: String, inputs: String = "optimizer", following schedule: OneCycle? = nil,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ makeOptimizer: (_ parameters: Parameters, _ learningRate: Double) throws -> any Optimizer
  ) throws {
    let fixture = try Oracle.optimizers.get()
    let parameter = Parameter(fixture["\(inputs)/start"])
    let learningRate = try schedule?.rate(at: 0) ?? fixture.number("\(name)/lr")
    let optimizer = try makeOptimizer([("w", parameter)], learningRate)
    let gradients = fixture["\(inputs)/gradients"]
    for step in 0..<(gradients.shape.first ?? 0) {
      if let schedule { optimizer.follow(schedule, at: step) }
      // The gradient of ⟨w, g⟩ with respect to w is g.
      let loss = (parameter.value * row(step, of: gradients)).sum()
      optimizer.step(loss.gradients())
      let isClose = expectClose(
        parameter.value, row(step, of: fixture["\(name)/parameters"]), "\(name): the parameters after step \(step + 1)",
        tolerance: tolerance, sourceLocation: sourceLocation)
      guard isClose else { return }
    }
  }

  private func row(_ index: Int, of table: Tensor) -> Tensor {
    table.sliced(axis: 0, index..<index + 1).reshaped([-1])
  }
}
