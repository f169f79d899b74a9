import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.6 Classifier-free guidance", .exercise("6.6"))
struct Hidden6_6 {
  private func random(_ shape: Shape, seed: UInt64) -> Tensor {
    var generator = RandomGenerator(seed: seed)
    return .normal(shape, using: &generator)
  }

  /// Noise that depends on everything: x · (1 + t) + label.
  private func network(_ xt: Tensor, _ timesteps: [Int], _ labels: [Int]) -> Tensor {
    guard xt.shape.first == timesteps.count, labels.count == timesteps.count else {
      return Tensor(fault: Fault("the batch has parts of different lengths"))
    }
    let column: Shape = [labels.count, 1, 1, 1]
    return xt * Tensor(timesteps.map { 1 + Float($0) }, shape: column) + Tensor(labels.map(Float.init), shape: column)
  }

  @Test("Other inputs", arguments: [-1, 0.5, 1.5, 4] as [Float])
  func formula(s: Float) throws {
    let (c, u) = (random([3, 2, 2, 3], seed: 61), random([3, 2, 2, 3], seed: 62))
    expectClose(
      try guidedNoise(conditional: c, unconditional: u, guidanceScale: s).checked(), (1 - s) * u + s * c, "guided",
      tolerance: 1e-5)
  }

  @Test("Other sizes", arguments: [1, 2, 5])
  func predictor(count: Int) throws {
    let xt = random([count, 3, 2, 2], seed: 63)
    let labels = (0..<count).map { $0 * 3 % 10 }
    let timesteps = (0..<count).map { $0 + 1 }
    let guided = GuidedPredictor(labels: labels, nullLabel: 17, guidanceScale: 2.5, network: network)
    let (c, u) = (network(xt, timesteps, labels), network(xt, timesteps, labels.map { _ in 17 }))
    expectClose(try guided(xt, timesteps).checked(), u + 2.5 * (c - u), "guided", tolerance: 1e-5)
  }

  @Test("Edge cases")
  func ends() throws {
    let xt = random([2, 2, 2, 1], seed: 64)
    for (scale, labels) in [(Float(1), [4, 5]), (0, [9, 9])] {
      let guided = GuidedPredictor(labels: [4, 5], nullLabel: 9, guidanceScale: scale, network: network)
      expectClose(try guided(xt, [3, 1]).checked(), network(xt, [3, 1], labels), "scale \(scale)", tolerance: 1e-5)
    }
    // The null label itself: guidance has no effect.
    let none = GuidedPredictor(labels: [9, 9], nullLabel: 9, guidanceScale: 8, network: network)
    expectClose(try none(xt, [3, 1]).checked(), network(xt, [3, 1], [9, 9]), "no label", tolerance: 1e-5)
  }

  @Test("Edge cases")
  func oneCall() throws {
    var calls = 0
    let guided = GuidedPredictor(labels: [1, 2, 3], nullLabel: 0, guidanceScale: 1) { xt, timesteps, labels in
      calls += 1
      return xt
    }
    try guided(random([3, 1, 1, 1], seed: 65), [5, 6, 7]).checked()
    #expect(calls == 1)
  }

  @Test("Bad input")
  func bad() {
    let failing = GuidedPredictor(labels: [1], nullLabel: 0, guidanceScale: 2) { _, _, _ in
      Tensor(fault: Fault("the network failed"))
    }
    #expect(failing(.ones([1, 2, 2, 1]), [0]).fault?.reason == "the network failed")
    let odd = GuidedPredictor(labels: [1], nullLabel: 0, guidanceScale: 2) { xt, _, _ in xt.sliced(axis: 0, 0..<1) }
    #expect(odd(.ones([1, 2, 2, 1]), [0]).fault != nil)
    #expect(
      guidedNoise(conditional: .ones([2, 3]), unconditional: .ones([2, 2]), guidanceScale: 2).fault != nil)
  }
}
