import Learning
import Tensors
import TestSupport
import Testing
import UNetUpsampling

/// The whole network: how it is wired, its size and shapes, that everything in it has a say, and that it answers as PyTorch's
/// does.
@Suite("3.9 The U-Net", .exercise("3.9"))
struct Exercise3_9 {
  private func network(
    baseWidth: Int = 16, imageChannels: Int = 1, timeWidth: Int = 32, groups: Int = 8, seed: UInt64 = 1
  ) -> UNet {
    var generator = RandomGenerator(seed: seed)
    return UNet(
      UNet.Configuration(
        baseWidth: baseWidth, imageChannels: imageChannels, timeWidth: timeWidth, groups: groups),
      using: &generator)
  }

  // MARK: Wiring

  @Test("ε̂ has the shape of the images", arguments: [[1, 28, 28, 1], [3, 8, 12, 3], [2, 4, 4, 1]] as [Shape])
  func shape(of images: Shape) throws {
    let prediction = network(imageChannels: images[3])(normal(images, seed: 2), at: Array(0..<images[0]))
    if let fault = prediction.fault {
      // What the first stage up doubles is laid beside a skip connection.
      func meets(_ rows: Int, _ columns: Int, channels: Int) -> Bool {
        fault.reason.contains("\([images[0], images[1] / rows, images[2] / columns, channels] as Shape)")
      }
      let hint =
        fault.reason.hasPrefix("concatenate") && meets(2, 2, channels: 32) && meets(1, 1, channels: 16)
        ? "; the skip connections go up last in, first out: the one kept last is the smallest, and belongs to the first stage up"
        : fault.reason.hasPrefix("concatenate") && meets(2, 2, channels: 32) && meets(4, 4, channels: 32)
          ? "; what a stage keeps is its image at full size, and this is the halved one" : ""
      Issue.record("\(fault)\(hint)")
      return
    }
    try #require(
      prediction.shape == images,
      "the last convolution leads back to the images' channels, at their size: yours is \(prediction.shape) instead of \(images)"
    )
    let strange = prediction.scalars.count { !$0.isFinite }
    #expect(strange == 0, "all numbers must be finite: yours has \(strange) of \(images.elementCount) that are not")
  }

  @Test("The straight way: from the first convolution over the skip connection of full size to the last")
  func straightWay() throws {
    let (network, base) = (network(imageChannels: 2, groups: 4), 16)
    // Residual blocks that hand on their input, nothing from below, and of the last stage's channels the skip connection's.
    try silence(
      ["down.0.residuals.0.conv2", "down.0.residuals.1.conv2", "up.1.residuals.0.conv2", "up.1.residuals.1.conv2"],
      in: network)
    try silence(["up.1.upsample"], in: network)
    try makeTransparent("up.1.residuals.0.shortcut", from: base, in: network)
    try set(["normOut.scale": normal([base], seed: 3), "normOut.shift": normal([base], seed: 4)], in: network)

    let x = normal([2, 8, 12, 2], seed: 5)
    func convolved(_ x: Tensor, by name: String) throws -> Tensor {
      try x.conv2d(tensor("\(name).weight", of: network), bias: tensor("\(name).bias", of: network), padding: 1)
    }
    func normalized(_ x: Tensor) throws -> Tensor {
      try x.groupNormalized(
        groups: 4, scale: tensor("normOut.scale", of: network), shift: tensor("normOut.shift", of: network))
    }
    let kept = try convolved(x, by: "convIn")
    // The same few operations.
    expectClose(
      network(x, at: [3, 700]), try convolved(normalized(kept).silu(), by: "convOut"),
      "first convolution, skip connection of full size, norm, SiLU, last convolution (all else is silent)",
      tolerance: 1e-5,
      mistakes: [
        "the SiLU before the last convolution is missing": try convolved(normalized(kept), by: "convOut"),
        "the norm before the last convolution is missing": try convolved(kept.silu(), by: "convOut"),
        "norm and SiLU before the last convolution are missing": try convolved(kept, by: "convOut"),
        "SiLU comes before the last norm; normalize, then activate":
          try convolved(normalized(kept.silu()), by: "convOut"),
        "the last convolution is missing": try normalized(kept).silu(),
        "the input is added at the end; what is predicted is the noise itself":
          try convolved(normalized(kept).silu(), by: "convOut") + x,
      ])
  }

  @Test("The result is not limited: the last convolution has the last word")
  func unlimited() throws {
    let (network, x) = (network(), normal([2, 8, 8, 1], seed: 2))
    let before = try network(x, at: [3, 700]).checked()
    for name in ["convOut.weight", "convOut.bias"] { try set([name: tensor(name, of: network) * 256], in: network) }
    // A factor of 2⁸ changes no rounding.
    expectClose(
      network(x, at: [3, 700]), before * 256, "the result with a last convolution of 256 times the weight and bias",
      tolerance: 1e-6,
      mistakes: [
        "the result is held to [−3, 3], so beyond it nothing is learned": (before * 256).clamped(to: -3...3),
        "the result is held to [−1, 1], but noise is not": (before * 256).clamped(to: -1...1),
      ])
  }

  @Test("The blocks are told the time's embedding as it is")
  func time() throws {
    let network = network()
    // Only the first residual block has something to say, and is heard over the skip connection of full size.
    try silence(
      ["down.0.residuals.1.conv2", "up.1.upsample", "up.1.residuals.0.conv2", "up.1.residuals.1.conv2"], in: network)
    try makeTransparent("up.1.residuals.0.shortcut", from: 16, in: network)
    var generator = RandomGenerator(seed: 9)
    let embedding = TimestepEmbedding(width: 32, using: &generator)
    let block = ResidualBlock(from: 16, to: 16, timeWidth: 32, groups: 8, using: &generator)
    func load(_ layer: some Layer, _ path: String) throws {
      try layer.load(
        Dictionary(
          uniqueKeysWithValues: network.state.filter { $0.key.hasPrefix("\(path).") }
            .map { (String($0.key.dropFirst(path.count + 1)), $0.value) }))
    }
    try load(embedding, "timeEmbedding")
    try load(block, "down.0.residuals.0")

    // 0 is a timestep like others.
    let (x, timesteps) = (normal([2, 8, 8, 1], seed: 2), [0, 700])
    func convolved(_ x: Tensor, by name: String) throws -> Tensor {
      try x.conv2d(tensor("\(name).weight", of: network), bias: tensor("\(name).bias", of: network), padding: 1)
    }
    func told(_ time: Tensor) throws -> Tensor {
      let kept = try block(convolved(x, by: "convIn"), time: time)
      let normalized = try kept.groupNormalized(
        groups: 8, scale: tensor("normOut.scale", of: network), shift: tensor("normOut.shift", of: network))
      return try convolved(normalized.silu(), by: "convOut")
    }
    let time = try embedding(timesteps).checked()
    // The same few operations, in two norms of which errors grow a little.
    expectClose(
      network(x, at: timesteps), try told(time), "the first block, told the time (all else is silent)", tolerance: 1e-5,
      mistakes: [
        "SiLU is taken of the embedding; each block takes it by itself": try told(time.silu()),
        "it is told zeros": try told(time * 0),
        "all are told the first image's timestep": try told(embedding([0, 0])),
        "t = 0 is told as another; timesteps count from 0": try told(embedding([1, 700])),
        "the embedding itself is asked for, not the waves that it is made of":
          try told(sinusoidalEmbedding(timesteps, width: 32)),
      ])
  }

  @Test("An image's timestep and company are its own affair")
  func independence() throws {
    let network = network()
    let x = normal([3, 8, 8, 1], seed: 2)
    let before = try network(x, at: [5, 500, 999]).checked()
    let after = try network(x, at: [5, 17, 999]).checked()
    try #require(before.shape == x.shape, "ε̂ has the images' shape: yours is \(before.shape) instead of \(x.shape)")
    for image in [0, 2] {
      expectClose(
        after.sliced(axis: 0, image..<image + 1), before.sliced(axis: 0, image..<image + 1),
        "image \(image), where only the timestep of image 1 has changed, from 500 to 17", tolerance: 0)
    }
    #expect(
      before.sliced(axis: 0, 1..<2) != after.sliced(axis: 0, 1..<2), "the second image's timestep makes no difference")
    expectClose(
      network(x.sliced(axis: 0, 1..<2), at: [500]), before.sliced(axis: 0, 1..<2),
      "image 1 alone, against the same in company", tolerance: 0,
      mistakes: [
        "all images are told the first one's timestep; the second image's timestep is its own":
          try network(x, at: [500, 500, 500]).checked().sliced(axis: 0, 1..<2)
      ])
  }

  @Test("Equal timesteps at both ends say nothing of those between")
  func between() throws {
    let (network, x) = (network(), normal([3, 8, 8, 1], seed: 2))
    expectClose(
      network(x, at: [5, 900, 5]).sliced(axis: 0, 1..<2), try network(x.sliced(axis: 0, 1..<2), at: [900]).checked(),
      "image 1 at t = 900 between two at t = 5, against the same alone: each image has its own timestep", tolerance: 0)
  }

  @Test("The gradient reaches every parameter and the images, on every way")
  func reach() throws {
    let network = network()
    expectGradients(of: "the network's result", ["x_t": normal([2, 8, 8, 1], seed: 2)], parametersOf: network) {
      network($0[0], at: [3, 700])
    }
  }

  @Test("Both skip connections are used, the last kept first")
  func skips() throws {
    // Without what the stage below hands up, the result still depends on what was kept, through its skip connection.
    let parts = [(silent: "up.0.upsample", kept: "down.1"), (silent: "up.1.upsample", kept: "down.0")]
    for (silent, kept) in parts {
      let network = network()
      try silence([silent], in: network)
      let loss = try network(normal([1, 8, 8, 1], seed: 2), at: [10]).squared().mean().checked()
      let gradients = loss.gradients()
      let parameters = Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.path, $0.parameter) })
      let arrives = parameters["\(silent.prefix(4)).residuals.1.conv2.bias"].map { gradients[$0] != nil } == true
      let parameter = try #require(
        parameters["\(kept).residuals.1.conv2.weight"], "the network has no \(kept).residuals.1.conv2.weight")
      #expect(
        gradients[parameter]?.scalars.contains { $0 != 0 } == true,
        arrives
          ? "what \(kept) kept, before it was halved, must reach \(silent.prefix(4)) beside what comes from below"
          : "no gradient reaches \(silent.prefix(4)) itself: it is not used, or the gradient is lost behind it, as in a stage (exercise 3.8)"
      )
    }
  }

  // MARK: Size, and what does not fit

  /// Parts of the network of the report, and how many parameters each has.
  static let parts = [
    ("timeEmbedding", 131_584), ("convIn", 3_584), ("down.0", 804_736), ("down.1", 2_821_888), ("middle", 8_657_920),
    ("up.0", 4_395_520), ("up.1", 1_132_800),
  ]

  @Test("The report's network, of 17,951,747 parameters, answers")
  func size() throws {
    let network = network(baseWidth: 128, imageChannels: 3, timeWidth: 256)
    for (part, expected) in Self.parts {
      let count = network.parameters.filter { $0.path.hasPrefix("\(part).") }.reduce(0) {
        $0 + $1.parameter.value.shape.elementCount
      }
      #expect(count == expected, "\(part): yours has \(count) parameters instead of \(expected)")
    }
    #expect(
      network.parameterCount == 17_951_747,
      "the report's network: yours has \(network.parameterCount) parameters instead of 17951747")
    let small = self.network(timeWidth: 256).parameterCount
    #expect(small == 484_097, "a base width of 16 and gray images: yours has \(small) parameters instead of 484097")
    #expect(
      try network(normal([1, 4, 4, 3], seed: 2), at: [0]).checked().isFinite,
      "of one image of 4 × 4 pixels the report's network makes numbers that are not finite")
  }

  @Test("What does not fit is a fault, not a crash")
  func misfits() throws {
    let network = network()
    try network(normal([1, 4, 4, 1], seed: 2), at: [0]).checked()
    for extent in [1, 2, 3, 5, 6, 7, 9, 10, 27] { misfit(extent, in: network) }
    #expect(
      network(normal([1, 8, 8, 3], seed: 2), at: [0]).fault != nil,
      "three channels do not fit a network for gray images: yours must be a fault")
    let unfinished = Fault("unfinished")
    #expect(network(Tensor(fault: unfinished), at: [0]).fault == unfinished, "the first fault is passed on")
  }

  private func misfit(_ extent: Int, in network: UNet) {
    for images in [[1, extent, 8, 1], [1, 8, extent, 1], [1, extent, extent, 1]] as [Shape] {
      let fault = network(normal(images, seed: 2), at: [0]).fault
      #expect(
        fault?.reason.isEmpty == false,
        "images of \(images) do not come back at their own size: the answer must be a fault")
    }
    #expect(
      network(normal([2, 8, 8, 1], seed: 2), at: [Int](repeating: 0, count: extent)).fault != nil || extent == 2,
      "\(extent) timesteps do not fit two images: the answer must be a fault")
  }

  // MARK: Against PyTorch

  /// Every rounding is as in a single operation, but some thirty of them follow each other and normalizations between them
  /// divide by what is left: 30 · 5e-7 = 1.5e-5, and a factor of three for luck that is not even.
  private static let tolerance: Float = 5e-5

  private func network(of fixture: Fixture, groups: Int) throws -> UNet {
    let network = network(
      baseWidth: try fixture.integer("unet/base"), imageChannels: try fixture.integer("unet/channels"),
      timeWidth: try fixture.integer("unet/time"), groups: groups)
    let prefix = "parameter."
    var state: [String: Tensor] = [:]
    for (name, tensor) in fixture.tensors(of: "unet") where name.hasPrefix(prefix) {
      state[String(name.dropFirst(prefix.count))] = tensor
    }
    try network.load(state)
    return network
  }

  @Test("With the same weights PyTorch computes the same output, loss, and gradient by every parameter")
  func oracle() throws {
    let fixture = try Fixture(named: "unet")
    let (x, timesteps) = (fixture["unet/x"].variable, fixture.integers("unet/timesteps"))
    // What follows from an output that is off tells nothing more.
    guard
      expectClose(
        try network(of: fixture, groups: 8)(x, at: timesteps), fixture["unet.groups8/output"],
        "the output with 8 groups, against PyTorch", tolerance: Self.tolerance)
    else { return }
    let network = try network(of: fixture, groups: fixture.integer("unet/groups"))
    let output = network(x, at: timesteps)
    guard
      expectClose(
        output, fixture["unet/output"], "the output with 4 groups, against PyTorch", tolerance: Self.tolerance)
    else { return }
    let loss = meanSquaredError(output, fixture["unet/target"])
    expectClose(loss, fixture["unet/loss"], "the loss, against PyTorch", tolerance: Self.tolerance)

    let gradients = loss.gradients()
    let missing = Tensor(
      fault: Fault("no gradient reaches it: the output does not depend on it, or was computed without recording"))
    expectClose(
      gradients[x] ?? missing, fixture["unet/grad.x"], "the gradient by the image", tolerance: Self.tolerance)
    // The gradient flows from the last layer to the first: the first one that is off in its way is where to look.
    for (path, parameter) in network.parameters.reversed() {
      let isClose = expectClose(
        gradients[parameter] ?? missing, fixture["unet/grad.\(path)"], "the gradient by \(path)",
        tolerance: Self.tolerance)
      guard isClose else { return }
    }
  }
}
