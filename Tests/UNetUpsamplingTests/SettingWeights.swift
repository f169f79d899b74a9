import Learning
import Tensors
import Testing

/// A parameter by its path.
func tensor(_ path: String, of layer: some Layer) throws -> Tensor {
  try #require(layer.state[path], "the layer has no \(path)")
}

/// Sets weight and bias of some convolutions to 0.
func silence(_ paths: [String], in layer: some Layer) throws {
  var state = layer.state
  for path in paths {
    for name in ["\(path).weight", "\(path).bias"] {
      state[name] = .zeros(try tensor(name, of: layer).shape)
    }
  }
  try layer.load(state)
}

/// Makes a convolution hand on the pixel in the middle of its kernel: output o is input `first` + o.
func makeTransparent(_ path: String, from first: Int = 0, in layer: some Layer) throws {
  try silence([path], in: layer)
  var state = layer.state
  var weight = try tensor("\(path).weight", of: layer)
  let middle = weight.shape[0] / 2
  for output in 0..<weight.shape[3] { weight[middle, middle, first + output, output] = 1 }
  state["\(path).weight"] = weight
  try layer.load(state)
}
