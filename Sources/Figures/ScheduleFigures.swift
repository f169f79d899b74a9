import Experiments
import ForwardDiffusion
import Foundation
import Images
import Reports
import Sampling
import Schedules
import Training

/// Chapter 2: schedules.
extension Figure {
  static let schedules = [alphaBars, signalToNoise, posteriorVariances, pickedBetas, timestepTable]

  /// Both schedules, by what legends call them.
  static let named: [(String, NoiseSchedule)] = [
    ("linear", .linear(timestepCount: 1000)), ("squared cosine", .squaredCosine(timestepCount: 1000)),
  ]

  /// A chart over the timesteps of both schedules.
  private static func overTimesteps(
    _ title: String, _ label: String, isLogarithmic: Bool = false, _ value: (NoiseSchedule, Int) -> Double
  ) -> LineChart {
    LineChart(
      title: title, xLabel: "timestep t", yLabel: label, isLogarithmic: isLogarithmic,
      series: named.map { name, schedule in
        .init(name, points: stride(from: 0, to: 1000, by: 3).map { .init(x: Double($0), y: value(schedule, $0)) })
      })
  }

  private static let alphaBars = Figure("alpha-bar", "ᾱ of both schedules") {
    overTimesteps("What is left of the image's variance", "ᾱ") { $0.alphaBars[$1] }
  }

  private static let signalToNoise = Figure("signal-to-noise", "The signal-to-noise ratio of both schedules") {
    overTimesteps("The signal-to-noise ratio", "ᾱ / (1 − ᾱ)", isLogarithmic: true) { $0.signalToNoiseRatio(at: $1) }
  }

  private static let posteriorVariances = Figure("posterior-variance", "The posterior's variance beside β") {
    LineChart(
      title: "The posterior's variance as a part of β, in the first 60 timesteps", xLabel: "timestep t",
      yLabel: "β̃ / β",
      series: named.map { name, schedule in
        .init(
          name,
          points: (0..<60).map { .init(x: Double($0), y: schedule.posteriorVariance(at: $0) / schedule.betas[$0]) })
      })
  }

  private static let pickedBetas = Figure(
    "failure-picked-betas", "Digits by 50 of 1000 timesteps: above with β computed anew, below with β picked"
  ) { models in
    let (sampler, labels) = try models.digits()
    let schedule = NoiseSchedule.squaredCosine(timestepCount: 1000)
    let timesteps = TimestepSpacing.trailing.timesteps(50, of: 1000)
    let picked = NoiseSchedule(betas: timesteps.map { schedule.betas[$0] })
    var wrong = sampler
    wrong.customSampler = RespacedSampler(DDIMSampler(schedule: picked), timesteps: timesteps)
    let pictures = try [sampler, wrong].flatMap { try $0.pictures(0..<10, seed: 0, labels: labels) }
    return .pixels(try Picture.grid(of: pictures, columns: 10, scale: 3))
  }

  private static let timestepTable = Figure("timestep-table", "Report 001's table beside two exact calculations") {
    // What the report has for each T, of which only the course can be compared: its features are Inception's.
    let report: [(Double, Double)] = [
      (100, 129), (300, 26.4), (500, 9.9), (700, 1.98), (800, 1.56), (900, 1.91), (1000, 5.92), (1300, 14.4),
    ]
    let kept = try KeptResults.all().first { $0.experiment == "cvpdl" && $0.scale == .medium }
    func exact(_ way: String) -> [LineChart.Point] {
      report.compactMap { count, _ in
        (kept?.cells["exact"]?.numbers["\(way)/\(Int(count))"]).map { .init(x: count, y: $0) }
      }
    }
    return LineChart(
      title: "Report 001's table and two exact calculations", xLabel: "T", yLabel: "distance, each of its own kind",
      isLogarithmic: true,
      series: [
        .init("report 001", points: report.map { .init(x: $0, y: $1) }),
        .init("a network for each T", points: exact("retrained")),
        .init("one network of T = 800, schedule rebuilt", points: exact("rebuilt")),
      ])
  }
}
