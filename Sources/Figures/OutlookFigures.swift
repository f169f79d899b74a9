import ForwardDiffusion
import Foundation
import Images
import Sampling
import Schedules
import Tensors

/// Chapter 9: points in the plane, where the best network is known.
extension Figure {
  static let outlook = [
    velocity, bestVariance, scoreField, flowPaths, straightLines, latent, distillation,
  ]

  private static let schedule = NoiseSchedule.squaredCosine(timestepCount: 200)

  /// A square panel with the data's points in it.
  private static func panel(
    _ canvas: inout Canvas, column: Int, title: String, points: [SIMD2<Double>] = [], extent: Double = 2.6
  ) -> Panel {
    let panel = canvas.panel(column: column, title: title, x: -extent...extent, y: -extent...extent)
    for point in points { canvas.circle(panel.place(point), radius: 2.5, .orange) }
    return panel
  }

  private static let velocity = Figure(
    "velocity", "Three images on their circles to the noise, and the velocity at some places"
  ) { _ in
    var canvas = Canvas(width: 552, height: 336, title: "Three images on their way to three noises")
    let left = panel(&canvas, column: 0, title: "image (orange), noise (gray)")
    let right = panel(&canvas, column: 1, title: "the velocity v on the way")
    var generator = RandomGenerator(seed: 5)
    for image in [SIMD2(1.6, 0.4), SIMD2(-0.8, 1.3), SIMD2(-0.5, -1.5)] {
      let noise = SIMD2(Double(generator.normal()), Double(generator.normal()))
      let way = (0...40).map { step -> SIMD2<Double> in
        let angle = Double.pi / 2 * Double(step) / 40
        return image * cos(angle) + noise * sin(angle)
      }
      for panel in [left, right] {
        canvas.line(way.map(panel.place), .blue, opacity: 0.6)
        canvas.circle(panel.place(image), radius: 4, .orange)
        canvas.circle(panel.place(noise), radius: 4, .muted)
      }
      for step in [0, 10, 20, 30] {
        let angle = Double.pi / 2 * Double(step) / 40
        let velocity = noise * cos(angle) - image * sin(angle)
        canvas.arrow(from: right.place(way[step]), to: right.place(way[step] + velocity * 0.5), .green)
      }
    }
    return .vector(canvas.svg)
  }

  private static let bestVariance = Figure("best-variance", "The best variance of a step back, for points in the plane")
  {
    let data = PlaneData.moons
    var generator = RandomGenerator(seed: 1)
    var points: [String: [LineChart.Point]] = [:]
    for t in stride(from: 1, to: 199, by: 3) {
      let (beta, posterior) = (schedule.betas[t], schedule.posteriorVariance(at: t))
      let (signal, noise) = (schedule.alphaBars[t].squareRoot(), (1 - schedule.alphaBars[t]).squareRoot())
      // The mean, over noisy points, of the variance of what may lie behind.
      let hidden =
        (0..<400).map { _ -> Double in
          let image = data.points[generator.integer(below: data.points.count)]
          let x = image * signal + SIMD2(Double(generator.normal()), Double(generator.normal())) * noise
          let mean = data.meanImage(behind: x, signal: signal, noise: noise)
          return zip(data.weights(behind: x, signal: signal, noise: noise), data.points).reduce(0) {
            let distance = $1.1 - mean
            return $0 + $1.0 * (distance * distance).sum() / 2
          }
        }.reduce(0, +) / 400
      let weight = schedule.posteriorMeanCoefficients(at: t).x0
      for (name, variance) in [("β", beta), ("the best", posterior + weight * weight * hidden), ("β̃", posterior)] {
        points[name, default: []].append(.init(x: Double(t), y: variance / beta))
      }
    }
    return LineChart(
      title: "The best variance of a step back, as a part of β", xLabel: "timestep t of 200", yLabel: "variance / β",
      series: ["β", "the best", "β̃"].map { .init($0, points: points[$0] ?? []) })
  }

  private static let scoreField = Figure("score-field", "Arrows of the exact score over the density, at three times") {
    _ in
    var canvas = Canvas(width: 816, height: 336, title: "The score points to where points are dense")
    let data = PlaneData.moons
    for (column, t) in [40, 100, 160].enumerated() {
      let (signal, noise) = (schedule.alphaBars[t].squareRoot(), (1 - schedule.alphaBars[t]).squareRoot())
      let panel = panel(&canvas, column: column, title: "t = \(t) of 200")
      for row in 0..<30 {
        for place in 0..<30 {
          let point = SIMD2(-2.6 + 5.2 * (Double(place) + 0.5) / 30, -2.6 + 5.2 * (Double(row) + 0.5) / 30)
          let density = data.density(at: point, signal: signal, noise: noise)
          let opacity = (min(density * 0.5, 0.6) * 100).rounded() / 100
          guard opacity > 0 else { continue }
          let corner = panel.place(point + SIMD2(-5.2 / 60, 5.2 / 60))
          canvas.rectangle(corner, size: .init(8.1, 8.1), fill: .orange, opacity: opacity)
        }
      }
      let arrows = (0..<121).map { place -> (start: Canvas.Place, end: Canvas.Place) in
        let point = SIMD2(-2.4 + 4.8 * Double(place % 11) / 10, -2.4 + 4.8 * Double(place / 11) / 10)
        let score = data.score(at: point, signal: signal, noise: noise)
        let length = (score * score).sum().squareRoot()
        return (panel.place(point), panel.place(point + score / (length + 2) * 0.4))
      }
      canvas.arrows(arrows, .blue, width: 1.2)
    }
    return .vector(canvas.svg)
  }

  /// Draws paths, with their beginnings in gray and their ends in blue.
  private static func draw(_ paths: [[SIMD2<Double>]], in panel: Panel, on canvas: inout Canvas) {
    for path in paths {
      canvas.line(path.map(panel.place), .blue, width: 1, opacity: 0.5)
      if let first = path.first { canvas.circle(panel.place(first), radius: 2.5, .muted) }
      if let last = path.last { canvas.circle(panel.place(last), radius: 3, .blue) }
    }
  }

  private static let flowPaths = Figure(
    "flow-paths", "The same noises led to the data with fresh noise at every step, and without"
  ) { _ in
    var canvas = Canvas(width: 552, height: 336, title: "From the same noise to the data, exactly")
    let data = PlaneData.moons
    let samplers: [(String, DDIMSampler)] = [
      ("with noise on the way (η = 1)", DDIMSampler(schedule: schedule, eta: 1, clipsPrediction: false)),
      ("without noise (η = 0)", DDIMSampler(schedule: schedule, eta: 0, clipsPrediction: false)),
    ]
    for (column, (title, sampler)) in samplers.enumerated() {
      let panel = panel(&canvas, column: column, title: title, points: data.points, extent: 3)
      draw(try data.paths(sampler, schedule: schedule, count: 6, seed: 3), in: panel, on: &canvas)
    }
    return .vector(canvas.svg)
  }

  private static let straightLines = Figure(
    "straight-lines", "Straight lines from noises to data, and the paths of the field that they make"
  ) { _ in
    var canvas = Canvas(width: 552, height: 336, title: "Flow matching: lines are straight, the field is not")
    let data = PlaneData.ring
    let lines = panel(&canvas, column: 0, title: "lines of random pairs", points: data.points, extent: 3)
    let field = panel(&canvas, column: 1, title: "paths of their mean velocity", points: data.points, extent: 3)
    var generator = RandomGenerator(seed: 8)
    for _ in 0..<28 {
      let noise = SIMD2(Double(generator.normal()), Double(generator.normal()))
      let image = data.points[generator.integer(below: data.points.count)]
      canvas.line([lines.place(noise), lines.place(image)], .blue, width: 1, opacity: 0.5)
      canvas.circle(lines.place(noise), radius: 2.5, .muted)
      // Euler's method in many steps, with the exact mean of x_0 − ε.
      var x = noise
      var path = [x]
      let steps = 200
      for step in 0..<steps {
        let s = Double(step) / Double(steps)
        let mean = data.meanImage(behind: x, signal: s, noise: 1 - s)
        x += (mean - x) / (1 - s) / Double(steps)
        path.append(x)
      }
      draw([path], in: field, on: &canvas)
    }
    return .vector(canvas.svg)
  }

  private static let latent = Figure(
    "latent", "Data on a curve: noise in the plane leaves it, noise along the curve does not"
  ) { _ in
    var canvas = Canvas(width: 552, height: 336, title: "Noise in the plane, and along the curve")
    let data = PlaneData.curve
    var generator = RandomGenerator(seed: 2)
    let (plane, code) = (
      panel(&canvas, column: 0, title: "x_t of two coordinates", points: data.points),
      panel(&canvas, column: 1, title: "decoded from x_t of one", points: data.points)
    )
    for _ in 0..<120 {
      let u = Double(generator.uniform()) * 2 - 1
      let point = SIMD2(1.7 * u, 1.1 * sin(3 * u))
      let noise = SIMD2(Double(generator.normal()), Double(generator.normal())) * 0.35
      canvas.circle(plane.place(point * 0.94 + noise), radius: 2.5, .blue, opacity: 0.7)
      let coded = max(-1, min(1, 0.94 * u + noise.x / 1.7))
      canvas.circle(code.place(SIMD2(1.7 * coded, 1.1 * sin(3 * coded))), radius: 2.5, .blue, opacity: 0.7)
    }
    return .vector(canvas.svg)
  }

  private static let distillation = Figure(
    "distillation", "Where 50, 8, 2 and 1 steps of DDIM lead the same noises"
  ) { _ in
    var canvas = Canvas(
      width: 1080, height: 336, title: "Where DDIM leads the same 200 noises, by the number of its steps")
    let data = PlaneData.moons
    for (column, steps) in [50, 8, 2, 1].enumerated() {
      let timesteps = TimestepSpacing.trailing.timesteps(steps, of: schedule.timestepCount)
      let sampler = RespacedSampler(
        DDIMSampler(schedule: schedule.respaced(to: timesteps), clipsPrediction: false), timesteps: timesteps)
      let panel = panel(&canvas, column: column, title: steps == 1 ? "1 step" : "\(steps) steps", points: data.points)
      for path in try data.paths(sampler, schedule: schedule, count: 200, seed: 4) {
        if let end = path.last { canvas.circle(panel.place(end), radius: 2, .blue, opacity: 0.6) }
      }
    }
    return .vector(canvas.svg)
  }
}
