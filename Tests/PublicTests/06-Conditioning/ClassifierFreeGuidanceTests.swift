import Conditioning
import Tensors
import TestSupport
import Testing

@Suite("6.6 Classifier-free guidance", .exercise("6.6"))
struct Exercise6_6 {
  private let conditional = Tensor([1, -2, 0.5, 3], shape: [1, 2, 2, 1])
  private let unconditional = Tensor([0.5, 1, 0.25, -1], shape: [1, 2, 2, 1])

  @Test("Scale 0 ignores the label, 1 is the conditional prediction, more goes beyond")
  func scale() throws {
    let (c, u) = (conditional, unconditional)
    let scales: [Float] = [-1, 0, 1, 3, 7.5]
    let answers = try scales.map { try guidedNoise(conditional: c, unconditional: u, guidanceScale: $0).checked() }
    // A scale alone does not tell all mistakes apart: at 0 the paper's w gives what exchanged predictions give. So a
    // mistake counts where it fits all of them.
    let mistakes: KeyValuePairs<String, (Float) -> Tensor> = [
      "the walk leads away from the label: the difference has the wrong sign": { u + $0 * (u - c) },
      "conditional and unconditional have changed places": { c + $0 * (u - c) },
      "the walk starts from the unconditional prediction; yours is the paper's, where w = scale − 1": {
        c + $0 * (c - u)
      },
      "the difference is missing: predictions of full size are added": { u + $0 * c },
      "only the difference is left; it is a walk from the unconditional prediction": { $0 * (c - u) },
      "the scale is not used": { _ in c },
      "a scale below 0 counts as 0; it leads away from the label": { u + max($0, 0) * (c - u) },
      "scales up to 1 give the conditional prediction; 0 is without the label, and between it is between": {
        $0 <= 1 ? c : u + $0 * (c - u)
      },
      "the label is not used": { _ in u },
    ]
    let fitting = mistakes.first { mistake in zip(scales, answers).allSatisfy { isClose($1, mistake.value($0), 1e-6) } }
    for (s, answer) in zip(scales, answers) {
      // All numbers here are exact in Float.
      expectClose(
        answer, u + s * (c - u), "the guided noise at scale \(s)\(fitting.map { ": \($0.key)" } ?? "")",
        tolerance: 1e-6)
    }
  }

  @Test("What label and no label agree on stays, whatever the scale")
  func agreement() throws {
    // c + s · 0 is exact, and (1 − s) · c + s · c is good to a few roundings of 5 · 3.
    expectClose(
      try guidedNoise(conditional: conditional, unconditional: conditional, guidanceScale: 5).checked(), conditional,
      "the guided noise where both predictions are equal, and so leave no direction to walk in", tolerance: 3e-6)
  }

  @Test("Of two classes, guidance pushes past the one that is asked for")
  func beyond() throws {
    // Noise that says where the image is off: x − m, for classes at −1 and 1 whose mixture has its middle at 0.
    let x = Tensor([0.8], shape: [1, 1, 1, 1])
    let guided = try guidedNoise(conditional: x - 1, unconditional: x, guidanceScale: 3).checked()
    try #require(
      guided.shape == x.shape,
      "the guided noise has the predictions' shape: yours is \(guided.shape) instead of \(x.shape)")
    // x − 3: the images are pulled to 3, beyond the class at 1.
    let pull = 0.8 - Double(guided.item)
    #expect(
      abs(pull - 3) < 1e-6,
      likelyMistake(
        pull, insteadOf: 3,
        [
          "the walk leads away from the label: the difference has the wrong sign": -3,
          "the walk starts from the unconditional prediction; yours is the paper's, where w = scale − 1": 4,
          "the images are pulled to the class and not beyond": 1,
        ], within: 1e-5, otherwise: "with scale 3, images are pulled three times as far as to the class at 1"))
  }

  @Test("The network is asked once, with a batch of twice the size")
  func once() throws {
    let spy = Spy()
    let predictor = GuidedPredictor(labels: [4, 2], nullLabel: 10, guidanceScale: 2, network: spy.network)
    let xt = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    try predictor(xt, [7, 9]).checked()
    #expect(
      spy.calls.count == 1,
      "both questions are put in one batch: the network was asked \(spy.calls.count) times instead of once")
    let call = try #require(spy.calls.first, "the network was not asked")
    guard spy.calls.count == 1 else { return }
    #expect(
      call.xt == .concatenated([xt, xt], axis: 0),
      call.xt.shape == [4, 2, 1, 1]
        ? "all images come first, then all images once more: yours are \(call.xt.scalars) instead of [1, 2, 3, 4, 1, 2, 3, 4]"
        : "the batch is of twice the size: yours is \(call.xt.shape) instead of [4, 2, 1, 1]")
    #expect(
      call.timesteps == [7, 9, 7, 9],
      likelyMistake(
        call.timesteps, insteadOf: [7, 9, 7, 9],
        [
          "the timesteps are not repeated for the second half": [7, 9],
          "the second half has its images' timesteps too, not 0": [7, 9, 0, 0],
          "the images come twice, all of them and then all again, and so do their timesteps": [7, 7, 9, 9],
        ], otherwise: "each image has its timestep in both halves"))
    #expect(
      call.labels == [4, 2, 10, 10],
      likelyMistake(
        call.labels, insteadOf: [4, 2, 10, 10],
        [
          "the null labels come first; they belong to the second half": [10, 10, 4, 2],
          "labels and null labels alternate; first come all labels": [4, 10, 2, 10],
          "there is a single null label for all images": [4, 2, 10],
          "the labels are asked for twice, and never without": [4, 2, 4, 2],
          "without a label means with the null label that was given, not with class 0": [4, 2, 0, 0],
        ], otherwise: "the labels that are asked for come first, then as many null labels"))
  }

  @Test("Each half of the answer goes to its own place")
  func halves() throws {
    // Noise = x + label: with the label c, without it 10.
    let xt = Tensor([1, 2, 3, 4], shape: [2, 2, 1, 1])
    let (c, u) = (xt + Tensor([4, 2], shape: [2, 1, 1, 1]), xt + 10)
    let scales: [Float] = [0, 1, 3]
    let answers = try scales.map { scale in
      let predictor = GuidedPredictor(labels: [4, 2], nullLabel: 10, guidanceScale: scale) { xt, _, labels in
        xt + Tensor(labels.map(Float.init), shape: [labels.count, 1, 1, 1])
      }
      return try predictor(xt, [0, 0]).checked()
    }
    func own(_ c: Tensor, _ u: Tensor, _ scale: Float) -> Tensor {
      guidedNoise(conditional: c, unconditional: u, guidanceScale: scale)
    }
    let mistakes: KeyValuePairs<String, (Float) -> Tensor> = [
      // What is wrong with `guidedNoise` its own tests tell.
      "this is what your guidedNoise makes of the right halves, and it is not right itself: see to that first": {
        own(c, u, $0)
      },
      "the two halves have changed places: the first belongs to the labels, the second to the null label": {
        own(u, c, $0)
      },
      "the scale is not passed on": { _ in own(c, u, 1) },
      "only the first half is handed on": { _ in c },
      "only the second half is handed on": { _ in u },
    ]
    let fitting = mistakes.first { mistake in zip(scales, answers).allSatisfy { isClose($1, mistake.value($0), 1e-6) } }
    for (s, answer) in zip(scales, answers) {
      expectClose(
        answer, u + s * (c - u), "the guided noise at scale \(s)\(fitting.map { ": \($0.key)" } ?? "")",
        tolerance: 1e-6)
    }
  }

  @Test("Labels, images and timesteps of different numbers are a fault")
  func misfit() {
    let predictor = GuidedPredictor(labels: [4, 2], nullLabel: 10, guidanceScale: 2) { xt, _, _ in xt }
    #expect(predictor(.ones([3, 1, 1, 1]), [0, 0, 0]).fault != nil, "two labels for three images must be faulty")
    #expect(predictor(.ones([2, 1, 1, 1]), [0]).fault != nil, "one timestep for two images must be faulty")
    // The guards are given: a right answer to a right question shows that it is there too.
    let fault = predictor(.ones([2, 1, 1, 1]), [0, 0]).fault
    #expect(fault == nil, "two labels and two timesteps fit two images: yours is faulty, “\(fault?.reason ?? "")”")
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
