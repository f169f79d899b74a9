import Scoring

/// Shows how far scoring is, stage by stage.
struct ScoringProgress {
  private var current: (stage: ScoringStage, progress: Progress)?

  mutating func show(_ stage: ScoringStage, _ done: Int, of total: Int) {
    if current?.stage != stage { current = (stage, Progress(total: total, unit: stage.rawValue)) }
    current?.progress.show(done)
    if done == total { current = nil }
  }
}
