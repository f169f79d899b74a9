import Training

/// Shows how far a drawing is that takes more than a second.
struct DrawingProgress {
  private let terminal: Terminal
  private var start: ContinuousClock.Instant?
  private var progress: Progress?

  init(on terminal: Terminal = .standardError) { self.terminal = terminal }

  /// Shows the state if it is time to; after the last step it is ready for another drawing.
  mutating func show(_ done: Int, of total: Int) {
    let start = start ?? .now
    self.start = start
    if progress == nil, ContinuousClock.now - start > .seconds(1) {
      progress = Progress(total: total, unit: "denoising steps", on: terminal)
    }
    if done < total {
      progress?.show(done)
    } else {
      progress?.clear()
      (self.start, progress) = (nil, nil)
    }
  }
}

extension ImageSampler {
  /// Shows how far a slow drawing is, and lets Ctrl-C end it.
  func showingProgress() -> ImageSampler {
    var sampler = self
    var progress = DrawingProgress()
    sampler.isCancelled = { Interruption.isRequested }
    sampler.onProgress = { progress.show($0, of: $1) }
    return sampler
  }
}
