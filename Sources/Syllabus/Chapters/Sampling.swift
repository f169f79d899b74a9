extension Chapter {
  static let sampling = Chapter(
    5, module: "Sampling", title: "Sampling", text: "05-sampling.md",
    exercises: [
      Entry(
        title: "The mean of a step back", file: "ReverseMean.swift", points: 4,
        hints: [
          "Two tensors and two numbers: a weighted difference, divided. Compute the numbers in Double, then make them Float.",
          "β_t and α_t are `betas[t]` and `alphas[t]`, of this step; ᾱ_t is `alphaBars[t]`, of all so far.",
          "(xt - noise * Float(betas[t] / (1 - alphaBars[t]).squareRoot())) * Float(1 / alphas[t].squareRoot())",
        ]),
      Entry(
        title: "Clipping the predicted image", file: "ClippedReverseMean.swift", points: 4,
        hints: [
          "Three tensors follow one another: x̂_0, x̂_0 clipped, the mean. Write behind each what it is made of. ε̂ is needed for "
            + "one of them only, and x_t for two.",
          "`predictedX0(from:noise:at:)` wants a timestep for each image; there are `xt.shape.first ?? 0` of them. `clamped(to:)` holds "
            + "a tensor to a range.",
          "x0 * Float(coefficients.x0) + xt * Float(coefficients.xt), with the clamped x0, xt as it is, and "
            + "posteriorMeanCoefficients(at: t).",
        ]),
      Entry(
        title: "A step back", file: "ReverseStep.swift", points: 3,
        hints: [
          "Nearly all is done: two functions of this chapter give the mean, and you choose. What is left is to ask with what a "
            + "standard normal number must be multiplied to have the variance β̃_t, and what is different at t = 0.",
          "`posteriorVariance(at:)` is β̃_t, a variance; noise is multiplied by a deviation. t = 0 is different.",
          "return t > 0 ? mean + noise * Float(schedule.posteriorVariance(at: t).squareRoot()) : mean",
        ]),
      Entry(
        title: "The way back", file: "AncestralSampler.swift", points: 6,
        hints: [
          "One variable x walks from noise to image. Each turn of the loop needs four things for the step: x, t, ε̂ and z. Which "
            + "of them are new in each turn, who makes them, and which are not needed in the last?",
          "In the loop: ask the network, with [t, t, …] for the timesteps; draw noise, or take zeros where t is 0; step; call `onStep(t, x)`. "
            + "Before the loop call `onStep` with T.",
          "withoutGradients { var x = Tensor.normal(imageShape, fromEach: &generators); …; for t in "
            + "schedule.betas.indices.reversed() { … x = step(x, predictedNoise: predicted, at: t, noise: noise) … }; return x }",
        ]),
      Entry(
        title: "Why the cosine schedule blows up", file: "NoiseGain.swift", points: 3,
        hints: [
          "Take two steps by hand, with α_0 = 0.81 and α_1 = 0.25: an error of 1 in x_T is 2 after the step at t = 1, and 2 / 0.9 "
            + "after that at t = 0. Which α did each of the two answers need?",
          "The first gain is a product over the timesteps from t on, `alphas[t...]`. For the second, the product of all √α up to t "
            + "has a name.",
          "alphas[t...].reduce(1) { $0 / $1.squareRoot() }; and β_t / √(1 − ᾱ_t) / √ᾱ_t.",
        ]),
      Entry(
        title: "Fewer steps", file: "RespacedSampler.swift", points: 4,
        hints: [
          "The sampler that is wrapped asks its network at 0 … n − 1, and you cannot change it. But you hand it its network, which "
            + "is a closure: who says that it must be the caller's?",
          "Give it another network: one that translates the timesteps it is told and then asks yours.",
          "sampler.sample(…, predictNoise: { xt, indices in predictNoise(xt, indices.map(originalTimestep)) }, onStep: onStep)",
        ]),
      Entry(
        title: "DDIM: a way back without noise", file: "DDIM.swift", points: 6,
        hints: [
          "x_{t−1} has the form that every noisy image has: a part of an image and a part of noise. With σ the noise is two parts.",
          "1 − ᾱ_t / ᾱ_{t−1} is β_t, so σ_t is η √β̃_t. `alphaBarBefore(t)` is ᾱ_{t−1}. After clipping ask `impliedNoise` for the "
            + "noise that fits.",
          "x0 * Float(before.squareRoot()) + direction * Float((1 - before - sigma * sigma).squareRoot()), plus noise * Float(sigma) "
            + "unless sigma is 0.",
        ]),
      Entry(
        title: "How images emerge", file: "ProcessStrip.swift", points: 4,
        hints: [
          "n states have n − 1 intervals. With the states counted from 0, how many steps remain at the i-th?",
          "There are never more than T intervals. `onStep` tells with each state how many steps remain: keep it if that number is "
            + "among those wanted.",
          "timestepCount * (intervals - i) / intervals for i in 0...intervals; then collect the tensors in `onStep` and return "
            + ".concatenated(shown, axis: 2).",
        ]),
    ])
}
