import Tensors
import Testing

/// How gradients find their way through a computation, whatever the operations are.
@Suite("The record of a computation")
struct GradientRecordTests {
  @Test("A tensor used several times gets the sum of its gradients")
  func sharing() {
    let x = Tensor([1, 2, 3]).variable
    // x² + 3x − x: 2x + 2.
    #expect((x * x + x * 3 - x).sum().gradients()[x] == Tensor([4, 6, 8]))
  }

  /// Each of thirty steps uses the one before twice: 2³⁰ paths, but thirty records.
  @Test("Diamonds are walked once", .timeLimit(.minutes(1)))
  func diamonds() {
    let x = Tensor(1).variable
    var y = x
    for _ in 0..<30 { y = y + y }
    #expect(y.gradients()[x]?.item == 0x1p30)
  }

  @Test("Branches of different lengths meet: a gradient goes on only when it is complete")
  func unevenBranches() {
    let x = Tensor(3).variable
    let square = x * x
    let long = (square * 2 + 1) * 5
    // 10x² + 5 + x² : 22x.
    #expect((long + square).gradients()[x]?.item == 66)
  }

  @Test("Each variable has its own gradient; what does not matter has none")
  func variables() {
    let (a, b, unused) = (Tensor(2).variable, Tensor(5).variable, Tensor(7).variable)
    let gradients = (a * b).gradients()
    #expect(gradients[a]?.item == 5 && gradients[b]?.item == 2)
    #expect(gradients[unused] == nil && gradients[Tensor(2)] == nil)
    #expect(Tensor(1).gradients()[a] == nil)
  }

  @Test("A variable made from another's result cuts the record")
  func cutting() {
    let x = Tensor(2).variable
    let inner = (x * 3).variable
    let gradients = (inner * inner).gradients()
    #expect(gradients[inner]?.item == 12 && gradients[x] == nil)
    #expect(((x * 3).detached * x).gradients()[x]?.item == 6)
  }

  @Test("Without recording there are no gradients, and afterwards there are again")
  func withoutRecording() {
    let x = Tensor(2).variable
    let y = withoutGradients { x * x }
    #expect(y.item == 4 && !y.requiresGradient && y.gradients()[x] == nil)
    let mixed = withoutGradients { x * x } + x
    #expect(mixed.gradients()[x]?.item == 1)
    #expect(throws: Fault("inside")) { try withoutGradients { throw Fault("inside") } }
    #expect((x * x).requiresGradient)
  }

  @Test("A tensor that is no single number has gradients from an upstream gradient")
  func upstream() {
    let x = Tensor([1, 2, 3]).variable
    #expect(x.squared().gradients(from: Tensor([1, 10, 100]))[x] == Tensor([2, 40, 600]))
  }

  @Test("Asking twice gives the same")
  func twice() {
    let (x, w) = (random([2, 5, 5, 3], 1).variable, random([3, 3, 3, 4], 2).variable)
    let loss = x.conv2d(w, padding: 1).silu().squared().mean()
    let (first, second) = (loss.gradients(), loss.gradients())
    #expect(first[x] != nil && first[x] == second[x] && first[w] == second[w])
    #expect(first[x]?.requiresGradient == false)
  }

  /// Left to themselves the records of a chain free one another recursively, and some ten thousand overflow the stack. The
  /// operations keep what they need in different ways: numbers, shapes, the other operand.
  @Test(
    "A chain of 200,000 operations is freed without overflowing the stack",
    arguments: [
      Step("x + 1") { y, _ in y + 1 },
      Step("maximum") { y, a in maximum(a, y) },
      Step("tanh") { y, _ in y.tanh() },
      Step("concatenated and sliced") { y, a in Tensor.concatenated([a, y], axis: 0).sliced(axis: 0, 1..<2) },
    ])
  func longChains(_ step: Step) {
    let a = Tensor([1]).variable
    var y = a
    for _ in 0..<200_000 { y = step.body(y, a) }
    #expect(y.requiresGradient)
    y = Tensor(0)
    #expect(!y.requiresGradient)
  }

  struct Step: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let body: @Sendable (Tensor, Tensor) -> Tensor

    init(_ name: String, _ body: @escaping @Sendable (Tensor, Tensor) -> Tensor) {
      (testDescription, self.body) = (name, body)
    }
  }

  @Test("A long chain has its gradient")
  func longGradient() {
    let x = Tensor(1).variable
    var y = x
    for _ in 0..<20_000 { y = y + 1 }
    #expect(y.item == 20_001 && y.gradients()[x]?.item == 1)
  }
}
