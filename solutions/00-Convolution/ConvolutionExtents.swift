import Tensors

/// How far the loops of a convolution run: the extents of operands that fit together.
struct ConvolutionExtents {
  /// The images: how many, their height and width in pixels, and the channels of each pixel.
  let count, height, width, inputs: Int
  /// The kernel, and the channels of the output.
  let kernelHeight, kernelWidth, outputs: Int
  /// The step from one window to the next, and the margin of zeros on every side.
  let stride, padding: Int
  /// The windows, and so the height and width of the output.
  let rows, columns: Int

  /// `[count, height, width, inputs]`
  var imageShape: Shape { [count, height, width, inputs] }
  /// `[kernelHeight, kernelWidth, inputs, outputs]`
  var weightShape: Shape { [kernelHeight, kernelWidth, inputs, outputs] }
  /// `[count, rows, columns, outputs]`
  var outputShape: Shape { [count, rows, columns, outputs] }

  /// The extents for images and a weight of these shapes.
  ///
  /// - Parameter output: The shape of the output, where that is given as well; else the rows and columns are those of
  ///   exercise 0.1.
  /// - Throws: What does not fit.
  init(images: Shape, weight: Shape, output: Shape? = nil, stride: Int, padding: Int) throws(Fault) {
    guard images.rank == 4, weight.rank == 4, images[3] == weight[2], weight.allSatisfy({ $0 > 0 }), stride > 0,
      padding >= 0
    else {
      throw Fault(
        "convolution: a weight \(weight) at a stride of \(stride) with a padding of \(padding) does not fit images "
          + "\(images)")
    }
    (count, height, width, inputs) = (images[0], images[1], images[2], images[3])
    (kernelHeight, kernelWidth, outputs) = (weight[0], weight[1], weight[3])
    (self.stride, self.padding) = (stride, padding)
    if let output {
      guard output.rank == 4, output[0] == count, output[3] == outputs else {
        throw Fault("convolution: a weight \(weight) does not make \(output) of images \(images)")
      }
      (rows, columns) = (output[1], output[2])
    } else {
      rows = convolutionOutputSize(input: height, kernel: kernelHeight, stride: stride, padding: padding)
      columns = convolutionOutputSize(input: width, kernel: kernelWidth, stride: stride, padding: padding)
    }
    for (windows, extent, kernel) in [(rows, height, kernelHeight), (columns, width, kernelWidth)] {
      let room = extent + 2 * padding - kernel
      // What the last window leaves over is less than a stride, or there would be room for another.
      guard (0...max(room + 1, 0)).contains(windows), windows == 0 || (windows - 1) * stride <= room,
        output == nil || room < windows * stride
      else {
        throw Fault(
          "convolution: \(windows) windows of \(kernel) at a stride of \(stride) in \(extent) pixels with a padding of "
            + "\(padding)" + (output == nil ? ", says exercise 0.1: too many" : " are not how many fit"))
      }
    }
  }

  /// What a function makes of the extents, or the fault of operands that are faulty or do not fit.
  static func fitting(
    _ images: Tensor, _ weight: Tensor, stride: Int, padding: Int, _ body: (ConvolutionExtents) -> Tensor
  ) -> Tensor {
    if let fault = images.fault ?? weight.fault { return Tensor(fault: fault) }
    do {
      let extents = try ConvolutionExtents(
        images: images.shape, weight: weight.shape, stride: stride, padding: padding)
      return body(extents)
    } catch {
      return Tensor(fault: error)
    }
  }
}
