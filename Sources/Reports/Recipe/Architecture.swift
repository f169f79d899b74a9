import UNetUpsampling

/// Which network a recipe has, with its sizes: in a file, the network's name and its own settings side by side.
public struct Architecture: Equatable, Sendable {
  /// The network's own settings.
  public var configuration: any NetworkConfiguration

  /// The networks by the names that files give them. A network that is not in this list cannot be read; to add one, add a line.
  static let registered: [(name: String, type: any NetworkConfiguration.Type)] = [
    ("unet", UNet.Configuration.self),
    ("shuffleUNet", ShuffleUNet.Configuration.self),
    ("diffusersUNet", DiffusersUNet.Configuration.self),
    ("transformerUNet", TransformerUNet.Configuration.self),
    ("cifarUNet", CIFARUNet.Configuration.self),
    ("labeledUNet", LabeledUNet.Configuration.self),
    ("convolutionalDenoiser", ConvolutionalDenoiser.Configuration.self),
  ]

  /// Says which network.
  public init(_ configuration: some NetworkConfiguration) { self.configuration = configuration }

  /// The network's name in files.
  public var name: String {
    Self.registered.first { $0.type == type(of: configuration) }?.name ?? "\(type(of: configuration))"
  }

  public static func == (left: Architecture, right: Architecture) -> Bool {
    func equals<Configuration: NetworkConfiguration>(_ configuration: Configuration) -> Bool {
      configuration == right.configuration as? Configuration
    }
    return equals(left.configuration)
  }
}

extension Architecture: Codable {
  private enum CodingKeys: CodingKey {
    case name
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    guard let type = Self.registered.first(where: { $0.name == name })?.type else {
      let known = Self.registered.map(\.name).joined(separator: ", ")
      throw RecipeError("there is no network \(name); there are \(known)")
    }
    configuration = try type.init(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try configuration.encode(to: encoder)
  }
}
