import Conditioning
import Evaluation
import Reports
import Tensors

/// Scores in miniature, before images are drawn and looked at for minutes: an exercise that is not written yet is reported at once.
enum ScoringRehearsal {
  /// - Throws: The `Fault` of the first exercise that is not written yet.
  static func run() throws {
    let record = UnfinishedRecord()
    UnfinishedRecord.$current.withValue(record) {
      _ = DataConfiguration(.folder, imageSide: 4, imageChannels: 1).prepared(.zeros([1, 4, 4, 1]))
      var generator = RandomGenerator(seed: 0)
      let features = Tensor.normal([8, 2], using: &generator)
      if let statistics = try? FeatureStatistics(of: features) {
        _ = try? extrapolatedFrechetDistance(of: features, to: statistics, counts: [4, 8])
      }
      _ = try? precisionAndRecall(generated: features, real: features, k: 3)
      if let hits = try? topKHits(scores: features, labels: (0..<8).map { [$0 % 2] }) {
        _ = meanAccuracy(hits: hits, labelCounts: [1])
        _ = pooledAccuracy(hits: hits, labelCounts: [1])
      }
    }
    try record.check()
  }
}
