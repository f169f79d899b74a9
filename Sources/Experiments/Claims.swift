// What the five reports claim, with their numbers, and what decides whether it holds. Our numbers come from the kept results
// alone.

extension Claim {
  /// All claims, report by report.
  public static let all = assignment2 + cvpdl + lab6 + cs771 + cifarCats

  private static let assignment2 = [
    Claim(
      "assignment2", "000, Results",
      "The linear schedule has the lower training loss, likely because its β are smaller",
      because:
        "Where it is lower, that has another reason: a third of the linear timesteps are almost pure noise, which is "
        + "easy to predict. The best linear network already shows it. Losses of different schedules do not "
        + "compare samples."
    ) { measured in
      let (linear, cosine) = try (measured("linear", "loss"), measured("baseline", "loss"))
      let floors = try (measured("loss-floors", "linear 1000"), measured("loss-floors", "cosine 1000"))
      return Finding(
        holds: linear < cosine && floors.0 >= floors.1,
        numbers: "loss \(short(linear)) to \(short(cosine)); best linear network \(short(floors.0)) to "
          + "\(short(floors.1))")
    },
    Claim(
      "assignment2", "000, Results", "Cosine β lie in [0, 1], linear ones in [1e-4, 0.02]",
      because: "For T = 1000 the cosine's β begin above 0 and end at its limit of 0.999."
    ) { measured in
      let (least, most) = try (measured("loss-floors", "least cosine β"), measured("loss-floors", "most cosine β"))
      return Finding(holds: least == 0 && most == 1, numbers: "[\(short(least)), \(short(most))]")
    },
    Claim(
      "assignment2", "000, Results", "Without clipping the model is unusable",
      because:
        "So it is with the cosine schedule, whose last steps enlarge every error by 1/√α, up to 31.6 times. With "
        + "the linear schedule, which the report did not try, clipping matters far less."
    ) { measured in
      let numbers = try ["baseline", "no-clip", "no-clip-linear", "linear"].map {
        try measured($0, "epoch-30/frechet")
      }
      return Finding(
        holds: numbers[1] > 2 * numbers[0] && numbers[2] > 2 * numbers[3],
        numbers: "Fréchet \(short(numbers[1])) to \(short(numbers[0])) with cosine, \(short(numbers[2])) to "
          + "\(short(numbers[3])) with linear")
    },
    Claim(
      "assignment2", "000, Results", "Without normalization the samples are as good",
      because:
        "Data in [0, 1] have a quarter of the variance, so that the same schedule drowns them earlier; the limits "
        + "±1 of the clipping do not fit them either."
    ) { measured in
      let (plain, unit) = try (
        measured("baseline", "epoch-30/frechet"), measured("no-normalization", "epoch-30/frechet")
      )
      return Finding(holds: unit < 1.5 * plain, numbers: "Fréchet \(short(unit)) to \(short(plain))")
    },
    Claim(
      "assignment2", "000, Results", "With 10 steps the loss falls faster and digits become hard to tell",
      because:
        "The steps are those of the training as well: another network is trained for each T, and its loss has "
        + "another floor."
    ) { measured in
      let losses = try (measured("10-steps", "loss"), measured("baseline", "loss"))
      let distances = try (measured("10-steps", "epoch-30/frechet"), measured("baseline", "epoch-30/frechet"))
      return Finding(
        holds: losses.0 < losses.1 && distances.0 > distances.1,
        numbers: "loss \(short(losses.0)) to \(short(losses.1)), Fréchet \(short(distances.0)) to "
          + "\(short(distances.1))")
    },
    Claim(
      "assignment2", "000, Conditional Generation", "Digits by label are satisfactory by the 40th epoch of 50",
      because: "The report shows pictures; the share of digits that show what was asked for stands for them here."
    ) { measured in
      let accuracy = try measured("conditional", "epoch-40/accuracy")
      return Finding(holds: accuracy > 0.9, numbers: "\(percent(accuracy)) show their label")
    },
  ]

  private static let cvpdl = [
    Claim(
      "cvpdl", "001, Table 1", "FID 129 at T = 100, 26 at 300, 1.5 at 800, 14 at 1300: 800 is best",
      because:
        "With a network for each T the distance falls on and on: exactly, for Gaussian data. It rises again above "
        + "800 if one network of T = 800 is sampled with β made anew: at each index there is another noise level "
        + "than the network was trained for. The report does not say whether it trained anew for each T."
    ) { measured in
      let retrained = try [800, 1300].map { try measured("exact", "retrained/\($0)") }
      let rebuilt = try [100, 800, 1300].map { try measured("exact", "rebuilt/\($0)") }
      return Finding(
        holds: retrained[1] > retrained[0],
        numbers: "exact, T = 800 and 1300: \(short(retrained[0])), \(short(retrained[1])) retrained; "
          + "\(short(rebuilt[1])), \(short(rebuilt[2])) rebuilt")
    },
    Claim(
      "cvpdl", "001, Table 1", "The same with trained networks",
      because: """
        Sampling multiplies an error of ε̂ in its first steps by up to 1/√ᾱ_T, 57 for T = 800 and 718 for 1300, unless the predicted \
        image is clipped, which the report does not do. So a network that was trained briefly grows worse with T by itself, and \
        that may explain a part of the report's V; the distances right of its minimum, as 1 to 3 to 8, are near those of an exact \
        rebuilt schedule, as 1 to 3 to 10.
        """
    ) { measured in
      let retrained = try (measured("retrained-800", "run1/frechet"), measured("retrained-1300", "run1/frechet"))
      let rebuilt = try measured("rebuilt-1300", "run1/frechet")
      return Finding(
        holds: retrained.1 > 1.5 * retrained.0,
        numbers: "T = 800 and 1300: \(short(retrained.0)), \(short(retrained.1)) retrained; \(short(rebuilt)) rebuilt")
    },
    Claim("cvpdl", "001, Table 1", "T = 100 fails: FID 129") { measured in
      let exact = try (measured("exact", "retrained/100"), measured("exact", "retrained/800"))
      return Finding(
        holds: exact.0 > 10 * exact.1,
        numbers: "exact \(short(exact.0)) to \(short(exact.1)): at T = 100 √ᾱ_T is 0.60, but sampling begins with "
          + "pure noise")
    },
  ]

  private static let lab6 = [
    Claim(
      "lab6", "002, Figure 4", "Accuracy 0.922 and 0.906 on the two lists, T = 100",
      because:
        "Means over images. On drawn scenes, so that the numbers do not compare with the report's. After the minutes of "
        + "the small scale a network that adds the labels to the time has hardly learned them; guessing gives 0.09. The "
        + "card models/scenes.md has the scores of one with a token for each label, trained far longer."
    ) { measured in
      let numbers = try ["test", "new_test"].map { try measured("t100-high-rate", "\($0)/meanAccuracy") }
      return Finding(
        holds: numbers.allSatisfy { $0 > 0.9 }, numbers: numbers.map { short($0) }.joined(separator: " and "))
    },
    Claim(
      "lab6", "002, 3.1", "T = 500 is worse than T = 100: harder noise, too few epochs, errors that add up",
      because:
        "How hard the noise is depends on ᾱ, which is spread the same for every T. A rate of 1e-5 without an "
        + "average leaves the training unfinished, and T is compared at that point. So it is with all four trainings of "
        + "the small scale, which says nothing yet."
    ) { measured in
      let low = try (measured("t500-low-rate", "test/meanAccuracy"), measured("t100-low-rate", "test/meanAccuracy"))
      let high = try (measured("t500-high-rate", "test/meanAccuracy"), measured("t100-high-rate", "test/meanAccuracy"))
      return Finding(
        holds: low.0 < low.1 && high.0 < high.1,
        numbers: "\(short(low.0)) to \(short(low.1)) at the low rate, \(short(high.0)) to \(short(high.1)) at ten "
          + "times it")
    },
  ]

  private static let cs771 = [
    Claim(
      "cs771", "003, 4.2", "The mean is divided by √ᾱ_t",
      because: "Right is √α_t, as its algorithm 2 has it: each step undoes its own shrinking, not that of all steps."
    ) { measured in
      let finite = try measured("mean-of-text", "samples/finite")
      return Finding(holds: finite == 1, numbers: "\(percent(finite)) of the pixels are numbers")
    },
    Claim(
      "cs771", "003, its code", "The mean is multiplied by √α_t",
      because: "Each step shrinks what it should stretch."
    ) { measured in
      let exact = try (measured("exact-means", "code/frechet"), measured("exact-means", "algorithm/frechet"))
      let left = try measured("exact-means", "code/variance")
      return Finding(
        holds: exact.0 < 2 * exact.1,
        numbers: "exact Fréchet \(short(exact.0)) to \(short(exact.1)); \(percent(left)) of the variance is left")
    },
    Claim(
      "cs771", "003, 3.2", "The pixels attend to the label by cross-attention",
      because:
        "The label is one token, and a softmax over one is 1 whatever the query: every pixel is given the same "
        + "vector. What decides the weights has a gradient of exactly 0."
    ) { measured in
      let (query, value) = try (measured("queries", "query"), measured("queries", "value"))
      let idle = try measured("queries", "parameters without gradient")
      return Finding(
        holds: query > 0,
        numbers: "largest gradient of W_q \(short(query)), of W_v \(short(value)); \(Int(idle)) parameters learn "
          + "nothing")
    },
    Claim("cs771", "003, 5", "Noisy after epoch 1, decent after epoch 10, sharp after epoch 30") { measured in
      let numbers = try [1, 10, 30].map { try measured("training", "epoch-\($0)/frechet") }
      return Finding(
        holds: numbers[0] > numbers[1] && numbers[1] > numbers[2],
        numbers: "Fréchet " + numbers.map { short($0) }.joined(separator: ", "))
    },
    Claim("cs771", "003, 5", "The loss plateaus") { measured in
      let numbers = try [1, 15, 30].map { try measured("training", "epoch-\($0)/loss") }
      return Finding(
        holds: numbers[1] - numbers[2] < (numbers[0] - numbers[2]) / 4,
        numbers: "after epochs 1, 15, 30: " + numbers.map { short($0) }.joined(separator: ", "))
    },
  ]
}

/// A number as the table shows it.
func short(_ number: Double) -> String { shortNumber(number) }

/// A share in percent.
func percent(_ share: Double) -> String { shortNumber(share * 100) + " %" }
