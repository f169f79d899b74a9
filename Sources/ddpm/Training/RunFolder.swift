import Foundation
import Images

/// The folder in which a training leaves its files.
struct RunFolder {
  let url: URL

  init(_ path: String) { url = URL(fileURLWithPath: path, isDirectory: true) }

  /// The settings, as JSON.
  var configuration: URL { url.appendingPathComponent("config.json") }
  /// One JSON object a step.
  var log: URL { url.appendingPathComponent("log.jsonl") }
  /// The averaged weights, with which images are drawn.
  var model: URL { url.appendingPathComponent("model.safetensors") }
  /// All that is needed to go on: weights, averages and the optimiser's state.
  var checkpoint: URL { url.appendingPathComponent("checkpoint.safetensors") }
  var lossChart: URL { url.appendingPathComponent("loss.svg") }

  func samples(step: Int) -> URL { url.appendingPathComponent(String(format: "samples-%06d.png", step)) }

  var holdsRun: Bool { FileManager.default.fileExists(atPath: configuration.path) }

  func create() throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      throw CommandError("\(url.path): the folder cannot be made (\(reason(for: error)))")
    }
    guard FileManager.default.isWritableFile(atPath: url.path) else {
      throw CommandError("\(url.path): the folder cannot be written to")
    }
  }

  func write(_ configuration: RunConfiguration) throws {
    do {
      try Data((try configuration.json + "\n").utf8).write(to: self.configuration, options: .atomic)
    } catch {
      throw CommandError("\(self.configuration.path): cannot be written (\(reason(for: error)))")
    }
  }

  func readConfiguration() throws -> RunConfiguration {
    let text: String
    do {
      text = try String(contentsOf: configuration, encoding: .utf8)
    } catch {
      throw CommandError("\(configuration.path): cannot be read (\(reason(for: error)))")
    }
    return try RunConfiguration(json: text, origin: configuration.path)
  }
}

/// The system's word for why a file operation failed, without the path, which the message names itself.
func reason(for error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
  return underlying.domain == NSPOSIXErrorDomain
    ? String(cString: strerror(Int32(underlying.code))).lowercased() : underlying.localizedDescription
}
