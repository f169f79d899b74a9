import Tensors
import Testing

/// Tensors so large that their work is divided into parts, of which some begin in the middle of an axis.
@Suite("Work in parts")
struct PartedWorkTests {
  private let outer = 1201
  private let middle = 11
  private let inner = 3

  private func numbers(_ shape: Shape) -> Tensor {
    Tensor((0..<shape.elementCount).map { Float($0 % 8191) }, shape: shape)
  }

  @Test("A smaller operand is stretched over every row")
  func broadcasting() {
    let (x, y) = (numbers([outer, middle, inner]), numbers([outer, 1, inner]))
    let (a, b) = (x.scalars, y.scalars)
    var expected: [Float] = []
    for i in 0..<outer {
      for j in 0..<middle {
        for k in 0..<inner { expected.append(a[(i * middle + j) * inner + k] + b[i * inner + k]) }
      }
    }
    #expect((x + y).scalars == expected)
  }

  @Test("Axes change their places")
  func transposing() {
    let x = numbers([middle, outer, inner])
    let a = x.scalars
    var expected: [Float] = []
    for j in 0..<outer {
      for i in 0..<middle {
        for k in 0..<inner { expected.append(a[(i * outer + j) * inner + k]) }
      }
    }
    #expect(x.transposed([1, 0, 2]).scalars == expected)
  }
}
