extension Claim {
  /// What report 004 claims.
  static let cifarCats = [
    Claim(
      "cifar-cats", "004, Desired Goal 2", "The largest network has 23,332,729 parameters, the smallest 3,062,531",
      because: "The largest is ten off: the layers add up to 23,332,739, and the same formulas give the smallest "
        + "exactly."
    ) { measured in
      let counts = try (measured("parameters", "3xblocks"), measured("parameters", "small-unet"))
      return Finding(
        holds: counts == (23_332_729, 3_062_531), numbers: "\(Int(counts.0)) and \(Int(counts.1))")
    },
    Claim(
      "cifar-cats", "004, Essential Goal 2",
      "An FID of 49.838 is the optimum for 1,000 images, and 0.05 that for 10,000",
      because:
        "The excess of few images falls as 1/n and never to 0.05: there are only 1,000 test cats. A set held "
        + "against itself has a distance of 0, which is probably what was measured."
    ) { measured in
      let halves = try [500, 1000].map { try measured("real-cats", "halves/\($0)") }
      let itself = try measured("real-cats", "itself/1000")
      return Finding(
        holds: halves[1] < 0.1 * halves[0],
        numbers: "two halves of 500 and 1,000: \(short(halves[0])), \(short(halves[1])); a set and itself: "
          + "\(short(itself))")
    },
    Claim(
      "cifar-cats", "004, Essential Goal 2", "2xUD (100.1) is better than half channels (114.7) and 3xblocks (118.5)",
      because: "One training of each, there and here: it cannot tell networks apart that differ by a fifth."
    ) { measured in
      let numbers = try ["2xUD", "half-channels", "3xblocks"].map { try measured($0, "samples/frechet") }
      return Finding(
        holds: numbers[0] < numbers[1] && numbers[1] < numbers[2],
        numbers: "Fréchet " + numbers.map { short($0) }.joined(separator: ", "))
    },
    Claim(
      "cifar-cats", "004, Essential Goal 2", "The cosine schedule improves the FID by about 3",
      because:
        "One seed and 1,000 images: the floor alone is 50. Its cosine schedule is cut at β = 0.02, so that √ᾱ_T is "
        + "0.057 and not 0."
    ) { measured in
      let pairs = try ["3xblocks", "2xUD"].map {
        (linear: try measured($0, "samples/frechet"), cosine: try measured("\($0)-cosine", "samples/frechet"))
      }
      return Finding(
        holds: pairs.allSatisfy { $0.cosine < $0.linear },
        numbers: pairs.map { "\(short($0.cosine)) to \(short($0.linear))" }.joined(separator: "; "))
    },
    Claim(
      "cifar-cats", "004, Desired Goal 2", "T = 500, 1000 and 1500 give no perceptibly different images",
      because:
        "One training of each. With fixed ends of β a larger T has a larger share of timesteps that are nearly pure "
        + "noise, so that fewer of the images of a short training, and of the steps of drawing, are left for the others."
    ) { measured in
      let numbers = try ["t500", "half-channels", "t1500"].map { try measured($0, "samples/frechet") }
      return Finding(
        holds: (numbers.max() ?? 0) < 1.25 * (numbers.min() ?? 0),
        numbers: "Fréchet " + numbers.map { short($0) }.joined(separator: ", "))
    },
    Claim(
      "cifar-cats", "004, What was challenging", "One timestep for a whole batch is a conceptual flaw",
      because: "The gradient's mean is the same; it only varies more (exercise 4.6)."
    ) { measured in
      let numbers = try ["one-timestep", "half-channels"].map { try measured($0, "samples/frechet") }
      return Finding(
        holds: numbers[0] > 2 * numbers[1], numbers: "Fréchet \(short(numbers[0])) to \(short(numbers[1]))")
    },
    Claim(
      "cifar-cats", "004, What was interesting", "The simple loss simplifies the bound without harm",
      because: "The report implements the bound and has no result for it."
    ) { measured in
      let numbers = try ["half-channels", "bound"].map { try measured($0, "samples/frechet") }
      return Finding(holds: numbers[0] <= numbers[1], numbers: "Fréchet \(short(numbers[0])) to \(short(numbers[1]))")
    },
    Claim(
      "cifar-cats", "004, Essential Goal 3", "The smoothed GAN (125.6) is worse than the default (109.1)",
      because:
        "Its smoothed GAN has all three changes: smoothed targets, noise on the discriminator's images and a wider "
        + "generator. One training of each alone does not tell which of them does harm."
    ) { measured in
      let numbers = try ["smoothed", "default", "noised", "wide", "modified"].map {
        try measured("gan-\($0)", "samples/frechet")
      }
      return Finding(
        holds: numbers[4] > numbers[1],
        numbers: "smoothed alone \(short(numbers[0])), default \(short(numbers[1])), noised alone "
          + "\(short(numbers[2])), wide alone \(short(numbers[3])), all \(short(numbers[4]))")
    },
    Claim(
      "cifar-cats", "004, Essential Goal 3", "The best diffusion model (97.3) beats the best GAN (109.1)"
    ) { measured in
      let diffusion = try ["3xblocks", "2xUD", "half-channels", "3xblocks-cosine", "2xUD-cosine"].map {
        try measured($0, "samples/frechet")
      }
      let gans = try ["default", "modified", "smoothed", "noised", "wide"].map {
        try measured("gan-\($0)", "samples/frechet")
      }
      let best = (diffusion.min() ?? 0, gans.min() ?? 0)
      return Finding(holds: best.0 < best.1, numbers: "Fréchet \(short(best.0)) to \(short(best.1))")
    },
    Claim(
      "cifar-cats", "004, Desired Goal 4", "By label: cats 102.9 by diffusion, 231.7 by the GAN",
      because: "The report's GAN was asked for label 6, the frog's, where it says cat. Here each image has its own "
        + "label."
    ) { measured in
      let cats = try (
        measured("conditional-diffusion", "cat/frechet"), measured("conditional-gan", "cat/frechet")
      )
      return Finding(holds: 2 * cats.0 < cats.1, numbers: "Fréchet \(short(cats.0)) to \(short(cats.1))")
    },
  ]
}
