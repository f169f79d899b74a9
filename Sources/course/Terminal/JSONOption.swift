import ArgumentParser
import Foundation

/// Output for programs instead of people.
struct JSONOption: ParsableArguments {
  @Flag(name: .customLong("json"), help: "Write JSON.")
  var isOn = false

  static func write(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    say(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
