import FolderLocks
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

  /// Whether there is a run, or the weights of one, that another must not replace.
  var holdsRun: Bool {
    [configuration, checkpoint, model].contains { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Takes the folder for this process, and makes it where there is none.
  ///
  /// - Returns: The folder is taken for as long as this is kept.
  func claim() throws -> FolderLock {
    try createFolder(url)
    do {
      return try FolderLock(url)
    } catch .held {
      throw CommandError("\(url.path): another ddpm is training in this folder")
    } catch .unopened(let reason) {
      throw CommandError("\(url.path): the folder cannot be opened (\(reason))")
    }
  }

  /// Removes a run, but not its pictures, so that another can take its place.
  func removeRun() throws {
    let claim = holdsRun ? try self.claim() : nil
    defer { withExtendedLifetime(claim) {} }
    for file in [checkpoint, model, configuration] where unlink(file.path) != 0 && errno != ENOENT {
      throw CommandError("\(file.path): cannot be removed (\(lastSystemError))")
    }
  }

  /// Removes what a process that was killed while it wrote has left behind. Only for one who has ``claim()``ed the folder.
  func removeHalfWrittenFiles() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    // Checkpoints are written under the first kind of name, all else by Foundation under the second.
    for name in names where name.hasSuffix(".partial") || name.hasPrefix(".dat.nosync") {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
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
    let path = configuration.path
    let text: String
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: configuration.resolvingSymlinksInPath().path)
      // A pipe would be waited for, and a large file would take the memory.
      guard attributes[.type] as? FileAttributeType == .typeRegular, attributes[.size] as? Int ?? 0 < 1 << 20 else {
        throw CommandError("\(path): this is not the configuration of a run")
      }
      text = String(decoding: try Data(contentsOf: configuration), as: UTF8.self)
    } catch let error as CommandError {
      throw error
    } catch {
      throw CommandError("\(path): cannot be read (\(reason(for: error)))")
    }
    return try RunConfiguration(json: text, origin: path)
  }
}

/// Makes a folder where there is none, and makes sure that files can be written there.
func createFolder(_ url: URL) throws {
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue {
    throw CommandError("\(url.path): this is a file, but a folder is needed")
  }
  do {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  } catch {
    throw CommandError("\(url.path): the folder cannot be made (\(reason(for: error)))")
  }
  guard access(url.path, W_OK | X_OK) == 0 else {
    throw CommandError("\(url.path): the folder cannot be written to (\(lastSystemError))")
  }
}

/// The system's word for why a file operation failed, without the path, which the message names itself.
func reason(for error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
  if underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))).lowercased() }
  // Foundation says twice that it failed, and then why.
  return underlying.localizedDescription.replacing("The operation could not be completed. ", with: "")
}

/// Why the last call to the system failed.
private var lastSystemError: String { String(cString: strerror(errno)).lowercased() }
