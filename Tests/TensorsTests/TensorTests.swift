import Tensors
import Testing

/// A tensor is a value: what is written to a copy is not seen in the original.
@Suite("Tensors as values")
struct TensorTests {
  @Test("Writing to a copy leaves the original")
  func copies() {
    let original = Tensor([1, 2, 3, 4], shape: [2, 2])
    var copy = original
    copy[0, 1] = 20
    #expect(original.scalars == [1, 2, 3, 4] && copy.scalars == [1, 20, 3, 4])
    var second = copy
    second[1, 1] = 40
    copy[0, 0] = 10
    #expect(copy.scalars == [10, 20, 3, 4] && second.scalars == [1, 20, 3, 40])
  }

  @Test("A reshaped tensor shares no fate with the one it came from")
  func reshapedCopies() {
    let original = Tensor([1, 2, 3, 4])
    var reshaped = original.reshaped([2, 2])
    reshaped[1, 0] = 9
    #expect(original == Tensor([1, 2, 3, 4]) && reshaped[1, 0] == 9)
    var same = original.transposed([0])
    same[0] = 7
    #expect(original[0] == 1)
  }

  @Test("Writing to a tensor that a gradient needs leaves the gradient as it was")
  func recordedCopies() {
    let x = Tensor([2, 3]).variable
    var square = x.squared()
    let sum = (square * square).sum()
    square[0] = 100
    // d(x⁴)/dx = 4x³.
    #expect(sum.gradients()[x] == Tensor([32, 108]))
    #expect(!square.requiresGradient, "an element was overwritten: the rest no longer is a function of x")
  }

  @Test("Subscripts outside: reading gives NaN, writing a fault that names the place")
  func outside() {
    var x = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    #expect(x[1, 2] == 6)
    #expect([x[2, 0], x[0, 3], x[-1, 0], x[0], x[0, 0, 0], x[]].allSatisfy { $0.isNaN })
    x[2, 0] = 1
    #expect(x.fault?.reason == "the index [2, 0] is outside the shape [2, 3]")
    x[0, 0] = 1
    #expect(x.fault?.reason == "the index [2, 0] is outside the shape [2, 3]")
  }

  @Test("item is the only element, and NaN where there are several or none")
  func item() {
    #expect(Tensor(5).item == 5 && Tensor([5], shape: [1, 1]).item == 5)
    #expect(Tensor([5, 6]).item.isNaN && Tensor.zeros([0]).item.isNaN)
  }

  @Test("Tensors are equal when shape and elements are")
  func equality() {
    #expect(Tensor([1, 2]) == Tensor([1, 2]))
    #expect(Tensor([1, 2]) != Tensor([1, 2], shape: [2, 1]))
    #expect(Tensor([1, 2]) != Tensor([1, 3]))
  }

  @Test("isFinite sees one bad element among many", arguments: [Float.nan, .infinity, -.infinity])
  func finiteness(bad: Float) {
    var x = Tensor.zeros([7, 11])
    #expect(x.isFinite)
    x[6, 10] = bad
    #expect(!x.isFinite)
  }

  @Test("Shapes broadcast from the last axis")
  func broadcasting() {
    #expect(Shape([2, 1, 4]).broadcast(with: [3, 1]) == [2, 3, 4])
    #expect(Shape([]).broadcast(with: [3]) == [3] && Shape([]).broadcast(with: []) == [])
    #expect(Shape([0]).broadcast(with: [1]) == [0])
    #expect(Shape([2]).broadcast(with: [3]) == nil)
    #expect(Shape([2, 3, 4]).strides == [12, 4, 1] && Shape([]).elementCount == 1)
    #expect(Shape([2, 3]).normalizedAxis(-2) == 0 && Shape([2, 3]).normalizedAxis(2) == nil)
  }
}
