import Tensors
import TestSupport
import Testing

/// What the oracle tests rely on: a comparison that can fail.
@Suite("expectClose tells what differs")
struct ClosenessTests {
  private let expected = Tensor([1, 2, 3, -4], shape: [2, 2])

  @Test("Accepts what is within the tolerance of the largest magnitude")
  func accepts() {
    expectClose(Tensor([1.003, 2, 3, -4], shape: [2, 2]), expected, "The tensor", tolerance: 1e-3)
    expectClose(.zeros([3]), .zeros([3]), "The tensor of zeros", tolerance: 0)
  }

  @Test("Names the worst element and both values")
  func namesWorstElement() {
    withKnownIssue {
      expectClose(Tensor([1.1, 2, 3.5, -4], shape: [2, 2]), expected, "The tensor", tolerance: 1e-3)
    } matching: { issue in
      issue.comments.first?.rawValue
        == "The tensor: off in 2 of 4 elements, most at [1, 0]: yours is 3.5 instead of 3.0, an error of 0.125 "
        + "relative to the largest, where 0.001 is allowed"
    }
  }

  @Test("Rejects NaN, faults and other shapes", arguments: ["NaN", "fault", "shape", "missing"])
  func rejects(_ kind: String) {
    withKnownIssue {
      switch kind {
      case "NaN": expectClose(Tensor([1, 2, 3, .nan], shape: [2, 2]), expected, "The tensor", tolerance: 1e9)
      case "fault": expectClose(Tensor(fault: Fault("not written")), expected, "The tensor", tolerance: 1e9)
      case "shape": expectClose(Tensor([1, 2, 3, -4]), expected, "The tensor", tolerance: 1e9)
      default: expectClose(expected, Tensor(fault: Fault("not there")), "The tensor", tolerance: 1e9)
      }
    }
  }

  @Test("An infinity agrees with nothing but itself, and NaN with nothing")
  func infinities() {
    #expect(agree(1, 1 + 1e-9, relative: 1e-8) && !agree(1, 1 + 1e-7, relative: 1e-8))
    #expect(agree(0, 0, relative: 0) && agree(.infinity, .infinity, relative: 0))
    for strange in [Double.infinity, -.infinity, .nan] {
      #expect(!agree(strange, 1, relative: 1e-8) && !agree(-1, strange, relative: 1e-8))
    }
    #expect(!agree(.infinity, -.infinity, relative: 1) && !agree(.nan, .nan, relative: 1))
  }

  @Test("A name that a fixture does not have gives a faulty tensor, and a setting an error")
  func missing() throws {
    let fixture = try Oracle.operations.get()
    #expect(fixture["nothing"].fault?.reason == "the fixture operations has no tensor nothing")
    #expect(throws: Fault.self) { try fixture.integer("nothing/stride") }
  }
}
