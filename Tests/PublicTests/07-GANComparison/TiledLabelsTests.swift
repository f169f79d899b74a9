import GANComparison
import Learning
import Tensors
import TestSupport
import Testing

@Suite("7.9 Labels for both players", .exercise("7.9"))
struct Exercise7_9 {
  private let labels = [2, 0, 2]

  private func latentLabels() -> LatentLabels {
    var generator = RandomGenerator(seed: 1)
    return LatentLabels(classCount: 4, labelWidth: 5, using: &generator)
  }

  private func tiledLabels() -> TiledLabels {
    var generator = RandomGenerator(seed: 2)
    return TiledLabels(classCount: 4, labelWidth: 5, using: &generator)
  }

  private func random(_ shape: Shape) -> Tensor {
    var generator = RandomGenerator(seed: 3)
    return .normal(shape, using: &generator)
  }

  @Test("The generator: each latent vector, and behind it its label's")
  func latents() throws {
    let (layer, z) = (latentLabels(), random([3, 5]))
    let rows = layer.table.weight.value.detached.gathered(rows: labels)
    expectClose(
      try layer(z, labels: labels).checked().detached, .concatenated([z, rows], axis: 1),
      "the generator's input, [3, 5 + 5]", tolerance: 0,
      mistakes: [
        "the label's vector stands before the latent one; it belongs behind": .concatenated([rows, z], axis: 1),
        "they are added; a generator told so cannot tell them apart, so they are laid side by side": z + rows,
        "they are laid one below the other, as more images: the axis is the wrong one":
          .concatenated([z, rows], axis: 0),
        "all images got the first one's label": .concatenated(
          [z, layer.table.weight.value.detached.gathered(rows: [2, 2, 2])], axis: 1),
        "the label's vector takes the place of the latent one; it belongs behind": rows,
        "the label is gone; its vector belongs behind the latent one": z,
      ])
  }

  /// The same numbers as channels of images of 3×5 pixels: as wide as the vectors are, so that a wrong axis fits too.
  @Test("The discriminator: every pixel, and behind its channels its image's label")
  func tiles() throws {
    let (layer, images) = (tiledLabels(), random([3, 3, 5, 2]))
    let rows = layer.table.weight.value.detached.gathered(rows: labels)
    let stretched: Shape = [3, 3, 5, 5]
    func beside(_ tiles: Tensor) -> Tensor { .concatenated([images, tiles], axis: -1) }
    let tiles = rows.reshaped([3, 1, 1, 5]).broadcast(to: stretched)
    expectClose(
      try layer(images, labels: labels).checked().detached, beside(tiles),
      "the discriminator's input, [3, 3, 5, 2 + 5]",
      tolerance: 0,
      mistakes: [
        "the tiles run along the wrong axis: each number of the vector has a channel, not a column":
          beside(rows.reshaped([3, 1, 5, 1]).broadcast(to: stretched)),
        "the tiles run along the wrong axis: each number belongs to an image, not to a row of pixels":
          beside(rows.reshaped([1, 3, 1, 5]).broadcast(to: stretched)),
        "the tiles stand before the image's channels; they belong behind": .concatenated([tiles, images], axis: -1),
        "the tiles are added to the image's channels; they are channels of their own": images
          + tiles.sliced(axis: -1, 0..<2),
        "all images got the first one's label": beside(
          rows.sliced(axis: 0, 0..<1).reshaped([1, 1, 1, 5]).broadcast(to: stretched)),
        "the rows are repeated as a whole, so that pixels have the labels of other images; each row belongs to one image":
          beside(Tensor.concatenated([Tensor](repeating: rows, count: 15), axis: 0).reshaped(stretched)),
        "the images are gone; the tiles belong behind their channels": tiles,
        "the label is gone; its tiles belong behind the image's channels": images,
      ])
  }

  @Test("In every tile all pixels are equal")
  func flat() throws {
    let result = try tiledLabels()(random([3, 4, 6, 1]), labels: labels).checked()
    try #require(
      result.shape == [3, 4, 6, 6],
      "1 channel and 5 numbers of the label make 6 channels: yours is \(result.shape) instead of [3, 4, 6, 6]")
    let tiles = result.sliced(axis: -1, 1..<6)
    let spread = tiles.variance(axes: [1, 2]).scalars.max() ?? .nan
    // Of equal numbers around 1 the variance is 0 but for rounding.
    #expect(
      spread < 1e-12,
      "every pixel gets the whole vector of its image's label, so a tile varies by 0: yours does by up to \(spread) instead"
    )
  }

  @Test("Both tables learn: a row's gradient is collected from its label's images")
  func gradients() throws {
    let (latent, tiled) = (latentLabels(), tiledLabels())
    /// What is said where a table has no gradient, of the result's last numbers, which should be its rows.
    func missing(_ player: String, _ last: Tensor, _ table: Embedding) -> Comment {
      let hasRows = isClose(last.detached, table.weight.value.detached.gathered(rows: labels), 1e-6)
      return """
        no gradient reaches the \(player)'s table\(hasRows
          ? ", though its rows are there: are they detached, or copied number by number?" : ": is it asked for the rows?")
        """
    }
    let withLatents = try latent(random([3, 2]), labels: labels).checked()
    let ofLatent = withLatents.sum().gradients()[latent.table.weight]
    let rows = Tensor([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0], shape: [4, 5])
    expectClose(
      try #require(ofLatent, missing("generator", withLatents.sliced(axis: 1, 2..<7), latent.table)), rows,
      "the gradient of a sum with respect to the generator's table: class 2 has two images and class 0 one",
      tolerance: 0)
    let withTiles = try tiled(random([3, 2, 3, 1]), labels: labels).checked()
    let ofTiled = withTiles.sum().gradients()[tiled.table.weight]
    let pixel = withTiles.sliced(axis: 1, 0..<1).sliced(axis: 2, 0..<1).sliced(axis: 3, 1..<6).reshaped([3, 5])
    expectClose(
      try #require(ofTiled, missing("discriminator", pixel, tiled.table)), 6 * rows,
      "the gradient of a sum with respect to the discriminator's table: each of an image's 6 pixels adds to its label's row",
      tolerance: 0, mistakes: ["each image added to it once, as if its vector stood at one pixel": rows])
  }

  @Test("The images' gradient passes through: the generator learns from it")
  func imageGradient() throws {
    let images = random([3, 2, 2, 3]).variable
    let result = try tiledLabels()(images, labels: labels).checked()
    let gradient = try #require(
      result.sum().gradients()[images], "no gradient reaches the images, so a generator could learn nothing")
    expectClose(gradient, .ones([3, 2, 2, 3]), "the gradient of a sum with respect to the images", tolerance: 0)
  }

  @Test("Labels of another number, or of no class, are a fault")
  func misfit() {
    let (latent, tiled) = (latentLabels(), tiledLabels())
    #expect(latent(random([3, 2]), labels: [1, 2]).fault != nil, "two labels for three latent vectors must be faulty")
    #expect(latent(random([3, 2]), labels: [1]).fault != nil, "one label for three latent vectors must be faulty")
    #expect(
      latent(random([1, 2]), labels: [1, 2, 0]).fault != nil, "three labels for one latent vector must be faulty")
    #expect(latent(random([3, 2]), labels: [1, 2, 4]).fault != nil, "label 4 of 4 classes must be faulty")
    #expect(tiled(random([3, 2, 2, 1]), labels: [1]).fault != nil, "one label for three images must be faulty")
    #expect(tiled(random([3, 2, 2, 1]), labels: [1, 2, -1]).fault != nil, "label −1 must be faulty")
    let fault = tiled(random([3, 2, 2, 1]), labels: labels).fault
    #expect(fault == nil, "three labels fit three images: yours is faulty, “\(fault?.reason ?? "")”")
  }
}
