extension Chapter {
  static let loss = Chapter(
    4, module: "Loss", title: "Loss", text: "04-loss.md",
    exercises: [
      Entry(
        title: "From noise to image and back", file: "PredictedImage.swift", points: 3,
        hints: [
          "Try it with numbers: where ᾱ_t is 0.36, x_t = 0.6 · x_0 + 0.8 · ε. If x_t is 1.4 and ε is 1, what is x_0? What you have "
            + "just calculated, in letters, is the answer.",
          "Both answers subtract one part from x_t and divide by the other part's weight. `perImage` makes both weights.",
          "x̂_0 = (x_t − √(1 − ᾱ_t) · ε̂) / √ᾱ_t and ε̂ = (x_t − √ᾱ_t · x̂_0) / √(1 − ᾱ_t), each weight by "
            + "perImage(timesteps, of: xt) { … }",
        ]),
      Entry(
        title: "The divergence of two Gaussians", file: "GaussianDivergence.swift", points: 3,
        hints: [
          "Calculate it once by hand, for p = N(0, 1) and q = N(0, 4): it is ½ (ln 4 + ¼ − 1) = 0.318, and 0.807 the other way "
            + "round. Whoever gets the latter for the former has exchanged p and q.",
          "For the tensors, part what holds the means, (m_p − m_q)² / (2 v_q), from what holds the variances alone.",
          "(p.mean - q.mean).squared() * Float(1 / (2 * q.variance)) + Float(spread), with the spread "
            + "½ (ln(v_q / v_p) + v_p / v_q − 1) in Double.",
        ]),
      Entry(
        title: "What the simple loss leaves out", file: "StepWeight.swift", points: 4,
        hints: [
          "The divergence of two Gaussians whose means differ by d has d² / (2σ²) in it. How far apart are the two means?",
          "They differ by β_t / (√(1 − ᾱ_t) √α_t) times the difference of the noises. Square it; the roots vanish.",
          "betas[t] * betas[t] / (2 * σ² * alphas[t] * (1 - alphaBars[t])): α of this one step, ᾱ of all so far.",
        ]),
      Entry(
        title: "The likelihood of a pixel", file: "DiscretizedDecoder.swift", points: 5,
        hints: [
          "Draw the bell curve and cut it at the borders between the levels: each level owns the slice around it.",
          "The borders are at pixel ± 1/255. In units of the deviation from the mean they are (border − mean) / deviation. At ±1 "
            + "one of them is infinite.",
          "lower = pixel < -0.999 ? -.infinity : (pixel - 1 / 255 - mean) / deviation, upper likewise; then "
            + ".log(max(standardNormalMass(from: lower, to: upper), .leastNormalMagnitude)).",
        ]),
      Entry(
        title: "The variational bound", file: "VariationalBound.swift", points: 8,
        hints: [
          "Compute all terms in nats first. Walk from t = T − 1 to 0, and turn the array round at the end, as L_0 comes first.",
          "Each t > 0 has stepWeight · (the mean squared error of the noise) + the divergence of two Gaussians with the same mean "
            + "and the variances β̃_t and σ_t². The step at t = 0 has the decoder in its place.",
          "Begin with [priorDivergence(meanSquare: mean of x0²)]. In the loop: noise, noised, predictNoise; append; at t = 0 append "
            + "-decoderLogLikelihood(of: x0, mean: predictedX0(…), variance: reverseVariance(variance, at: 0)). Divide by .log(2).",
        ]),
      Entry(
        title: "A timestep for each image", file: "RandomTimesteps.swift", points: 4,
        hints: [
          "Draw as often as there are images. For the variances, ask of each of the two parts: do the images of a batch share it?",
          "Var_t(E[g | t]) is the variance of `means` with divisor T, E_t[Var(g | t)] the mean of `variances`. With one timestep "
            + "for all, the images share the first part.",
          "(0..<count).map { _ in generator.integer(below: schedule.timestepCount) }; and (between + within / B, "
            + "(between + within) / B).",
        ]),
      Entry(
        title: "The simple loss", file: "NoisePredictionLoss.swift", points: 5,
        hints: [
          "Five values follow one another: t, ε, x_t, ε̂, the loss. Write behind each from which of the others it is made. The "
            + "network is told two of them, and never sees a third that the loss needs.",
          "All pieces are there: `randomTimesteps`, `Tensor.normal`, `schedule.noised`, `meanSquaredError`. The noise that is "
            + "asked for is the noise that was added.",
          "let noise = Tensor.normal(x0.shape, using: &generator), let xt = schedule.noised(x0, with: noise, at: timesteps), and "
            + "meanSquaredError(predictNoise(xt, timesteps), noise).",
        ]),
      Entry(
        title: "A step of training", file: "TrainingStep.swift", points: 4,
        hints: [
          "The loss is needed three times, to look whether it is finite, to ask it for its gradients and to return it, but it is "
            + "computed once. Its gradients come from its record; what you return should have none. In which order, then?",
          "`loss.isFinite` is false for a faulty tensor as well. `detached` is the number without its history.",
          "let loss = loss(), then if loss.isFinite { optimizer.step(loss.gradients()) }, then return loss.detached.",
        ]),
      Entry(
        title: "The moving average of the weights", file: "MovedAverage.swift", points: 3,
        hints: [
          "For one number: with a decay of 0.9 an average of 10 and a weight of 20 become 11. The same happens to every name of "
            + "the dictionary, which keeps its names, and to every element of the tensors.",
          "`merging(_:uniquingKeysWith:)` joins two dictionaries and asks a closure what to make of two values with one name.",
          "withoutGradients { average.merging(weights) { average, weight in … } } with average * Float(decay) and "
            + "weight * Float(1 - decay).",
        ]),
    ])
}
