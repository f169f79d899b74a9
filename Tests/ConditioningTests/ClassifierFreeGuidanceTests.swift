import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.6 Classifier-free guidance", .exercise("6.6"))
struct Exercise6_6 {
  private let conditional = Tensor([1, -2, 0.5, 3], shape: [1, 2, 2, 1])
  private let unconditional = Tensor([0.5, 1, 0.25, -1], shape: [1, 2, 2, 1])

  @Test(
    "Scale 0 ignores the label, 1 is the conditional prediction, more goes beyond",
    arguments: [0, 1, 3, 7.5] as [Float])
  func scale(guidanceScale s: Float) throws {
    let (c, u) = (conditional, unconditional)
    // All numbers here are exact in Float.
    expectClose(
      try guidedNoise(conditional: c, unconditional: u, guidanceScale: s).checked(), u + s * (c - u),
      "the guided noise at scale \(s)", tolerance: 1e-6,
      mistakes: [
        "the walk leads away from the label: the difference has the wrong sign": u + s * (u - c),
        "conditional and unconditional have changed places": c + s * (u - c),
        "the walk starts from the unconditional prediction; yours is the paper's, where w = scale − 1": c + s * (c - u),
        "the difference is missing: predictions of full size are added": u + s * c,
        "the scale is not used": c,
      ])
  }

  @Test("What label and no label agree on stays, whatever the scale")
  func agreement() throws {
    // c + s · 0 is exact.
    #expect(
      try guidedNoise(conditional: conditional, unconditional: conditional, guidanceScale: 5).checked() == conditional,
      "where both predictions are equal, so is the guided one: the weights of the two must add up to 1")
  }

  @Test("Of two classes, guidance pushes past the one that is asked for")
  func beyond() throws {
    // Noise that says where the image is off: x − m, for classes at −1 and 1 whose mixture has its middle at 0.
    let x = Tensor([0.8], shape: [1, 1, 1, 1])
    let guided = try guidedNoise(conditional: x - 1, unconditional: x, guidanceScale: 3).checked()
    // x − 3: the images are pulled to 3, beyond the class at 1.
    #expect(abs(guided.item + 2.2) < 1e-6, "the guided prediction pulls to \(0.8 - guided.item), not to 3 · 1")
  }

  @Test("The network is asked once, with a batch of twice the size")
  func once() throws {
    let spy = Spy()
    let predictor = GuidedPredictor(labels: [4, 2], nullLabel: 10, guidanceScale: 2, network: spy.network)
    let xt = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    try predictor(xt, [7, 9]).checked()
    #expect(spy.calls.count == 1, "the network was asked \(spy.calls.count) times: put both questions into one batch")
    let call = try #require(spy.calls.first, "the network was not asked")
    #expect(
      call.xt == .concatenated([xt, xt], axis: 0), "the batch is all images, then all images again: [4, 2, 1, 1]")
    #expect(call.timesteps == [7, 9, 7, 9], "each image has its timestep in both halves, not \(call.timesteps)")
    #expect(
      call.labels == [4, 2, 10, 10], "the labels are those asked for, then as many null labels, not \(call.labels)")
  }

  @Test("Each half of the answer goes to its own place", arguments: [0, 1, 3] as [Float])
  func halves(guidanceScale s: Float) throws {
    // Noise = x + label: with the label c, without it 10.
    let predictor = GuidedPredictor(labels: [4, 2], nullLabel: 10, guidanceScale: s) { xt, timesteps, labels in
      xt + Tensor(labels.map(Float.init), shape: [labels.count, 1, 1, 1])
    }
    let xt = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    let (c, u) = (xt + Tensor([4, 2], shape: [2, 1, 1, 1]), xt + 10)
    expectClose(
      try predictor(xt, [0, 0]).checked(), u + s * (c - u), "the guided noise at scale \(s)", tolerance: 1e-6,
      mistakes: [
        "the walk leads away from the label: the difference has the wrong sign": u + s * (u - c),
        "the two halves have changed places: the first belongs to the labels, the second to the null label":
          c + s * (u - c),
        "the walk starts from the unconditional prediction": c + s * (c - u),
        "the scale is not used": c,
      ])
  }

  @Test("Labels, images and timesteps of different numbers are a fault")
  func misfit() {
    let predictor = GuidedPredictor(labels: [4, 2], nullLabel: 10, guidanceScale: 2) { xt, _, _ in xt }
    #expect(predictor(.ones([3, 1, 1, 1]), [0, 0, 0]).fault != nil, "two labels for three images must be faulty")
    #expect(predictor(.ones([2, 1, 1, 1]), [0]).fault != nil, "one timestep for two images must be faulty")
    // The guards are given: a right answer to a right question shows that it is there too.
    #expect(predictor(.ones([2, 1, 1, 1]), [0, 0]).fault == nil, "two labels and two timesteps for two images fit")
  }
}

/// Keeps what a network is asked.
final class Spy {
  var calls: [(xt: Tensor, timesteps: [Int], labels: [Int])] = []

  func network(_ xt: Tensor, _ timesteps: [Int], _ labels: [Int]) -> Tensor {
    calls.append((xt, timesteps, labels))
    return xt
  }
}
