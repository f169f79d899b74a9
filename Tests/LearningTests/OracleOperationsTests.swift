import Tensors
import TestSupport
import Testing

/// Every operation of `Tensors` that a network is made of, held against PyTorch: its output and its gradients.
@Suite("Operations answer as PyTorch's do")
struct OracleOperationsTests {
  @Test(
    "Convolution",
    arguments: [
      "k3p1", "k3s2p1", "k1", "k4s2p1", "groups2", "depthwise", "depthwise.s2", "odd", "k5x3p2", "one.to.many",
      "many.to.one", "wide", "k7s7",
    ])
  func convolution(of kind: String) throws {
    let name = "conv2d.\(kind)"
    try expectOracle(name, ["x", "weight", "bias"]) { inputs, fixture in
      inputs[0].conv2d(
        inputs[1], bias: inputs[2], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding"), groups: try fixture.integer("\(name)/groups"))
    }
  }

  @Test("Transposed convolution", arguments: ["k4s2p1", "k4s1p0", "k3s2p1o1", "k4s2p1.groups2"])
  func transposedConvolution(of kind: String) throws {
    let name = "convTransposed2d.\(kind)"
    try expectOracle(name, ["x", "weight", "bias"]) { inputs, fixture in
      inputs[0].convTransposed2d(
        inputs[1], bias: inputs[2], stride: try fixture.integer("\(name)/stride"),
        padding: try fixture.integer("\(name)/padding"),
        outputPadding: try fixture.integer("\(name)/outputPadding"), groups: try fixture.integer("\(name)/groups"))
    }
  }

  @Test("A linear map, x W + b")
  func linear() throws {
    try expectOracle("linear", ["input", "weight", "bias"]) { inputs, _ in inputs[0].matmul(inputs[1]) + inputs[2] }
  }

  @Test("Batched matrix product")
  func matrixProduct() throws {
    try expectOracle("matmul", ["input", "other"]) { inputs, _ in inputs[0].matmul(inputs[1]) }
  }

  @Test("Looking up rows adds up the gradients of a row that is asked for twice")
  func embedding() throws {
    try expectOracle("embedding", ["weight"]) { inputs, fixture in
      inputs[0].gathered(rows: fixture.integers("embedding/rows"))
    }
  }
}

// MARK: - Norms

extension OracleOperationsTests {
  @Test("Group normalization", arguments: [1, 8])
  func groupNormalization(groups: Int) throws {
    try expectOracle("groupNorm.\(groups)", ["x", "scale", "shift"]) { inputs, _ in
      inputs[0].groupNormalized(groups: groups, scale: inputs[1], shift: inputs[2])
    }
  }

  @Test("Layer normalization")
  func layerNormalization() throws {
    try expectOracle("layerNorm", ["x", "scale", "shift"]) { inputs, _ in
      inputs[0].layerNormalized(scale: inputs[1], shift: inputs[2])
    }
  }

  @Test("Batch normalization in training, with the mean and biased variance of the batch")
  func batchNormalization() throws {
    try expectOracle("batchNorm", ["x", "scale", "shift"]) { inputs, fixture in
      let (result, mean, variance) = inputs[0].batchNormalized(scale: inputs[1], shift: inputs[2], epsilon: 1e-5)
      expectClose(mean, fixture["batchNorm/mean"], "The mean of the batch", tolerance: oracleTolerance)
      expectClose(
        variance, fixture["batchNorm/variance"], "The variance of the batch (divided by n, not n − 1)",
        tolerance: oracleTolerance)
      return result
    }
  }
}

// MARK: - Activations

extension OracleOperationsTests {
  static let activations: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("silu", { $0.silu() }), ("gelu", { $0.gelu() }), ("relu", { $0.relu() }),
    ("leakyReLU.0.2", { $0.leakyReLU(slope: 0.2) }), ("leakyReLU.0.01", { $0.leakyReLU() }),
    ("tanh", { $0.tanh() }), ("sigmoid", { $0.sigmoid() }), ("softplus", { $0.softplus() }),
  ]

  @Test("Activations, and what they make of very large numbers", arguments: activations.indices)
  func activation(_ index: Int) throws {
    let (name, function) = Self.activations[index]
    try expectOracle(name, ["input"]) { inputs, _ in function(inputs[0]) }
    try expectOracle("\(name).extremes", ["input"], relativeTo: .element(atLeast: 1)) { inputs, _ in function(inputs[0])
    }
  }

  @Test("Softmax and its logarithm", arguments: ["axis1", "axis2", "extremes"])
  func softmax(_ kind: String) throws {
    try expectOracle("softmax.\(kind)", ["input"]) { inputs, fixture in
      inputs[0].softmax(axis: try fixture.integer("softmax.\(kind)/axis"))
    }
    try expectOracle("logSoftmax.\(kind)", ["input"]) { inputs, fixture in
      inputs[0].logSoftmax(axis: try fixture.integer("logSoftmax.\(kind)/axis"))
    }
  }
}

// MARK: - Losses

extension OracleOperationsTests {
  @Test("Mean squared error")
  func squaredError() throws {
    try expectOracle("meanSquaredError", ["input", "target"]) { inputs, _ in meanSquaredError(inputs[0], inputs[1]) }
  }

  @Test("Binary cross-entropy of logits", arguments: ["binaryCrossEntropy", "binaryCrossEntropy.soft"])
  func binary(_ name: String) throws {
    try expectOracle(name, ["input"]) { inputs, fixture in
      binaryCrossEntropy(logits: inputs[0], targets: fixture["\(name)/target"])
    }
  }

  @Test("Cross-entropy of logits")
  func categorical() throws {
    try expectOracle("crossEntropy", ["input"]) { inputs, fixture in
      crossEntropy(logits: inputs[0], labels: fixture.integers("crossEntropy/labels"))
    }
  }
}

// MARK: - Pooling, upsampling, shuffling, attention

extension OracleOperationsTests {
  @Test("Pooling", arguments: ["2", "3s2"])
  func pooling(_ kind: String) throws {
    for name in ["maxPooled2d.\(kind)", "averagePooled2d.\(kind)"] {
      try expectOracle(name, ["x"]) { inputs, fixture in
        let (window, stride) = (try fixture.integer("\(name)/window"), try fixture.integer("\(name)/stride"))
        return name.hasPrefix("max")
          ? inputs[0].maxPooled2d(window: window, stride: stride)
          : inputs[0].averagePooled2d(window: window, stride: stride)
      }
    }
  }

  @Test("Nearest-neighbor upsampling")
  func nearest() throws {
    try expectOracle("upsampledNearest", ["x"]) { inputs, _ in inputs[0].upsampledNearest(by: 2) }
  }

  @Test("Bilinear upsampling", arguments: [false, true])
  func bilinear(alignCorners: Bool) throws {
    try expectOracle(alignCorners ? "upsampledBilinear.corners" : "upsampledBilinear", ["x"]) { inputs, _ in
      inputs[0].upsampledBilinear(by: 2, alignCorners: alignCorners)
    }
  }

  @Test("Channel shuffling", arguments: [2, 3])
  func shuffling(groups: Int) throws {
    try expectOracle("channelShuffled.\(groups)", ["x"]) { inputs, _ in inputs[0].channelShuffled(groups: groups) }
  }

  @Test("Scaled dot-product attention", arguments: ["attention.1", "attention.4", "attention.cross"])
  func attending(_ name: String) throws {
    try expectOracle(name, ["query", "key", "value"]) { inputs, fixture in
      attention(query: inputs[0], key: inputs[1], value: inputs[2], heads: try fixture.integer("\(name)/heads"))
    }
  }
}
