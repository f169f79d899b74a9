import ArgumentParser
import Foundation

/// Output for programs instead of people.
struct JSONOption: ParsableArguments {
  @Flag(name: .customLong("json"), help: "Write JSON.")
  var isOn = false

  static func write(_ value: some Encodable) throws { say(try encoded(value)) }

  /// Keys in the order of the alphabet, so that files can be compared.
  static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
