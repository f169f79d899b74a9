extension Chapter {
  static let forwardDiffusion = Chapter(
    1, module: "ForwardDiffusion", title: "Forward diffusion", text: "01-forward-diffusion.md",
    exercises: [
      Entry(
        title: "Pixels from −1 to 1", file: "PixelRange.swift", points: 2,
        hints: [
          "Diffusion adds noise with a mean of 0. Where should the middle grey of an image lie?",
          "Stretch [0, 1] to twice its width, then move it; the way back does the opposite in the opposite order.",
          "x · 2 − 1, and back (x + 1) / 2. Tensors know +, −, * and / with numbers.",
        ]),
      Entry(
        title: "One step into the noise", file: "ForwardStep.swift", points: 4,
        hints: [
          "Two terms: what is left of the image, and the noise. Each has a weight for each image's timestep.",
          "`perImage(timesteps, of: previous) { t in … }` makes a weight for each image. Which root of which number keeps the "
            + "variance at 1?",
          "perImage(…) { alphas[$0].squareRoot() } * previous + perImage(…) { betas[$0].squareRoot() } * noise",
        ]),
      Entry(
        title: "The cumulative product", file: "CumulativeProduct.swift", points: 3,
        hints: [
          "Walk through the factors and keep what their product is so far.",
          "The first product is the first factor itself, not 1: after step 0 one step of noise has been added.",
          "var product = 1.0, then for each factor: product *= factor, and append it.",
        ]),
      Entry(
        title: "Noise in one go: the closed form", file: "ClosedForm.swift", points: 5,
        hints: [
          "It looks like one step, with ᾱ in the place of α.",
          "The weights are standard deviations, and what is added up are variances: both need a root.",
          "perImage(…) { alphaBars[$0].squareRoot() } * x0 + perImage(…) { (1 - alphaBars[$0]).squareRoot() } * noise",
        ]),
      Entry(
        title: "Mean and variance of x_t", file: "ForwardMoments.swift", points: 3,
        hints: [
          "Read the mean and the variance off the closed form: ε has mean 0 and variance 1.",
          "A number times ε has that number's square for a variance.",
          "The mean is √ᾱ_t · x_0, the variance 1 − ᾱ_t: without a root.",
        ]),
      Entry(
        title: "What is left of the image", file: "WhatIsLeft.swift", points: 4,
        hints: [
          "The ratio compares powers, that is variances, so it takes no roots. L_T looks at the last timestep alone.",
          "KL between normal distributions of means m and 0, and variances v and 1: ½ (m² + v − 1 − ln v).",
          "With m² = ᾱ_T · meanSquare and v = 1 − ᾱ_T the ones cancel. ln(1 − ᾱ) is `.log(onePlus: -alphaBar)`.",
        ]),
    ])
}
