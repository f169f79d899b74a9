import Tensors

/// What a network does: given noisy images and each one's timestep, it says what the noise is. Same shape as the images.
public typealias NoisePredictor = (_ xt: Tensor, _ timesteps: [Int]) -> Tensor
