import Datasets
import Tensors
import UNetUpsampling

extension UNet: Denoiser {
  public func callAsFunction(_ xt: Tensor, at timesteps: [Int], given labels: Labels) -> Tensor {
    guard labels == .none else { return Tensor(fault: labelFault()) }
    return self(xt, at: timesteps)
  }
}

extension UNet.Configuration: NetworkConfiguration {
  public var classCount: Int? { nil }
  public var approximateParameterCount: Double {
    let (b, t) = (Double(baseWidth), Double(timeWidth))
    return 1046 * b * b + 20 * t * b + 2 * t * t
  }
  public func problem(imageSide: Int) -> String? {
    let limits = [
      ("baseWidth", baseWidth, 1...4096), ("timeWidth", timeWidth, 2...65536), ("groups", groups, 1...4096),
    ]
    return Recipe.outside(limits) ?? fault?.reason ?? Recipe.sideProblem(imageSide, halvings: 2)
  }
  public var miniature: UNet.Configuration {
    .init(baseWidth: groups, imageChannels: imageChannels, timeWidth: 2, groups: groups)
  }
  public var engineOperations: [EngineOperation] { [.nearestUpsampling, .groupNormalization] }
  public func makeNetwork(using generator: inout RandomGenerator) -> any Denoiser { UNet(self, using: &generator) }
}
