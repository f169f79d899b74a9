import Datasets
import Loss
import Reports
import Tensors
import Training

extension Recipe {
  /// The largest gradient in each part of the cross-attention of this recipe's network, for one batch of random images.
  ///
  /// The label is one token. Over one token the softmax is 1 whatever the query says, so what decides the weights can learn nothing:
  /// the queries, the keys and the norm before the queries.
  ///
  /// - Returns: The largest absolute value by part, and the number of parameters whose gradient is exactly 0 throughout.
  func crossAttentionGradients() throws -> [String: Double] {
    guard let denoising = objective.denoising else { return [:] }
    var generator = RandomStreams(seed: seed).weights
    let network = denoising.network.configuration.makeNetwork(using: &generator)
    let images = Tensor.normal([4, data.imageSide, data.imageSide, data.imageChannels], using: &generator)
    let loss = noisePredictionLoss(images, schedule: denoising.schedule.makeNoiseSchedule(), using: &generator) {
      network($0, at: $1, given: .classes([0, 1, 2, 3]))
    }
    try loss.checked()
    let gradients = loss.gradients()
    var numbers: [String: Double] = ["parameters without gradient": 0]
    for (path, parameter) in network.parameters {
      guard
        let part = ["query", "key", "value", "output"].first(where: { path.contains("crossAttention.\($0)") })
          ?? (path.contains("transformer.norm2") ? "norm" : nil)
      else { continue }
      let largest = Double(gradients[parameter].map { $0.abs().scalars.max() ?? 0 } ?? 0)
      numbers[part] = max(numbers[part] ?? 0, largest)
      if largest == 0 { numbers["parameters without gradient"]? += Double(parameter.value.shape.elementCount) }
    }
    return numbers
  }
}
