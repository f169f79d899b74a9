import Tensors

/// Images that lie in memory as bytes, one after the other, and become numbers when they are asked for.
struct StoredImages: LabeledImages {
  let imageShape: Shape
  let classNames: [String]
  /// The bytes of all images, each in the order of ``imageShape``.
  let pixels: [UInt8]
  /// The class of each image; nil where nothing is known of them.
  let classes: [Int]?

  var count: Int? { pixels.count / imageShape.elementCount }

  func images(at indices: [Int]) -> (images: Tensor, labels: Labels) {
    if let fault = fault(at: indices) { return (Tensor(fault: fault), .none) }
    let size = imageShape.elementCount
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * size)
    for index in indices { chosen += pixels[(index * size)..<((index + 1) * size)] }
    return (tensor(of: chosen, count: indices.count), labels(at: indices))
  }

  func labels(at indices: [Int]) -> Labels {
    guard let classes, fault(at: indices) == nil else { return .none }
    return .classes(indices.map { classes[$0] })
  }
}
