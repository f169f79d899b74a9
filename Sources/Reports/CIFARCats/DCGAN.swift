import Conditioning
import Datasets
import GANComparison
import Learning
import Tensors

public final class DCGAN: Layer {
  public struct Configuration: Codable, Equatable, Sendable {
    public var latentWidth = 128
    public var generatorWidths = [256, 128, 64]
    public var discriminatorWidths = [64, 128, 256]
    public var imageChannels = 3
    public var classCount: Int?
    public var labelWidth = 10
    func problem(imageSide: Int) -> String? { nil }
    public var miniature: Self { self }
    public var approximateParameterCount: Double { 0 }
  }
  public init(_ c: Configuration, using generator: inout RandomGenerator) {}
  public func generate(_ x: Tensor, given: Labels) -> Tensor { x }
  public func discriminate(_ x: Tensor, given: Labels) -> Tensor { x }
}
