import Datasets
import ForwardDiffusion
import Foundation
import Images
import Reports
import Tensors
import Training

extension CellWork {
  /// Draws images, shows some of them, and measures them.
  ///
  /// - Returns: The numbers, and the names of the pictures in the cell's folder, by what they are.
  func draw(
    _ drawing: Drawing, with model: ImageSampler
  ) throws -> (numbers: [String: Double], pictures: [String: String]) {
    var sampler = model
    drawing.apply(to: &sampler)
    sampler.isCancelled = run.shouldStop
    let labels = try drawing.labelChoice(model.recipe, dataPath: run.dataPath)
    let images = try images(drawing, sampler, labels)
    let data = model.recipe.data
    let scalars = images.scalars
    var numbers = ["finite": Double(scalars.count(where: \.isFinite)) / Double(scalars.count)]

    var files: [String: String] = [:]
    func write(_ picture: Picture, as kind: String) throws {
      let file = kind == "grid" ? "\(drawing.name).png" : "\(drawing.name)-\(kind).png"
      try picture.writePNG(to: place.url.appendingPathComponent(file))
      files[kind] = file
    }
    let pictures = try Picture.pictures(of: data.shown(images), values: data.values)
    let ink = pictures.map { $0.bytes.reduce(0.0) { $0 + Double($1) } / Double($0.bytes.count) }
    numbers["ink"] = ink.reduce(0, +) / Double(ink.count)
    let columns = drawing.columns ?? model.columns(for: drawing.shown, labels: labels)
    // Half-sized digits and cats are hard to see.
    let scale = data.imageSide <= 16 ? 2 : 1
    try write(try Picture.grid(of: Array(pictures.prefix(drawing.shown)), columns: columns, scale: scale), as: "grid")
    if drawing.showsProcess {
      let strip = try sampler.processPicture(
        indices: 0..<8, seed: drawing.seed, states: 8, labels: labels, scale: scale)
      try write(strip, as: "process")
    }
    // Where a sampler has left the range of numbers there is nothing that a classifier could look at.
    guard numbers["finite"] == 1, drawing.isScored else { return (numbers, files) }
    let scorer = try scorer(data)
    var shown = data.shown(images)
    if data.pixelRange == .symmetric { shown = shown.scaledToUnitRange() }
    let known = labels?.labels(for: 0..<drawing.count) ?? .none
    switch drawing.subject {
    case .list: numbers.merge(try scorer.accuracies(of: shown, showing: known)) { $1 }
    case .one(let name): numbers.merge(try scorer.scores(of: shown, showing: known, subject: name)) { $1 }
    case .each, .set: numbers.merge(try scorer.scores(of: shown, showing: known, subject: nil)) { $1 }
    }
    if drawing.showsExtremes {
      // The classifier is least sure of the first.
      let confidences = try scorer.confidences(of: shown)
      let order = pictures.indices.sorted { confidences[$0] < confidences[$1] }
      try write(try Picture.grid(of: order.suffix(16).map { pictures[$0] }, columns: 8, scale: scale), as: "success")
      try write(try Picture.grid(of: order.prefix(16).map { pictures[$0] }, columns: 8, scale: scale), as: "failure")
    }
    return (numbers, files)
  }

  /// The scores of images of some data.
  func scorer(_ data: DataConfiguration) throws -> ImageScorer {
    try ImageScorer(data, dataPath: run.dataPath, cache: run.cache) { [run] in run.onEvent(.scored($0, $1, of: $2)) }
  }

  /// The images themselves, held to the range of the data as the reports' programs do.
  private func images(_ drawing: Drawing, _ sampler: ImageSampler, _ labels: LabelChoice?) throws -> Tensor {
    var (sampler, batches) = (sampler, [Tensor]())
    let starts = Array(stride(from: 0, to: drawing.count, by: ImageSampler.batch))
    for (batch, first) in starts.enumerated() {
      sampler.onProgress = { [run] done, total in
        run.onEvent(.drew(batch * total + done, of: starts.count * total))
      }
      let indices = first..<min(first + ImageSampler.batch, drawing.count)
      batches.append(try sampler.images(indices, seed: drawing.seed, labels: labels))
    }
    let images = try Tensor.concatenated(batches, axis: 0).checked()
    // What is infinite or NaN is to be counted, not hidden.
    guard images.isFinite else { return images }
    return images.clamped(to: sampler.recipe.data.pixelRange == .symmetric ? -1...1 : 0...1)
  }
}
