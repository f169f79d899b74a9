import Foundation
import Training

/// Shows the progress of a long piece of work: on a terminal one line, updated four times a second; elsewhere a line every ten
/// seconds.
struct Progress {
  private let total: Int
  private let unit: String
  private let terminal: Terminal
  private let start = ContinuousClock.now
  private let startedAt: Int
  private var lastShown: ContinuousClock.Instant?

  /// - Parameters:
  ///   - total: The steps in all.
  ///   - done: Those that were done before, in an earlier run.
  ///   - unit: What is counted, in the plural.
  ///   - terminal: Where it is shown.
  init(total: Int, done: Int = 0, unit: String, on terminal: Terminal = .standardError) {
    self.total = total
    self.unit = unit
    self.terminal = terminal
    startedAt = done
  }

  /// Shows the state if it is time to.
  ///
  /// - Parameters:
  ///   - done: The steps done.
  ///   - details: What else there is to say.
  mutating func show(_ done: Int, _ details: @autoclosure () -> String = "") {
    let now = ContinuousClock.now
    let interval: Duration = terminal.isInteractive ? .milliseconds(250) : .seconds(10)
    if let lastShown, now - lastShown < interval, done < total { return }
    lastShown = now
    let elapsed = (now - start).seconds
    let rate = Double(done - startedAt) / max(elapsed, 1e-9)
    var parts = ["\(done)/\(total) \(unit)", details()]
    if done < total, rate > 0 { parts.append(Self.clock(Double(total - done) / rate) + " left") }
    let line = parts.filter { !$0.isEmpty }.joined(separator: ", ")
    if terminal.isInteractive, done < total {
      terminal.replaceLine(with: Self.bar(Double(done) / Double(total)) + " " + line)
    } else {
      terminal.write(line: line)
    }
  }

  /// Clears the line, for work that reports its end itself.
  func clear() {
    if terminal.isInteractive, lastShown != nil { terminal.replaceLine(with: "") }
  }

  private static func bar(_ fraction: Double) -> String {
    let width = 16
    let filled = Int((fraction * Double(width)).rounded(.down))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }

  /// Minutes and seconds, with hours where there are any.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    let rest = String(format: "%02d:%02d", minutes, whole % 60)
    return hours > 0 ? "\(hours):\(rest)" : rest
  }
}
