import Conditioning
import SpotCheckSupport
import Tensors
import Testing

/// What answers of chapter 6 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 6")
struct ConditioningSpotChecks {
  @Test("6.1") func exercise6_1() throws {
    try SpotCheck.run("6.1") { check in
      let count = check.integer(5...9)
      try check.add(oneHot((0..<6).map { _ in check.integer(0...count - 1) }, classCount: count))
      let sets = (0..<5).map { Array(Set((0..<$0).map { _ in check.integer(0...count - 1) })) }
      try check.add(multiHot(sets, classCount: count))
    }
  }

  @Test("6.2") func exercise6_2() throws {
    try SpotCheck.run("6.2") { check in
      let time = check.normal([3, 6]).variable
      let embedding = LabelEmbedding(classCount: 5, width: 6, using: &check.generator)
      let labels = (0..<3).map { _ in check.integer(0...4) }
      try check.add(embedding(time, labels: labels), withGradientsBy: [time, embedding.table.weight.value])
      let sets = LabelSetEmbedding(classCount: 5, width: 6, using: &check.generator)
      let rows = Tensor((0..<15).map { _ in Float(check.integer(0...1)) }, shape: [3, 5]).variable
      try check.add(sets(time, labels: rows), withGradientsBy: [time, rows, sets.projection.weight.value])
    }
  }

  @Test("6.3") func exercise6_3() throws {
    try SpotCheck.run("6.3") { check in
      let images = check.normal([2, check.integer(2...3), check.integer(3...4), 2]).variable
      let labels = check.normal([2, 3]).variable
      try check.add(withLabelChannels(images, labels: labels), withGradientsBy: [images, labels])
    }
  }

  @Test("6.4") func exercise6_4() throws {
    try SpotCheck.run("6.4") { check in
      let heads = check.integer(2...3)
      let inputs = [[2, 3, 6], [2, 4, 6], [2, 4, 6]].map { check.normal(Shape($0)).variable }
      try check.add(
        scaledDotProductAttention(query: inputs[0], key: inputs[1], value: inputs[2], heads: heads),
        withGradientsBy: inputs)
      let layer = CrossAttention(channels: 6, contextWidth: 4, heads: heads, using: &check.generator)
      let (images, context) = (check.normal([2, 2, 3, 6]).variable, check.normal([2, 3, 4]).variable)
      try check.add(layer(images, context: context), withGradientsBy: [images, context])
    }
  }

  @Test("6.5") func exercise6_5() throws {
    try SpotCheck.run("6.5") { check in
      let labels = (0..<40).map { _ in check.integer(0...9) }
      let kept = droppingLabels(labels, nullLabel: 10, probability: check.uniform(0.3..<0.7), using: &check.generator)
      check.add(kept.map(Double.init))
      // How far the generator has come.
      check.add(Double(check.generator.uniform()))
    }
  }

  @Test("6.6") func exercise6_6() throws {
    try SpotCheck.run("6.6") { check in
      let scale = Float(check.uniform(1.2..<4))
      let (conditional, unconditional) = (check.normal([2, 3, 2, 1]).variable, check.normal([2, 3, 2, 1]).variable)
      try check.add(
        guidedNoise(conditional: conditional, unconditional: unconditional, guidanceScale: scale),
        withGradientsBy: [conditional, unconditional])
      let predictor = GuidedPredictor(
        labels: [check.integer(0...3), check.integer(4...8)], nullLabel: 9, guidanceScale: scale
      ) { xt, timesteps, labels in
        let factors = zip(timesteps, labels).map { Float($0) / 100 + Float($1 * $1) / 20 }
        return xt * Tensor(factors, shape: [factors.count, 1, 1, 1])
      }
      try check.add(predictor(check.normal([2, 3, 2, 1]), [check.integer(0...400), check.integer(401...900)]))
    }
  }

  @Test("6.7") func exercise6_7() throws {
    try SpotCheck.run("6.7") { check in
      let labels = (0..<8).map { _ in Array(Set((0...check.integer(0...2)).map { _ in check.integer(0...6) })) }
      let hits = try topKHits(scores: check.normal([8, 7]), labels: labels)
      check.add(hits.map(Double.init))
      let counts = (0..<6).map { _ in check.integer(1...5) }
      let some = counts.map { check.integer(0...$0) }
      check.add([meanAccuracy(hits: some, labelCounts: counts), pooledAccuracy(hits: some, labelCounts: counts)])
    }
  }
}
