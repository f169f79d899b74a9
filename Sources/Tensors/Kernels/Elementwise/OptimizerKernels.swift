/// The rules by which training changes parameters and averages them, each in one pass over memory.
///
/// What is computed of an element depends on that element alone, so the number of threads changes nothing. Products and
/// sums are rounded one by one, as in PyTorch, not fused.
package enum OptimizerKernels {
  /// What is the same for all elements in a step of ``adam(_:_:_:gradient:_:)``.
  package struct AdamCoefficients: Sendable {
    let beta2, oneMinusBeta1, oneMinusBeta2, epsilon, shrinkage, stepSize, secondCorrection: Float

    package init(
      beta2: Float, oneMinusBeta1: Float, oneMinusBeta2: Float, epsilon: Float, shrinkage: Float, stepSize: Float,
      secondCorrection: Float
    ) {
      (self.beta2, self.oneMinusBeta1, self.oneMinusBeta2) = (beta2, oneMinusBeta1, oneMinusBeta2)
      (self.epsilon, self.shrinkage, self.stepSize) = (epsilon, shrinkage, stepSize)
      self.secondCorrection = secondCorrection
    }
  }

  /// m ← m + (1 − β₁) (g − m), v ← β₂ v + (1 − β₂) g²; the result is shrinkage · w − stepSize · m / (√v / correction + ε).
  ///
  /// All tensors have the same shape. The weights are usually still held by the record of the loss, so the new ones get
  /// memory of their own; the moments are changed where they are.
  package static func adam(
    _ weights: Tensor, _ first: inout Tensor, _ second: inout Tensor, gradient: Tensor, _ c: AdamCoefficients
  ) -> Tensor {
    let result = Buffer(uninitialized: weights.shape.elementCount)
    let (w, g, m, v) = (weights.buffer, gradient.buffer, first.ownedBuffer(), second.ownedBuffer())
    forEachChunk(of: result.count) { chunk in
      for index in chunk {
        let gradient = load(g, index)
        let mean = load(m, index) + c.oneMinusBeta1 * (gradient - load(m, index))
        let square = c.beta2 * load(v, index) + c.oneMinusBeta2 * gradient * gradient
        store(mean, m, index)
        store(square, v, index)
        let step = c.stepSize * mean / (square.squareRoot() / c.secondCorrection + c.epsilon)
        store(c.shrinkage * load(w, index) - step, result, index)
      }
    }
    return Tensor(weights.shape, result)
  }

  /// m ← momentum · m + (g + decay · w); the result is w − rate · m. All tensors have the same shape.
  package static func sgd(
    _ weights: Tensor, _ velocity: inout Tensor, gradient: Tensor, rate: Float, momentum: Float, decay: Float
  ) -> Tensor {
    let result = Buffer(uninitialized: weights.shape.elementCount)
    let (w, g, m) = (weights.buffer, gradient.buffer, velocity.ownedBuffer())
    forEachChunk(of: result.count) { chunk in
      for index in chunk {
        let moved = momentum * load(m, index) + (load(g, index) + decay * load(w, index))
        store(moved, m, index)
        store(load(w, index) - rate * moved, result, index)
      }
    }
    return Tensor(weights.shape, result)
  }

  /// average ← keeping · average + taking · value, on tensors of the same shape; faulty where one of them is.
  package static func average(_ average: inout Tensor, with value: Tensor, keeping: Float, taking: Float) {
    guard average.fault == nil, value.fault == nil, average.shape == value.shape else {
      average = average * keeping + value * taking
      return
    }
    let (mean, new) = (average.ownedBuffer(), value.buffer)
    forEachChunk(of: new.count) { chunk in
      for index in chunk { store(load(mean, index) * keeping + load(new, index) * taking, mean, index) }
    }
  }

  // MARK: Vectors

  /// Elements that one thread takes at a time.
  private static let chunk = 1 << 14

  /// Calls `body` on all threads with the places of the vectors of a chunk. Whole vectors only: a buffer's block is a multiple
  /// of sixteen numbers long, so what is past the end is free to use.
  private static func forEachChunk(of count: Int, _ body: @escaping @Sendable (StrideTo<Int>) -> Void) {
    parallel((count + chunk - 1) / chunk) { part in
      body(stride(from: part * chunk, to: Swift.min(count, (part + 1) * chunk), by: lanes))
    }
  }

  @inline(__always)
  private static func load(_ buffer: Buffer, _ index: Int) -> Vector {
    UnsafeRawPointer(buffer.base).loadUnaligned(fromByteOffset: index &* 4, as: Vector.self)
  }

  @inline(__always)
  private static func store(_ value: Vector, _ buffer: Buffer, _ index: Int) {
    UnsafeMutableRawPointer(buffer.base).storeBytes(of: value, toByteOffset: index &* 4, as: Vector.self)
  }
}
