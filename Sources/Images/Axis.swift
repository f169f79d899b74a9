import Foundation

/// One axis of a chart: the range it shows and the round numbers marked on it.
struct Axis {
  /// The least and the greatest value shown.
  let range: ClosedRange<Double>

  /// The marked values, in ascending order.
  let ticks: [Double]

  /// The text of each mark.
  let labels: [String]

  let isLogarithmic: Bool

  /// Where a value lies: 0 at the low end of the axis, 1 at the high end.
  func position(of value: Double) -> Double {
    if isLogarithmic { return log(value / range.lowerBound) / log(range.upperBound / range.lowerBound) }
    return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }
}

// MARK: - Linear axes

extension Axis {
  /// A linear axis with marks at multiples of 1, 2 or 5 times a power of ten.
  ///
  /// - Parameters:
  ///   - values: The values to show, finite; without any the axis goes from 0 to 1.
  ///   - count: About how many steps between marks there should be; never more than one beyond that.
  ///   - endsAtTicks: Whether the range is widened to the next marks.
  init(linear values: [Double], steps count: Int, endsAtTicks: Bool) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    let magnitude = max(abs(low), abs(high))
    let isWhole = values.allSatisfy { $0 == $0.rounded() }
    // Equal values need some room: enough for Double arithmetic to tell the ends apart.
    if high - low <= max(magnitude * 1e-9, 1e-290) {
      let room = magnitude < 1e-280 || (isWhole && magnitude < 1e6) ? 1 : magnitude / 10
      (low, high) = (low - room, high + room)
    }
    let step = RoundStep(atLeast: (high - low) / Double(count), isWhole: isWhole)
    if endsAtTicks {
      low = step.multiple((low / step.size).rounded(.down))
      high = step.multiple((high / step.size).rounded(.up))
    }
    // A hundredth of a step of tolerance, so that rounding does not lose the marks at the ends.
    let first = (low / step.size - 0.01).rounded(.up)
    let last = (high / step.size + 0.01).rounded(.down)
    range = low...high
    ticks = stride(from: first, through: last, by: 1).map(step.multiple)
    labels = ticks.map { NumberText.fixed($0, step: step, magnitude: magnitude) }
    isLogarithmic = false
  }
}

/// A step of 1, 2 or 5 times a power of ten.
struct RoundStep {
  let mantissa: Double
  let exponent: Int

  var size: Double { multiple(1) }

  /// The smallest such step that is no smaller than `size`, nor than 1 where the marked values are whole numbers.
  init(atLeast size: Double, isWhole: Bool) {
    let size = isWhole ? max(size, 1) : size
    let exponent = Int(log10(size).rounded(.down))
    let ratio = size / pow(10, Double(exponent))
    // Rounding must not turn an exact 2 into a 5.
    let next = [1.0, 2, 5].first { ratio <= $0 * (1 + 1e-9) }
    mantissa = next ?? 1
    self.exponent = next == nil ? exponent + 1 : exponent
  }

  /// `count` steps. Dividing by 10, 100, … gives the Double nearest to the decimal number; multiplying by 0.1 would not.
  func multiple(_ count: Double) -> Double {
    let power = pow(10, Double(abs(exponent)))
    return exponent < 0 ? count * mantissa / power : count * mantissa * power
  }
}

// MARK: - Logarithmic axes

extension Axis {
  /// A logarithmic axis: marks at powers of ten, and at 2 and 5 times those where it spans three of them or
  /// less.
  ///
  /// - Parameters:
  ///   - values: The values to show, positive and finite; without any the axis goes from 0.1 to 1.
  ///   - count: The greatest number of steps between powers of ten; where there are more, marks are left out.
  init(logarithmic values: [Double], steps count: Int) {
    let low = values.min() ?? 0.1
    let high = values.max() ?? 1
    if high <= 2.5 * low {
      // Too few of those marks would lie among the values; the marks of a linear axis are closer, and all positive.
      let ends = low == high ? [0.9 * low, 1.1 * high] : [low, high]
      let linear = Axis(linear: ends, steps: 6, endsAtTicks: true)
      self.init(range: linear.range, ticks: linear.ticks, labels: linear.labels, isLogarithmic: true)
      return
    }
    let firstPower = Int((log10(low) + 1e-9).rounded(.down))
    let lastPower = Int((log10(high) - 1e-9).rounded(.up))
    let powers = lastPower - firstPower
    let marks: [Double]
    if powers <= 3 {
      let candidates = (firstPower...lastPower).flatMap { power in [1, 2, 5].map { NumberText.decimal($0, power) } }
      // The marks around the values, and no others: half of the axis would often be empty.
      let start = candidates.lastIndex { $0 <= low * (1 + 1e-9) } ?? 0
      let end = candidates.firstIndex { $0 >= high * (1 - 1e-9) } ?? candidates.count - 1
      marks = Array(candidates[start...end])
    } else {
      let stride = (powers + count - 1) / count
      let steps = (powers + stride - 1) / stride
      marks = (0...steps).map { NumberText.decimal(1, firstPower + $0 * stride) }
    }
    self.init(
      range: marks[0]...marks[marks.count - 1], ticks: marks, labels: NumberText.short(marks), isLogarithmic: true)
  }
}

// MARK: - Numbers as text

enum NumberText {
  /// The Double nearest to `mantissa` times ten to the `exponent`.
  static func decimal(_ mantissa: Int, _ exponent: Int) -> Double {
    Double("\(mantissa)e\(exponent)") ?? Double(mantissa) * pow(10, Double(exponent))
  }

  /// A mark of a linear axis: as many decimals as its steps need, and powers of ten for very large or small numbers.
  static func fixed(_ value: Double, step: RoundStep, magnitude: Double) -> String {
    if value == 0 { return "0" }
    if magnitude >= 1e7 || step.exponent < -5 {
      let exponent = Int((log10(abs(value)) + 1e-9).rounded(.down))
      let decimals = max(0, exponent - step.exponent)
      return scientific(value / pow(10, Double(exponent)), decimals: decimals, exponent: exponent)
    }
    let digits = String(format: "%.\(max(0, -step.exponent))f", abs(value))
    let parts = digits.split(separator: ".", maxSplits: 1)
    let fraction = parts.count > 1 ? "." + parts[1] : ""
    return (value < 0 ? "−" : "") + groupingThousands(String(parts[0])) + fraction
  }

  /// The marks of a logarithmic axis, each 1, 2 or 5 times a power of ten: as they are where all of them are short, and
  /// with powers of ten otherwise.
  static func short(_ marks: [Double]) -> [String] {
    let exponents = marks.map { Int((log10($0) + 1e-9).rounded(.down)) }
    let areShort = exponents.allSatisfy { (-4...4).contains($0) }
    return zip(marks, exponents).map { mark, exponent in
      guard areShort else {
        return scientific(mark / pow(10, Double(exponent)), decimals: 0, exponent: exponent)
      }
      let text = String(format: "%.\(max(0, -exponent))f", mark)
      return exponent < 0 ? text : groupingThousands(text)
    }
  }

  private static func scientific(_ mantissa: Double, decimals: Int, exponent: Int) -> String {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let digits = String(abs(exponent)).compactMap { $0.wholeNumberValue.map { superscripts[$0] } }
    let power = "10" + (exponent < 0 ? "⁻" : "") + String(digits)
    let sign = mantissa < 0 ? "−" : ""
    let number = String(format: "%.\(decimals)f", abs(mantissa))
    return sign + (number == "1" ? power : number + "×" + power)
  }

  private static func groupingThousands(_ digits: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
