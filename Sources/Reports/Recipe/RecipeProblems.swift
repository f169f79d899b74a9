import Foundation

// A recipe may come from a command line, or from a file that was edited by hand or damaged. What it asks for is checked before
// memory is taken and work is done.

extension Recipe {
  /// What makes this recipe impossible, in one sentence that names the setting; nil where nothing does.
  public var problem: String? {
    let limits: [(String, Int, ClosedRange<Int>)] = [
      ("imageSide", data.imageSide, 4...4096), ("imageChannels", data.imageChannels, 1...3),
      ("batch", batch, 1...65536), ("steps", steps, 1...1_000_000_000),
    ]
    if let problem = Self.outside(limits) { return problem }
    if data.imageChannels == 2 { return "imageChannels is 2, but must be 1, for gray, or 3, for color" }
    return optimizer.problem ?? learningRates.problem(steps: steps) ?? average?.problem ?? networkProblem
  }

  private var networkProblem: String? {
    let (channels, classCount): (Int, Int?)
    switch objective {
    case .denoising(let denoising):
      if let problem = denoising.problem(imageSide: data.imageSide) { return problem }
      let network = denoising.network.configuration
      (channels, classCount) = (network.imageChannels, network.classCount)
      if denoising.labelDropout > 0, classCount == nil {
        return "labelDropout is \(denoising.labelDropout), but the network is made without labels"
      }
    case .adversarial(let adversarial):
      if let problem = adversarial.problem(imageSide: data.imageSide) { return problem }
      (channels, classCount) = (adversarial.network.imageChannels, adversarial.network.classCount)
    case .classification(let classifier):
      if let problem = classifier.problem(imageSide: data.imageSide) { return problem }
      if average != nil { return "a classifier is trained without an average of its weights" }
      guard classifier.showsSets == data.source.hasLabelSets else {
        return
          "the classifier is for \(classifier.showsSets ? "sets of classes" : "one class") an image, unlike the data"
      }
      (channels, classCount) = (classifier.imageChannels, classifier.classCount)
    }
    guard channels == data.imageChannels else {
      return "the network is for images of \(channels) channel(s), but those of the data have \(data.imageChannels)"
    }
    if let classCount, let names = data.classNames, !(names.count...names.count + 1).contains(classCount) {
      return
        "the network tells \(classCount) classes apart, but the data has \(names.count): \(names.joined(separator: ", "))"
    }
    return nil
  }

  /// The first number that is not in its range, in one sentence.
  static func outside(_ limits: [(String, Int, ClosedRange<Int>)]) -> String? {
    for (name, value, range) in limits where !range.contains(value) {
      return "\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)"
    }
    return nil
  }

  /// Why a network cannot halve images of this height and width that many times; nil where it can.
  static func sideProblem(_ imageSide: Int, halvings: Int) -> String? {
    let factor = 1 << halvings
    return imageSide % factor == 0
      ? nil
      : "imageSide is \(imageSide), but must be a multiple of \(factor): the network halves it "
        + (halvings == 1 ? "once" : "\(halvings) times")
  }
}

extension DenoisingConfiguration {
  func problem(imageSide: Int) -> String? {
    if let problem = Recipe.outside([("timesteps", schedule.timesteps, 1...1_000_000)]) { return problem }
    if let beta = schedule.maximumBeta, !(beta > 0 && beta < 1) {
      return "maximumBeta is \(beta), but must lie between 0 and 1"
    }
    if let count = network.configuration.timestepCount, count != schedule.timesteps {
      return "the network has a row for each of \(count) timesteps, but the schedule has \(schedule.timesteps)"
    }
    if prediction == .velocity, loss != .simple {
      return "loss is \(loss.rawValue), but only a network that predicts the noise has that loss"
    }
    if !(0...1).contains(labelDropout) { return "labelDropout is \(labelDropout), but must be from 0 to 1" }
    return sampler.problem(timesteps: schedule.timesteps) ?? network.configuration.problem(imageSide: imageSide)
  }
}

extension SamplerConfiguration {
  /// What makes this sampler impossible for a schedule of that many timesteps; nil where nothing does.
  public func problem(timesteps: Int) -> String? {
    if let steps, !(1...timesteps).contains(steps) {
      return "the sampling steps are \(steps), but must be from 1 to \(timesteps), the timesteps of the training"
    }
    if !(0...1).contains(eta) { return "eta is \(eta), but must be from 0 to 1" }
    if !guidanceScale.isFinite || abs(guidanceScale) > 1000 {
      return "the guidance scale is \(guidanceScale), but must be from −1000 to 1000"
    }
    if let interval = guidanceInterval, interval.lowerBound < 0 || interval.upperBound > 1 {
      let (from, to) = (interval.lowerBound, interval.upperBound)
      return "the guidance interval is from \(from) to \(to), but must lie within 0 and 1"
    }
    return nil
  }
}

extension AdversarialConfiguration {
  func problem(imageSide: Int) -> String? {
    for (name, target) in [
      ("realTarget", realTarget), ("fakeTarget", fakeTarget), ("generatorTarget", generatorTarget),
    ] where !(0...1).contains(target) {
      return "\(name) is \(target), but must be from 0 to 1"
    }
    if !(0...10).contains(inputNoise) { return "inputNoise is \(inputNoise), but must be from 0 to 10" }
    return network.problem(imageSide: imageSide)
  }
}

extension OptimizerConfiguration {
  var problem: String? {
    if !(learningRate > 0 && learningRate < 10) {
      return "the learning rate is \(learningRate), but must lie between 0 and 10"
    }
    for (name, value) in [("beta1", beta1), ("beta2", beta2)] where !(0..<1).contains(value) {
      return "\(name) is \(value), but must be from 0 to less than 1"
    }
    return (0..<10).contains(weightDecay) ? nil : "weightDecay is \(weightDecay), but must be from 0 to less than 10"
  }
}

extension LearningRateConfiguration {
  func problem(steps: Int) -> String? {
    if case .warmupCosine(let warmupSteps) = self {
      return Recipe.outside([("warmupSteps", warmupSteps, 0...1_000_000_000)])
    }
    return nil
  }
}

extension AverageConfiguration {
  var problem: String? {
    if !(0...1).contains(decay) { return "average.decay is \(decay), but must be from 0 to 1" }
    return Recipe.outside([("average.interval", interval, 1...1_000_000)])
  }
}
