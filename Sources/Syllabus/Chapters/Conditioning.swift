extension Chapter {
  static let conditioning = Chapter(
    6, module: "Conditioning", title: "Conditioning", text: "06-conditioning.md",
    exercises: [
      Entry(
        title: "Labels as rows of ones and zeros", file: "Labels.swift", points: 2,
        hints: [
          "A row is nearly all zeros, so do not work out every element: begin with `Tensor.zeros`, and write only the ones. "
            + "The index of a one is the image's place, then the class. Which of the two functions can be told in terms of "
            + "the other?",
          "Walk through the images with `enumerated()` and write a 1 for each of their labels, `rows[image, label] = 1`. "
            + "Written twice it is still 1.",
          "`oneHot` is `multiHot` of sets of one: `labels.map { [$0] }`. A label outside the row makes the tensor "
            + "faulty by itself.",
        ]),
      Entry(
        title: "Label embeddings", file: "LabelEmbedding.swift", points: 2,
        hints: [
          "Nothing has to be looped over: both layers make all images' vectors at once, `[count, width]`, of the very "
            + "shape that the time has. Each answer is one line.",
          "A layer is called like a function. Add what it gives for the labels to the time; `+` adds tensors of one shape "
            + "element by element, and its gradient reaches both.",
          "time + table(labels), and time + projection(labels).",
        ]),
      Entry(
        title: "Labels as channels", file: "LabelChannels.swift", points: 3,
        hints: [
          "Each row must become an image of its own, with the same numbers at all pixels. Which axes does the row "
            + "lack?",
          "Put the two missing axes between the images and the classes, with `reshaped` and an extent of 1, and stretch them "
            + "to the images' height and width: the classes stay the last axis, and become channels.",
          "labels.reshaped([count, 1, 1, classCount]).broadcast(to: [count, height, width, classCount]), then "
            + ".concatenated([images, channels], axis: -1).",
        ]),
      Entry(
        title: "Cross-attention", file: "CrossAttention.swift", points: 8,
        hints: [
          "Forget the heads first: queries times transposed keys are the scores, a softmax makes weights of them, and "
            + "weights times values are the answers. Then make the heads an axis that `matmul` takes for a batch.",
          "Split channels into [heads, d] with `reshaped`, and bring the heads before the tokens: `transposed([0, 2, "
            + "1, 3])`. The softmax runs over the keys, the last axis of the scores. The way back is the same in "
            + "reverse.",
          "(byHead(query).matmul(byHead(key).transposed()) / Float(d).squareRoot()).softmax(axis: "
            + "-1).matmul(byHead(value)), with byHead(x) = x.reshaped([count, x.shape[1], heads, d]).transposed([0, 2, "
            + "1, 3]). The layer reshapes the images to [count, height · width, channels], and back at the end.",
        ]),
      Entry(
        title: "Dropping labels", file: "LabelDropout.swift", points: 2,
        hints: [
          "Chance needs to be asked as often as there are labels: a number drawn inside `map` is drawn anew for each, one "
            + "drawn before it is the same for all.",
          "A number drawn evenly from 0 to 1 lies below p with the probability p. `generator.uniform()` is a Float, and the "
            + "probability a Double.",
          "labels.map { Double(generator.uniform()) < probability ? nullLabel : $0 }",
        ]),
      Entry(
        title: "Classifier-free guidance", file: "ClassifierFreeGuidance.swift", points: 4,
        hints: [
          "Try the formula with a scale of 0 and of 1: which prediction must be the result? The predictor then only "
            + "prepares one big question and takes its answer apart.",
          "`Tensor.concatenated([xt, xt], axis: 0)` is a batch of twice the size; arrays are joined with +. "
            + "`split(into: 2, axis: 0)` takes the answer apart, in the order in which you asked.",
          "network(.concatenated([xt, xt], axis: 0), timesteps + timesteps, labels + labels.map { _ in nullLabel }), "
            + "then guidedNoise(conditional: halves[0], unconditional: halves[1], guidanceScale: guidanceScale).",
        ]),
      Entry(
        title: "Top-k accuracy", file: "TopKAccuracy.swift", points: 4,
        hints: [
          "Sort class numbers, not scores: a ranking is the list 0, 1, 2, … in the order of what the row holds at these "
            + "places. For the accuracies, do 1 of 1 and 1 of 3 by hand: one of them is 2/3, the other 1/2.",
          "`(0..<classCount).sorted { … }` ranks; where scores are equal compare the classes. A Set's `intersection` "
            + "counts. The one accuracy divides first and adds then, the other adds first.",
          "Set(ranking.prefix(classes.count)).intersection(classes).count for each image; the mean of hits / labels "
            + "over the images with labels; and the sum of the hits over the sum of the labels, all in Double.",
        ]),
    ])
}
