import Tensors

extension Picture {
  /// Pictures of one size side by side, row after row, on black.
  ///
  /// The geometry is that of torchvision's `make_grid`: `padding` pixels around and between the pictures, as many columns
  /// as asked for but no more than there are pictures, and a single picture as it is, without padding. Thirty-two
  /// pictures of 64×64 in 8 columns give 530×266. (Unlike there, gray pictures make a gray grid.)
  ///
  /// - Parameters:
  ///   - pictures: The pictures, all of one size and kind, row by row.
  ///   - columns: The number of pictures in a row.
  ///   - padding: The number of pixels between pictures.
  ///   - scale: How many times the pixels of each picture are repeated, so that small pictures can be looked at.
  /// - Throws: An ``ImageError`` where there are no pictures, they differ in size, a number is out of its range, or the
  ///   result would be too large.
  public static func grid(of pictures: [Picture], columns: Int, padding: Int = 2, scale: Int = 1) throws -> Picture {
    guard let first = pictures.first else { throw ImageError("a grid needs at least one picture") }
    if let other = pictures.first(where: { $0.kind != first.kind }) {
      throw ImageError("a grid needs pictures of one kind, but one is \(first.kind) and one \(other.kind)")
    }
    guard columns > 0 else { throw ImageError("a grid has 1 column or more, not \(columns)") }
    // The bound keeps the sizes below from overflowing; they are checked before anything is made.
    guard (0...maximumPixelCount).contains(padding) else {
      throw ImageError("a padding of \(padding) pixels is none for a grid")
    }
    let cell = try first.enlarged(by: scale)
    if pictures.count == 1 { return cell }

    let columns = min(columns, pictures.count)
    let rows = (pictures.count + columns - 1) / columns
    let width = columns * (cell.width + padding) + padding
    let height = rows * (cell.height + padding) + padding
    try checkSize(width: width, height: height)
    var bytes = [UInt8](repeating: 0, count: width * height * cell.channels)
    let lineLength = cell.width * cell.channels
    for (index, picture) in pictures.enumerated() {
      let left = index % columns * (cell.width + padding) + padding
      let top = index / columns * (cell.height + padding) + padding
      let source = try picture.enlarged(by: scale).bytes
      for row in 0..<cell.height {
        let target = ((top + row) * width + left) * cell.channels
        let line = source[row * lineLength..<(row + 1) * lineLength]
        bytes.replaceSubrange(target..<target + lineLength, with: line)
      }
    }
    return Picture(uncheckedWidth: width, height: height, channels: cell.channels, bytes: bytes)
  }

  /// The images of a batch `[count, height, width, channels]` side by side; see ``grid(of:columns:padding:scale:)``.
  ///
  /// - Parameters:
  ///   - batch: The images, with 1 or 3 channels.
  ///   - values: The range that is mapped onto 0...255.
  ///   - columns: The number of images in a row.
  ///   - padding: The number of pixels between images.
  ///   - scale: How many times the pixels of each image are repeated.
  /// - Throws: The `Fault` of a faulty tensor; an ``ImageError`` where the shape is none of a batch of images, a number is
  ///   out of its range, or the result would be too large.
  public static func grid(
    of batch: Tensor, values: ValueRange = .signed, columns: Int, padding: Int = 2, scale: Int = 1
  ) throws -> Picture {
    try grid(of: pictures(of: batch, values: values), columns: columns, padding: padding, scale: scale)
  }

  /// A process seen as rows of images: row *i* shows sample *i* from the first state to the last.
  ///
  /// The layout is that of ``grid(of:columns:padding:scale:)`` with a column for each state.
  ///
  /// - Parameters:
  ///   - states: The states of the process in order, each a batch `[count, height, width, channels]` of the same samples.
  ///   - values: The range that is mapped onto 0...255.
  ///   - padding: The number of pixels between images.
  ///   - scale: How many times the pixels of each image are repeated.
  /// - Throws: The `Fault` of a faulty tensor; an ``ImageError`` where there are no states, they differ in shape, or the
  ///   result would be too large.
  public static func strip(
    of states: [Tensor], values: ValueRange = .signed, padding: Int = 2, scale: Int = 1
  ) throws -> Picture {
    guard let first = states.first else { throw ImageError("a strip needs at least one state") }
    for state in states where try state.checked().shape != first.shape {
      throw ImageError("the states of a strip have one shape, but one is \(first.shape) and one \(state.shape)")
    }
    let pictures = try states.map { try Picture.pictures(of: $0, values: values) }
    let rows = pictures[0].indices.flatMap { sample in pictures.map { $0[sample] } }
    return try grid(of: rows, columns: states.count, padding: padding, scale: scale)
  }
}
