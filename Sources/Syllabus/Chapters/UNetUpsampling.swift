extension Chapter {
  static let uNetUpsampling = Chapter(
    3, module: "UNetUpsampling", title: "U-Net upsampling", text: "03-unet-upsampling.md",
    exercises: [
      Entry(
        title: "The timestep as waves", file: "SinusoidalEmbedding.swift", points: 4,
        hints: [
          "Think of hands on clocks: hand i turns by f_i with every timestep, and each hand is described by its sine and its "
            + "cosine. How many hands are there, and what of them does not depend on t?",
          "Begin with the half frequencies, in an array of Double, and divide Doubles: in whole numbers i / half is 0. Then for "
            + "each t the angles, all their sines and all their cosines. `+` puts two arrays end to end.",
          "f_i is Double.pow(10_000, -Double(i) / Double(half)); a row is angles.map { Float(.sin($0)) } + angles.map { "
            + "Float(.cos($0)) }; the rows, flattened, become a Tensor of shape [timesteps.count, width].",
        ]),
      Entry(
        title: "Nearest-neighbor upsampling", file: "NearestUpsampling.swift", points: 3,
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
          "First the positions, and check them on paper for [0, 1] by 2: 0, 0.25, 0.75, 1 with half-pixel centers, and 0, ⅓, "
            + "⅔, 1 with aligned corners.",
          "Ask `neighbors` for each row and for each column: two rows and two columns make four pixels. The gradient goes "
            + "to the same four, with the same four weights.",
          "With shares s of the rows and r of the columns the weights are (1 − s)(1 − r), (1 − s)r, s(1 − r) and s·r. The "
            + "gradient adds each of them times upstream[…] to its pixel with +=.",
        ]),
      Entry(
        title: "Group normalization", file: "GroupNormalization.swift", points: 5,
        hints: [
          "Statistics are easy over whole axes, but a group is only a part of one. Could `reshaped` give the groups an axis of "
            + "their own? Row-major order tells in which order the axes for groups and for channels within a group must stand.",
          "As [count, pixels, groups, channels / groups] the statistics are over axes 1 and 3. Kept axes of extent 1 stretch "
            + "when subtracted or divided by.",
          "mean(axes: [1, 3], keepingAxes: true), variance likewise, (grouped − mean) / (variance + epsilon).sqrt(), back to "
            + "x.shape, and only then · scale + shift, which have a number for each channel.",
        ]),
      Entry(
        title: "The residual block", file: "ResidualBlock.swift", points: 5,
        hints: [
          "Write the shape that each of the four steps gives on paper, for 2 images of 5 × 6 pixels, 4 channels in and 6 out. "
            + "One of them is not that of images, and in one place the shapes differ unless something is done.",
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
          "Draw three boxes in a row, and write at each which arguments it wants: two boxes want two, one wants one. The branch "
            + "for the way up leaves the row between two of the boxes. Which?",
          "The blocks are residuals[0] and residuals[1], called like functions. Give a name to their result: it is "
            + "needed twice, once as it is and once for `downsample`.",
          "skip is residuals[1](residuals[0](x, time: time), time: time); return downsample(skip) and skip.",
        ]),
      Entry(
        title: "A stage up", file: "UpStage.swift", points: 4,
        hints: [
          "Follow the shape through the three steps, with x [2, 3, 5, 8] and 6 outputs: [2, 6, 10, 8] comes next. Whichever step "
            + "you forget or exchange, one of the shapes does not fit the next layer, or blocks of equal pixels are left.",
          "Double before you smooth. Channels are the last axis of images, −1, and `Tensor.concatenated` takes an array: what it "
            + "lists first comes first.",
          "upsample(x.upsampledNearest(by: 2)), then Tensor.concatenated([…, skip], axis: -1), then both blocks.",
        ]),
      Entry(
        title: "The U-Net", file: "UNet.swift", points: 6,
        hints: [
          "One image travels through the whole network: keep it in a variable that each layer replaces. What is laid aside is a "
            + "pile: an array to which the way down appends. The stages are in the arrays `down`, `middle` and `up`.",
          "A stage down returns two images: one goes on, the other is appended to the array. Which of the array's elements "
            + "has the size that the first stage up needs?",
          "for (stage, skip) in zip(up, skips.reversed()) { x = stage(x, skip: skip, time: time) }, and at the end "
            + "convOut(normOut(x).silu()).",
        ]),
    ])
}
