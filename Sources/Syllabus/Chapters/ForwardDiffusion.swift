extension Chapter {
  static let forwardDiffusion = Chapter(
    1, module: "ForwardDiffusion", title: "Forward diffusion", text: "01-forward-diffusion.md",
    exercises: [
      Entry(
        title: "Pixels from −1 to 1", file: "PixelRange.swift", points: 2,
        hints: [
          "Follow three numbers: black, 0, must become −1, gray, ½, must become 0, and white, 1, must stay. How much wider is the "
            + "range afterwards, and how far has its middle moved?",
          "Stretch [0, 1] to twice its width, then move it; the way back does the opposite in the opposite order.",
          "x · 2 − 1, and back (x + 1) / 2. Tensors know +, −, * and / with numbers.",
        ]),
      Entry(
        title: "One step into the noise", file: "ForwardStep.swift", points: 4,
        hints: [
          "A normal number of mean m and variance v is m + √v · ε. What are m and v of a step? So what is ε multiplied with, and "
            + "what x_{t−1}?",
          "`perImage(timesteps, of: previous) { t in … } * previous` is the image's part. In the braces stands the weight at one t, "
            + "made of `alphas[t]`, which is 1 − β_t; that of the noise is made of `betas[t]`.",
          "perImage(…) { alphas[$0].squareRoot() } * previous + perImage(…) { betas[$0].squareRoot() } * noise",
        ]),
      Entry(
        title: "The cumulative product", file: "CumulativeProduct.swift", points: 3,
        hints: [
          "Each product is the one before times the next factor, so one walk through the factors is enough: keep a running product "
            + "in a variable.",
          "The first product is the first factor itself, not 1: after step 0 one step of noise has been added.",
          "var product = 1.0, then for each factor: product *= factor, and append it.",
        ]),
      Entry(
        title: "Noise in one go: the closed form", file: "ClosedForm.swift", points: 5,
        hints: [
          "It looks like your one step, with ᾱ_t in the place of α_t. What then takes the place of β_t = 1 − α_t?",
          "The weights are standard deviations, and what is added up are variances: both need a root.",
          "perImage(…) { alphaBars[$0].squareRoot() } * x0 + perImage(…) { (1 - alphaBars[$0]).squareRoot() } * noise",
        ]),
      Entry(
        title: "Mean and variance of x_t", file: "ForwardMoments.swift", points: 3,
        hints: [
          "Read the mean and the variance off the closed form: ε has mean 0 and variance 1.",
          "A number times ε has that number's square for a variance. A tensor is multiplied with a Float, so round the Double: Float(…).",
          "The mean is x0 * Float(alphaBars[t].squareRoot()), the variance 1 - alphaBars[t]: without a root.",
        ]),
      Entry(
        title: "What is left of the image", file: "WhatIsLeft.swift", points: 4,
        hints: [
          "The power of a term is the square of its weight. Square the two weights of the closed form, and divide. For L_T work out "
            + "the one number ᾱ_T first; the rest is the formula.",
          "KL between normal distributions of means m and 0, and variances v and 1: ½ (m² + v − 1 − ln v). With the natural "
            + "logarithm it is in nats, as wanted; nothing is divided by ln 2, which would make bits of them.",
          "With m² = ᾱ_T · meanSquare and v = 1 − ᾱ_T the ones cancel. ln(1 − ᾱ) is `.log(onePlus: -alphaBar)`.",
        ]),
    ])
}
