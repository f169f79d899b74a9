import Foundation
import Images
import Tensors
import UNetUpsampling

/// Chapters 0 and 3: convolution and the network.
extension Figure {
  static let network = [convolution, timestepWaves, unet, receptiveField]

  private static let convolution = Figure(
    "convolution", "A window over an image, the kernel, and the pixel that results"
  ) { _ in
    var canvas = Canvas(width: 760, height: 300, title: "One pixel of a convolution")
    let image = [[0, 0, 1, 2, 2], [0, 1, 2, 2, 1], [1, 2, 2, 1, 0], [2, 2, 1, 0, 0], [2, 1, 0, 0, 0]]
    let kernel = [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    func table(_ numbers: [[Int]], at corner: Canvas.Place, marked: (rows: Range<Int>, columns: Range<Int>)? = nil) {
      for (row, line) in numbers.enumerated() {
        for (column, number) in line.enumerated() {
          let place = corner + Canvas.Place(Double(column), Double(row)) * 40
          let isMarked = marked.map { $0.rows.contains(row) && $0.columns.contains(column) } ?? false
          canvas.rectangle(
            place, size: .init(40, 40), fill: isMarked ? .orange : nil, opacity: isMarked ? 0.2 : 1, stroke: .light)
          canvas.text("\(number)", at: place + Canvas.Place(20, 25), anchor: .middle)
        }
      }
    }
    table(image, at: .init(24, 64), marked: (1..<4, 2..<5))
    canvas.text("×", at: .init(252, 170), size: 22, anchor: .middle)
    table(kernel, at: .init(284, 104))
    canvas.text("=", at: .init(432, 170), size: 22, anchor: .middle)
    let result = (0..<3).map { row in
      (0..<3).map { column in
        (0..<3).reduce(0) { sum, y in sum + (0..<3).reduce(0) { $0 + image[row + y][column + $1] * kernel[y][$1] } }
      }
    }
    table(result, at: .init(460, 104), marked: (1..<2, 2..<3))
    canvas.text("the sum of the nine products is one pixel", at: .init(460, 250), .muted)
    return .vector(canvas.svg)
  }

  private static let timestepWaves = Figure(
    "timestep-waves", "The embedding of each timestep, a column each: sines above, cosines below"
  ) { _ in
    let width = 64
    let timesteps = Array(stride(from: 0, to: 1000, by: 2))
    let waves = try sinusoidalEmbedding(timesteps, width: width).checked()
    let picture = try Picture(waves.transposed().reshaped([width, timesteps.count, 1]).checked())
    return .pixels(try Picture.grid(of: [picture], columns: 1, scale: 2))
  }

  private static let unet = Figure("unet", "The stages of the U-Net with their sizes and channels") { _ in
    var canvas = Canvas(width: 860, height: 380, title: "The U-Net for images of 28 × 28, with b channels at full size")
    // Name, level from the top, channels, size.
    let parts: [(name: String, level: Int, channels: String, size: String)] = [
      ("first convolution", 0, "b", "28 × 28"), ("down 1", 0, "b", "28 × 28"), ("down 2", 1, "2b", "14 × 14"),
      ("middle", 2, "4b", "7 × 7"), ("up 1", 1, "2b", "14 × 14"), ("up 2", 0, "b", "28 × 28"),
      ("last convolution", 0, "image", "28 × 28"),
    ]
    func corner(_ index: Int) -> Canvas.Place { .init(24 + Double(index) * 118, 90 + Double(parts[index].level) * 90) }
    let size = Canvas.Place(104, 56)
    for (index, part) in parts.enumerated() {
      let place = corner(index)
      canvas.rectangle(place, size: size, fill: .blue, opacity: 0.08, stroke: .blue)
      canvas.text(part.name, at: place + Canvas.Place(52, 22), size: 11, anchor: .middle, isBold: true)
      canvas.text("\(part.channels), \(part.size)", at: place + Canvas.Place(52, 42), .muted, size: 12, anchor: .middle)
      if index > 0 {
        let before = corner(index - 1)
        canvas.arrow(
          from: before + Canvas.Place(size.x, size.y / 2), to: place + Canvas.Place(0, size.y / 2), .text)
      }
    }
    for (from, to, height) in [(1, 5, 74.0), (2, 4, 164.0)] {
      let (start, end) = (corner(from) + Canvas.Place(size.x / 2, 0), corner(to) + Canvas.Place(size.x / 2, 0))
      canvas.line([start, .init(start.x, height), .init(end.x, height)], .green, width: 2)
      canvas.arrow(from: .init(end.x, height), to: end, .green, width: 2)
      canvas.text("skip", at: .init((start.x + end.x) / 2, height - 6), .green, size: 12, anchor: .middle)
    }
    canvas.text("each stage: two residual blocks, which are told the time", at: .init(24, 356), .muted)
    return .vector(canvas.svg)
  }

  private static let receptiveField = Figure(
    "receptive-field",
    "How strongly one pixel depends on the pixels of an image of 96 × 96: after the first convolution, down 1, down 2, the middle and up 2, and after as many convolutions without halving"
  ) { _ in
    let side = 96
    // Each convolution is a mean over 3 × 3 pixels, and nothing else is in the network: the gradient then says how much each
    // pixel of the image counts.
    let mean = Tensor.ones([3, 3, 1, 1]) / 9
    func convolved(_ x: Tensor, times: Int) -> Tensor { (0..<times).reduce(x) { x, _ in x.conv2d(mean, padding: 1) } }
    func halved(_ x: Tensor) -> Tensor { x.conv2d(mean, stride: 2, padding: 1) }
    func doubled(_ x: Tensor) -> Tensor { convolved(x.upsampledNearest(by: 2), times: 1) }
    let image = Tensor.zeros([1, side, side, 1]).variable
    let first = convolved(image, times: 1)
    let down1 = convolved(first, times: 4)
    let down2 = convolved(halved(down1), times: 4)
    let middle = convolved(halved(down2), times: 4)
    let up1 = convolved(doubled(middle), times: 4)
    let up2 = convolved(convolved(doubled(up1), times: 4), times: 1)
    let pictures = try [first, down1, down2, middle, up2, convolved(image, times: 24)].map { stage in
      let size = stage.shape[1]
      var center = [Float](repeating: 0, count: size * size)
      center[size / 2 * size + size / 2] = 1
      let gradient = try stage.gradients(from: Tensor(center, shape: [1, size, size, 1]))[image]?.checked()
      let scalars = gradient?.scalars ?? []
      let largest = scalars.max() ?? 1
      // Roots, so that small numbers can be seen.
      return try Picture(Tensor(scalars.map { ($0 / largest).squareRoot() }, shape: [side, side, 1]), values: .unit)
    }
    return .pixels(try Picture.grid(of: pictures, columns: 6, scale: 2))
  }
}
