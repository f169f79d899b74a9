import ArgumentParser
import Datasets
import Foundation
import Training

/// Writes labeled scenes to files.
struct WriteScenes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scenes", abstract: "Write labeled scenes in the format of i-CLEVR.",
    discussion: "`ddpm train --report lab6 --data iclevr --data-path FOLDER` trains on them.")

  @Option(parsing: .unconditional, help: ArgumentHelp("How many scenes.", valueName: "scenes"))
  var count: Int

  @Option(help: ArgumentHelp("The folder for them; made where there is none.", valueName: "folder"))
  var to: String

  @Option(parsing: .unconditional, help: ArgumentHelp("Decides what they show.", valueName: "number"))
  var seed: UInt64 = 0

  func validate() throws {
    guard (1...1_000_000).contains(count) else { throw ValidationError("--count \(count): must be from 1 to 1000000") }
    if to == "" { throw ValidationError("--to: the name of the folder is empty") }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: to, isDirectory: true)
    // train.json is written last, so that an interrupted command can be repeated.
    guard !FileManager.default.fileExists(atPath: folder.appendingPathComponent("train.json").path) else {
      throw CommandError("\(to): holds scenes already; name another folder")
    }
    try createFolder(folder)
    var progress = Progress(total: count, unit: "scenes")
    do {
      try SyntheticScenes(seed: seed).write(count: count, to: folder) { progress.show($0) }
    } catch {
      throw CommandError("\(to): the scenes cannot be written (\(reason(for: error)))")
    }
    print("\(to): \(count) scenes")
  }
}
