extension Chapter {
  static let convolution = Chapter(
    0, module: "Convolution", title: "Convolution", text: "00-convolution.md",
    exercises: [
      Entry(
        title: "Output sizes", file: "OutputSize.swift", points: 2,
        hints: [
          "Count steps, not windows: how far can the first window move until it touches the far end of the margin?",
          "There is one window more than there are steps. Whether the first one fits must be asked before dividing, since "
            + "Swift rounds −1 / 2 to 0. For the way back, go from the first window's beginning to the last one's end.",
          "There: with room = input + 2 · padding − kernel it is 0 if room < 0, else room / stride + 1. Back: "
            + "(input − 1) · stride + kernel − 2 · padding + outputPadding, but never below 0, and 0 for no window.",
        ]),
      Entry(
        title: "Convolution as seven loops", file: "NaiveConvolution.swift", points: 5,
        hints: [
          "The indices on the left of the formula say what is computed, so their loops, n, i, j and o, stand outside; those that "
            + "only the right has, ky, kx and c, are summed over, and stand inside.",
          "Begin with Tensor.zeros(extents.outputShape). In the loop over kx work out the row and the column, and go on with the next "
            + "tap (`continue`) where they lie outside the image.",
          "var y = Tensor.zeros(extents.outputShape); for n, i, j, o a sum from 0; for ky, kx with row and column inside and "
            + "all c: sum += x[n, row, column, c] * weight[ky, kx, c, o]; at the end y[n, i, j, o] = sum.",
        ]),
      Entry(
        title: "Eight channels at a time", file: "VectorConvolution.swift", points: 7,
        hints: [
          "Take the seven loops, and let the one over o go in steps of eight. What was a number of type Float and depends on o "
            + "becomes a SIMD8<Float>.",
          "`Swift.stride(from: 0, to: outputs, by: 8)` gives where the pieces of a row begin; the last has outputs − first elements, "
            + "if that is below eight. A vector is read and written lane by lane: vector[lane].",
          "The vector for ky, kx, c and a piece is vectors[((ky · kernelWidth + kx) · inputs + c) · pieces + piece], and the "
            + "inner loop says sum += pixels[…] * vectors[…]. Append min(8, outputs − piece · 8) lanes of each sum.",
        ]),
      Entry(
        title: "The transposed convolution", file: "TransposedConvolution.swift", points: 5,
        hints: [
          "Copy the loops of 0.2, row and column included. Where the convolution reads a pixel and writes an output, this reads an "
            + "output's gradient and writes to a pixel.",
          "Several windows lie over one pixel, so their contributions add up: begin with zeros and use +=.",
          "gradient[n, row, column, c] += upstream[n, i, j, o] * weight[ky, kx, c, o], for all seven indices whose row and "
            + "column lie inside the image.",
        ]),
      Entry(
        title: "Gradients for weight and bias", file: "ConvolutionGradients.swift", points: 5,
        hints: [
          "Again the same loops, row and column. The derivative of y[n, i, j, o] for weight[ky, kx, c, o] is the pixel that the "
            + "weight multiplies there.",
          "A weight is used in every window of every image, so its gradient sums over n, i and j. The bias is added to every "
            + "pixel of its channel: its factor is 1. Tensors have sum(axes:).",
          "gradient[ky, kx, c, o] += x[n, row, column, c] * upstream[n, i, j, o]; for the bias sum over the axes 0, 1 and 2.",
        ]),
      Entry(
        title: "Convolution as a product of matrices", file: "Patches.swift", points: 5,
        hints: [
          "No index of the matrix need be computed: go through the windows in order, and append what each one sees to an array of "
            + "Floats. The loops are those of 0.2 without o.",
          "A tap outside the image appends as many zeros as there are channels. The weight's axes are in the same order, so it "
            + "becomes a matrix by reshaping alone.",
          "Tensor(elements, shape: [count · rows · columns, kernelHeight · kernelWidth · inputs]). Then windows.matmul(weight "
            + "reshaped to [kernelHeight · kernelWidth · inputs, outputs]), reshaped to extents.outputShape.",
        ]),
    ])
}
