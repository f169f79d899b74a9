import Foundation

extension NaiveKernels {
  /// y[i] = e^x[i] / Σⱼ e^x[j] over each row of `width` numbers, as the formula says: large x overflow.
  package static func softmax(_ x: [Double], width: Int) -> [Double] {
    var y = x.map { exp($0) }
    for start in stride(from: 0, to: x.count, by: width) {
      let sum = y[start..<(start + width)].reduce(0, +)
      for index in start..<(start + width) { y[index] /= sum }
    }
    return y
  }
}
