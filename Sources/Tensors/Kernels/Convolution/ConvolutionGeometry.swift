/// The sizes of a two-dimensional convolution of images `[count, height, width, inputs]` with weights
/// `[kernelHeight, kernelWidth, inputs / groups, outputs]`.
package struct ConvolutionGeometry: Sendable, Equatable {
  package let count: Int
  package let height: Int
  package let width: Int
  package let inputs: Int
  package let outputs: Int
  package let kernelHeight: Int
  package let kernelWidth: Int
  package let stride: Int
  package let padding: Int
  package let groups: Int

  package init(
    count: Int, height: Int, width: Int, inputs: Int, outputs: Int, kernelHeight: Int, kernelWidth: Int, stride: Int,
    padding: Int, groups: Int
  ) {
    self.count = count
    self.height = height
    self.width = width
    self.inputs = inputs
    self.outputs = outputs
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }

  package var outputHeight: Int { (height + 2 * padding - kernelHeight) / stride + 1 }
  package var outputWidth: Int { (width + 2 * padding - kernelWidth) / stride + 1 }
  package var inputsPerGroup: Int { inputs / groups }
  package var outputsPerGroup: Int { outputs / groups }

  package var inputShape: Shape { [count, height, width, inputs] }
  package var outputShape: Shape { [count, outputHeight, outputWidth, outputs] }
  package var weightShape: Shape { [kernelHeight, kernelWidth, inputsPerGroup, outputs] }
}
