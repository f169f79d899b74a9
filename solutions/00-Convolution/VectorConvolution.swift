import Tensors

// A processor multiplies and adds eight numbers as fast as one, if they lie side by side. Output channels do: all of them
// multiply the same pixel x[n, row, column, c] with weights that are neighbors in memory. So a loop over single channels
// becomes one over vectors of eight.
//
// Write `sum + a * b` with vectors as with numbers. `addingProduct` promises to round once instead of twice, and where the
// compiler may not use the processor's instruction for that, it calls a slow library function for each lane.

/// The weight of a convolution in vectors of eight output channels, in the order in which a convolution needs them.
///
/// A row is what the weight has for one ky, kx and c: a number for each output. Rows are cut into pieces of eight; where the
/// outputs are no multiple of eight, a row's last piece is filled up with zeros. For 3 rows of 10 outputs these are 6 vectors:
/// channels 0…7 of row 0, channels 8 and 9 of row 0 and six zeros, channels 0…7 of row 1, and so on.
///
/// - Parameters:
///   - weight: The elements of the weight `[kernel height, kernel width, inputs, outputs]` in row-major order.
///   - outputs: The extent of the last axis.
/// - Returns: ⌈outputs / 8⌉ vectors for each ky, kx and c, in that order.
public func packedWeight(_ weight: [Float], outputs: Int) -> [SIMD8<Float>] {
  // BEGIN SOLUTION 0.3
  var packed: [SIMD8<Float>] = []
  for row in stride(from: 0, to: weight.count, by: outputs) {
    for first in stride(from: 0, to: outputs, by: 8) {
      var vector = SIMD8<Float>.zero
      for lane in 0..<min(8, outputs - first) { vector[lane] = weight[row + first + lane] }
      packed.append(vector)
    }
  }
  return packed
  // END SOLUTION
}

/// Convolution, eight output channels at a time: the same numbers as ``naiveConvolution(_:weight:stride:padding:)``.
///
/// For each n, i, j and each piece of eight outputs one vector holds eight sums. Each ky, kx and c adds x[n, row, column, c],
/// a number, times a vector of `vectors`. Then the lanes are written out; those past the last output are not. `vectors` is what
/// your `packedWeight` makes of the weight: the piece p for ky, kx and c is
/// vectors[((ky · kernelWidth + kx) · inputs + c) · pieces + p]. The engine's `conv2d` is what you are building, and a grader
/// refuses it.
///
/// Arrays are quicker than tensors to read element by element. `x.scalars` is x in row-major order: x[n, row, column, c] is at
/// ((n · height + row) · width + column) · inputs + c, which makes sense inside the image only: reading outside an array ends
/// the program.
///
/// - Parameters:
///   - x: Images, `[count, height, width, inputs]`.
///   - weight: `[kernel height, kernel width, inputs, outputs]`.
///   - stride: The step from one window to the next.
///   - padding: The margin of zeros on every side.
/// - Returns: `[count, rows, columns, outputs]`; `Tensor(elements, shape: extents.outputShape)` makes it of an array.
public func vectorConvolution(_ x: Tensor, weight: Tensor, stride: Int = 1, padding: Int = 0) -> Tensor {
  ConvolutionExtents.fitting(x, weight, stride: stride, padding: padding) { extents in
    let vectors = packedWeight(weight.scalars, outputs: extents.outputs)
    let pieces = (extents.outputs + 7) / 8
    guard vectors.count == extents.kernelHeight * extents.kernelWidth * extents.inputs * pieces else {
      return Tensor(fault: Fault("packedWeight makes \(vectors.count) vectors of the weight \(weight.shape)"))
    }
    // BEGIN SOLUTION 0.3
    let pixels = x.scalars
    var y: [Float] = []
    for n in 0..<extents.count {
      for i in 0..<extents.rows {
        for j in 0..<extents.columns {
          for piece in 0..<pieces {
            var sum = SIMD8<Float>.zero
            for ky in 0..<extents.kernelHeight {
              for kx in 0..<extents.kernelWidth {
                let (row, column) = (i * stride + ky - padding, j * stride + kx - padding)
                guard row >= 0, row < extents.height, column >= 0, column < extents.width else { continue }
                let pixel = ((n * extents.height + row) * extents.width + column) * extents.inputs
                let tap = (ky * extents.kernelWidth + kx) * extents.inputs
                for c in 0..<extents.inputs { sum += pixels[pixel + c] * vectors[(tap + c) * pieces + piece] }
              }
            }
            for lane in 0..<min(8, extents.outputs - piece * 8) { y.append(sum[lane]) }
          }
        }
      }
    }
    return Tensor(y, shape: extents.outputShape)
    // END SOLUTION
  }
}
