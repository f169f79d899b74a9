/// What is trained, and how.
public enum ObjectiveConfiguration: Equatable, Sendable {
  /// A network learns to predict the noise in images (chapters 1 to 6).
  case denoising(DenoisingConfiguration)
  /// A generator and a discriminator learn from each other (chapter 7).
  case adversarial(AdversarialConfiguration)
  /// A network learns to say what images show. It draws nothing: scores of generated images rest on it (chapter 8).
  case classification(ImageClassifier.Configuration)

  /// The settings of a network that predicts noise; nil for a GAN.
  public var denoising: DenoisingConfiguration? {
    get { if case .denoising(let configuration) = self { configuration } else { nil } }
    set { if let newValue { self = .denoising(newValue) } }
  }

  /// The settings of a GAN; nil for a network that predicts noise.
  public var adversarial: AdversarialConfiguration? {
    get { if case .adversarial(let configuration) = self { configuration } else { nil } }
    set { if let newValue { self = .adversarial(newValue) } }
  }
}

extension ObjectiveConfiguration: Codable {
  private enum CodingKeys: CodingKey {
    case denoising, adversarial, classification
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.adversarial) {
      self = .adversarial(try container.decode(AdversarialConfiguration.self, forKey: .adversarial))
    } else if container.contains(.classification) {
      self = .classification(try container.decode(ImageClassifier.Configuration.self, forKey: .classification))
    } else {
      self = .denoising(try container.decode(DenoisingConfiguration.self, forKey: .denoising))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .denoising(let configuration): try container.encode(configuration, forKey: .denoising)
    case .adversarial(let configuration): try container.encode(configuration, forKey: .adversarial)
    case .classification(let configuration): try container.encode(configuration, forKey: .classification)
    }
  }
}

/// What a network says about noisy images.
public enum Prediction: String, Codable, CaseIterable, Sendable {
  /// ε, the noise in them: every report's choice.
  case noise
  /// v = √ᾱ·ε − √(1 − ᾱ)·x₀ (Salimans and Ho 2022), with the loss on v.
  case velocity
}

/// What a network that predicts noise minimizes.
public enum LossKind: String, Codable, CaseIterable, Sendable {
  /// The simple loss: the mean squared error of the noise, at a timestep for each image (exercise 4.7).
  case simple
  /// The same with one timestep for the whole batch: as good on average, but it varies more (exercise 4.6).
  case oneTimestep
  /// The steps of the variational bound: the squared error at t counts by T · w_t (exercise 4.3), in nats for one number.
  case bound
}

/// A network that predicts noise, how much noise there is, and how images are drawn with it.
public struct DenoisingConfiguration: Codable, Equatable, Sendable {
  /// The network.
  public var network: Architecture
  /// What the network says; the noise follows from it.
  public var prediction: Prediction
  /// How much noise each timestep adds.
  public var schedule: ScheduleConfiguration
  /// The probability with which a training image loses its label. Guidance needs it: it also asks for predictions without a
  /// label.
  public var labelDropout: Double
  /// What a network that predicts noise minimizes.
  public var loss = LossKind.simple
  /// How images are drawn, unless a command says otherwise.
  public var sampler: SamplerConfiguration

  /// Puts the parts together.
  public init(
    network: Architecture, prediction: Prediction = .noise, schedule: ScheduleConfiguration, labelDropout: Double = 0,
    sampler: SamplerConfiguration = SamplerConfiguration()
  ) {
    self.network = network
    self.prediction = prediction
    self.schedule = schedule
    self.labelDropout = labelDropout
    self.sampler = sampler
  }
}

extension DenoisingConfiguration {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      network: try container.decode(Architecture.self, forKey: .network),
      // Before the third version of the format, every network predicted noise.
      prediction: try container.decodeIfPresent(Prediction.self, forKey: .prediction) ?? .noise,
      schedule: try container.decode(ScheduleConfiguration.self, forKey: .schedule),
      labelDropout: try container.decode(Double.self, forKey: .labelDropout),
      sampler: try container.decode(SamplerConfiguration.self, forKey: .sampler))
    loss = try container.decodeIfPresent(LossKind.self, forKey: .loss) ?? .simple
  }
}

/// The two networks of a GAN, and how they are trained.
public struct AdversarialConfiguration: Codable, Equatable, Sendable {
  /// The networks.
  public var network: DCGAN.Configuration
  /// The discriminator's target for real images.
  public var realTarget: Double
  /// The discriminator's target for generated images.
  public var fakeTarget: Double
  /// The generator's target for its images.
  public var generatorTarget: Double
  /// The standard deviation, in the first epoch, of the noise that is added to all images that the discriminator sees; it falls
  /// linearly to 0.
  public var inputNoise: Double

  /// Puts the parts together; without other numbers, targets of 1 and 0 and no noise.
  public init(
    network: DCGAN.Configuration, realTarget: Double = 1, fakeTarget: Double = 0, generatorTarget: Double = 1,
    inputNoise: Double = 0
  ) {
    self.network = network
    self.realTarget = realTarget
    self.fakeTarget = fakeTarget
    self.generatorTarget = generatorTarget
    self.inputNoise = inputNoise
  }
}
