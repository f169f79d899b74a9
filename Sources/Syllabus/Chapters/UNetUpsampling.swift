extension Chapter {
  static let uNetUpsampling = Chapter(
    3, module: "UNetUpsampling", title: "U-Net upsampling", text: "03-unet-upsampling.md",
    exercises: [
      Entry(
        title: "The timestep as waves", file: "SinusoidalEmbedding.swift", points: 4,
        hints: [
          "Begin with the frequencies: there are half as many as there are numbers in a row, and they do not depend on t.",
          "Stay with arrays of Double until the end: for each t the angles, then all their sines and all their cosines. `+` "
            + "puts two arrays end to end.",
          "f_i is Double.pow(10_000, -Double(i) / Double(half)); a row is angles.map { Float(.sin($0)) } + angles.map { "
            + "Float(.cos($0)) }; the rows, flattened, become a Tensor of shape [timesteps.count, width].",
        ]),
      Entry(
        title: "Nearest-neighbour upsampling", file: "NearestUpsampling.swift", points: 3,
        hints: [
          "Walk over the pixels of the larger images, in both functions. Each comes from one pixel of the smaller ones: "
            + "which?",
          "Dividing whole numbers drops the rest: row / factor. The gradient uses the same two positions, read the other way "
            + "round, and several pixels arrive at the same place.",
          "Four nested loops. Up: result[image, row, column, channel] = x[image, row / factor, column / factor, channel]. "
            + "Back: gradient[the position that x had] += upstream[the position that result had].",
        ]),
      Entry(
        title: "Bilinear upsampling", file: "BilinearUpsampling.swift", points: 6,
        hints: [
          "First the positions, and check them on paper for [0, 1] by 2: 0, 0.25, 0.75, 1 with half-pixel centres, and 0, ⅓, "
            + "⅔, 1 with aligned corners.",
          "Ask `neighbours` for each row and for each column: two rows and two columns make four pixels. The gradient goes "
            + "to the same four, with the same four weights.",
          "With shares s of the rows and r of the columns the weights are (1 − s)(1 − r), (1 − s)r, s(1 − r) and s·r. The "
            + "gradient adds each of them times upstream[…] to its pixel with +=.",
        ]),
      Entry(
        title: "Group normalization", file: "GroupNormalization.swift", points: 5,
        hints: [
          "Give the groups an axis of their own. Row-major order tells in which order the axes for groups and for channels "
            + "within a group must stand.",
          "As [count, pixels, groups, channels / groups] the statistics are over axes 1 and 3. Kept axes of extent 1 stretch "
            + "when subtracted or divided by.",
          "mean(axes: [1, 3], keepingAxes: true), variance likewise, (grouped − mean) / (variance + epsilon).sqrt(), back to "
            + "x.shape, and only then · scale + shift, which have a number for each channel.",
        ]),
      Entry(
        title: "The residual block", file: "ResidualBlock.swift", points: 5,
        hints: [
          "Four steps, four lines or so. Follow the shapes: which of them is not that of images?",
          "The projected time is [count, outputs]. Reshape it so that it stretches over rows and columns. The shortcut is an "
            + "optional: what is added if it is nil?",
          "conv1(norm1(x).silu()), plus timeProjection(time.silu()) reshaped to [-1, 1, 1, channels], then "
            + "conv2(norm2(…).silu()), plus (shortcut?(x) ?? x).",
        ]),
      Entry(
        title: "Self-attention over pixels", file: "SelfAttention.swift", points: 8,
        hints: [
          "Write down the shapes first: tokens [count, N, channels], a head's queries and keys [count, heads, N, d], scores "
            + "[count, heads, N, N].",
          "Dividing the channels is reshaped([count, N, heads, d]) followed by transposed([0, 2, 1, 3]); the way back is the "
            + "same in the opposite order. In scores[…, i, j] the answering tokens j are along the last axis.",
          "q.matmul(k.transposed()) / √d, softmax(axis: −1), matmul(v), transposed([0, 2, 1, 3]), reshaped(x.shape), output(…), "
            + "and + x.",
        ]),
      Entry(
        title: "A stage down", file: "DownStage.swift", points: 3,
        hints: [
          "Three layers in a row. After which of them is the result kept?",
          "Call both residual blocks with the time, and give a name to what comes out: it is needed twice.",
          "skip is residuals[1](residuals[0](x, time: time), time: time); return downsample(skip) and skip.",
        ]),
      Entry(
        title: "A stage up", file: "UpStage.swift", points: 4,
        hints: [
          "The first block expects 2 · outputs channels. Where do they come from, and in what order?",
          "Double before you smooth. Channels are the last axis of images.",
          "upsample(x.upsampledNearest(by: 2)), then Tensor.concatenated([…, skip], axis: -1), then both blocks.",
        ]),
      Entry(
        title: "The U-Net", file: "UNet.swift", points: 6,
        hints: [
          "The six steps are listed above the function; each is a line or two. Keep the image in one variable, the skip "
            + "connections in an array.",
          "A stage down returns two images: one goes on, the other is appended to the array. Which of the array's elements "
            + "has the size that the first stage up needs?",
          "for (stage, skip) in zip(up, skips.reversed()) { x = stage(x, skip: skip, time: time) }, and at the end "
            + "convOut(normOut(x).silu()).",
        ]),
    ])
}
