import Tensors

extension Layer {
  /// The values of all running statistics, by path: what a forward pass in training changes.
  public var runningStatistics: [String: Tensor] {
    var found: [String: Tensor] = [:]
    for case (let path, let statistic as RunningStatistic) in parts { found[path] = statistic.value }
    return found
  }

  /// Gives running statistics back the values that ``runningStatistics`` had.
  public func restore(_ statistics: [String: Tensor]) {
    for case (let path, let statistic as RunningStatistic) in parts {
      if let value = statistics[path] { statistic.value = value }
    }
  }
}
