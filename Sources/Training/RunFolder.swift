import FolderLocks
import Foundation
import Reports

/// The folder that holds a training's files.
public struct RunFolder {
  /// The folder itself.
  public let url: URL

  /// Names a folder; it need not exist yet.
  public init(_ path: String) { url = URL(fileURLWithPath: path, isDirectory: true) }

  /// The settings, as JSON.
  public var configuration: URL { url.appendingPathComponent("config.json") }
  /// One JSON object a step.
  public var log: URL { url.appendingPathComponent("log.jsonl") }
  /// The averaged weights, with which images are drawn.
  public var model: URL { url.appendingPathComponent("model.safetensors") }
  /// All that is needed to resume: weights, averages and the optimizers' state.
  public var checkpoint: URL { url.appendingPathComponent("checkpoint.safetensors") }
  /// The chart of the losses, as SVG.
  public var lossChart: URL { url.appendingPathComponent("loss.svg") }

  /// The grid of images that was drawn after that many steps, as PNG.
  public func samples(step: Int) -> URL { url.appendingPathComponent(String(format: "samples-%06d.png", step)) }

  /// Whether there is a run, or the weights of one, that another must not replace.
  public var holdsRun: Bool {
    [configuration, checkpoint, model].contains { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Locks the folder for this process, and makes it where there is none.
  ///
  /// - Returns: The lock, which holds until it is released.
  /// - Throws: ``TrainingError`` where the folder cannot be made or another process holds it.
  func lock() throws -> FolderLock {
    try createFolder(url)
    do {
      return try FolderLock(url)
    } catch .held {
      throw TrainingError("\(url.path): another ddpm is training in this folder")
    } catch .unopened(let reason) {
      throw TrainingError("\(url.path): the folder cannot be opened (\(reason))")
    }
  }

  /// Removes a run, but not its pictures, so that another can take its place.
  ///
  /// - Throws: ``TrainingError`` where a file cannot be removed or another process is training in the folder.
  public func removeRun() throws {
    let lock = holdsRun ? try self.lock() : nil
    defer { withExtendedLifetime(lock) {} }
    for file in [checkpoint, model, configuration] where unlink(file.path) != 0 && errno != ENOENT {
      throw TrainingError("\(file.path): cannot be removed (\(lastSystemError))")
    }
  }

  /// Removes the half-written files of a process that was killed. Call it only while holding the folder's ``lock()``.
  func removeHalfWrittenFiles() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    // Checkpoints are written under names that end in .partial; Foundation writes all else under the other kind of name.
    for name in names where name.hasSuffix(".partial") || name.hasPrefix(".dat.nosync") {
      try? FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }
  }

  func write(_ recipe: Recipe) throws {
    do {
      try Data((try recipe.json + "\n").utf8).write(to: self.configuration, options: .atomic)
    } catch {
      throw TrainingError("\(self.configuration.path): cannot be written (\(reason(for: error)))")
    }
  }

  /// Reads the settings of the run.
  ///
  /// - Throws: ``TrainingError`` or `RecipeError` that names the file, where it is not there or is no recipe.
  public func readRecipe() throws -> Recipe {
    let path = configuration.path
    let text: String
    do {
      let attributes = try FileManager.default.attributesOfItem(atPath: configuration.resolvingSymlinksInPath().path)
      // A pipe would be waited for, and a large file would take the memory.
      guard attributes[.type] as? FileAttributeType == .typeRegular, attributes[.size] as? Int ?? 0 < 1 << 20 else {
        throw TrainingError("\(path): this is not the configuration of a run")
      }
      text = String(decoding: try Data(contentsOf: configuration), as: UTF8.self)
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError("\(path): cannot be read (\(reason(for: error)))")
    }
    return try Recipe(json: text, origin: path)
  }
}

/// Makes a folder where there is none, and checks that files can be written there.
///
/// - Throws: ``TrainingError`` that names the folder.
public func createFolder(_ url: URL) throws {
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue {
    throw TrainingError("\(url.path): this is a file, but a folder is needed")
  }
  do {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  } catch {
    throw TrainingError("\(url.path): the folder cannot be made (\(reason(for: error)))")
  }
  guard access(url.path, W_OK | X_OK) == 0 else {
    throw TrainingError("\(url.path): the folder cannot be written to (\(lastSystemError))")
  }
}

/// Why a file operation failed, in the system's words and without the path.
public func reason(for error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
  if underlying.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(underlying.code))).lowercased() }
  // Foundation says twice that it failed, and then why.
  return underlying.localizedDescription.replacing("The operation could not be completed. ", with: "")
}

/// Why the last call to the system failed.
private var lastSystemError: String { String(cString: strerror(errno)).lowercased() }
