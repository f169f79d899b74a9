import Learning
import Tensors
import Testing

// Layers whose weights are set so that what they do is known.

/// A parameter by its path.
public func tensor(_ path: String, of layer: some Layer) throws -> Tensor {
  try #require(layer.state[path], "the layer has no \(path)")
}

/// Replaces some parameters.
public func set(_ parameters: [String: Tensor], in layer: some Layer) throws {
  try layer.load(layer.state.merging(parameters) { $1 })
}

/// Sets weight and bias of some convolutions or linear layers to 0.
public func silence(_ paths: [String], in layer: some Layer) throws {
  var state = layer.state
  for path in paths {
    for name in ["\(path).weight", "\(path).bias"] {
      state[name] = .zeros(try tensor(name, of: layer).shape)
    }
  }
  try layer.load(state)
}

/// Makes a convolution hand on the pixel in the middle of its kernel: output o is input `first` + o.
public func makeTransparent(_ path: String, from first: Int = 0, in layer: some Layer) throws {
  try silence([path], in: layer)
  var weight = try tensor("\(path).weight", of: layer)
  let middle = weight.shape[0] / 2
  for output in 0..<weight.shape[3] { weight[middle, middle, first + output, output] = 1 }
  try set(["\(path).weight": weight], in: layer)
}
