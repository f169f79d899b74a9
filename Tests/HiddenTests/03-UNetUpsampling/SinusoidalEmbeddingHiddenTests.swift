import Foundation
import Tensors
import TestSupport
import Testing
import UNetUpsampling

@Suite("3.1 The timestep as waves", .exercise("3.1"))
struct Hidden3_1 {
  private func reference(_ timesteps: [Int], width: Int) -> Tensor {
    let half = width / 2
    var numbers: [Float] = []
    for t in timesteps {
      for function in [sin, cos] as [(Double) -> Double] {
        for i in 0..<half { numbers.append(Float(function(Double(t) * pow(10_000, -Double(i) / Double(half))))) }
      }
    }
    return Tensor(numbers, shape: [timesteps.count, width])
  }

  @Test("Other inputs", arguments: 0..<4)
  func random(seed: UInt64) {
    var generator = RandomGenerator(seed: seed)
    // Rounded once both are equal, or neighbors where `pow` and `sin` differ in Double's last digit: 6e-8.
    let timesteps = (0..<7).map { _ in generator.integer(below: 4000) }
    let width = 2 * (3 + generator.integer(below: 60))
    expectClose(
      sinusoidalEmbedding(timesteps, width: width), reference(timesteps, width: width), "\(timesteps) in \(width)",
      tolerance: 2e-7, relativeTo: .number(1))
  }

  @Test("Other sizes", arguments: [2, 4, 256, 1024])
  func widths(width: Int) {
    expectClose(
      // As above.
      sinusoidalEmbedding([1, 123], width: width), reference([1, 123], width: width), "width \(width)", tolerance: 2e-7,
      relativeTo: .number(1))
  }

  @Test("Edge cases")
  func edges() throws {
    #expect(try sinusoidalEmbedding([], width: 6).checked().shape == [0, 6], "no timesteps make no rows")
    let twice = try sinusoidalEmbedding([5, 5], width: 6).checked()
    #expect(twice.sliced(axis: 0, 0..<1) == twice.sliced(axis: 0, 1..<2), "a timestep that is asked for twice")
  }

  @Test("Precision")
  func precision() {
    // In Float an angle of 10⁶ is off by up to 0.03.
    expectClose(
      sinusoidalEmbedding([1_000_000, 987_654], width: 32), reference([1_000_000, 987_654], width: 32),
      "very late timesteps", tolerance: 2e-7, relativeTo: .number(1))
  }

  @Test("Together with other exercises")
  func layer() throws {
    let fixture = try Fixture(named: "unet")
    var generator = RandomGenerator(seed: 1)
    let layer = TimestepEmbedding(width: try fixture.integer("unet/time"), using: &generator)
    var state: [String: Tensor] = [:]
    for path in layer.state.keys { state[path] = fixture["unet/parameter.timeEmbedding.\(path)"] }
    try layer.load(state)
    expectClose(
      // Sums of 32 products, twice, of waves that PyTorch computes in Float.
      layer(fixture.integers("unet/timesteps")), fixture["unet/timeEmbedding"], "the time's embedding by PyTorch",
      tolerance: 3e-6)
  }

  @Test("Bad input", arguments: [0, -2, 7])
  func bad(width: Int) throws {
    try sinusoidalEmbedding([3], width: 8).checked()
    #expect(sinusoidalEmbedding([3], width: width).fault != nil)
  }
}
