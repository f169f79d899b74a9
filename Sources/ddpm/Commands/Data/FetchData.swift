import ArgumentParser
import Datasets
import Fetching
import Foundation
import Synchronization
import Training

extension PublishedDataset.Name: ExpressibleByArgument {}

/// Fetches a published dataset.
struct FetchData: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Fetch a published dataset into a folder.",
    discussion: """
      Resumes a fetch that was interrupted, and fetches nothing that is there already. Every file must have its known SHA-256 \
      checksum. curl downloads the files; its settings for a proxy hold.
      """)

  @Argument(help: "The dataset.")
  var dataset: PublishedDataset.Name

  @Option(help: ArgumentHelp("The folder for it; made where there is none.", valueName: "folder"))
  var to: String

  func validate() throws {
    if to == "" { throw ValidationError("--to: the name of the folder is empty") }
  }

  func run() async throws {
    let folder = URL(fileURLWithPath: to, isDirectory: true)
    let newFolders = sequence(first: folder) { $0.deletingLastPathComponent() }
      .prefix { !FileManager.default.fileExists(atPath: $0.path) }
    if !newFolders.isEmpty { try createFolder(folder) }
    let wasMissing: Bool
    do {
      wasMissing = try await fetch(to: folder)
    } catch {
      if error is CancellationError {
        Terminal.standardError.write(line: "Stopped; the same command resumes from here.")
      }
      // Only empty folders are removed: those that hold files stay.
      for folder in newFolders { rmdir(folder.path) }
      throw error
    }
    let counts = try imageCounts
    print("\(to): \(counts.train) images to train on and \(counts.test) to test with\(wasMissing ? "" : ", as before")")
    print("train on them with: ddpm train --data \(dataset.rawValue) --data-path \(to)")
  }

  /// Fetches what is missing, showing the progress; Ctrl-C stops it.
  ///
  /// - Returns: Whether anything was missing.
  private func fetch(to folder: URL) async throws -> Bool {
    let progress = Mutex<Progress?>(nil)
    var fetcher = DatasetFetcher(PublishedDataset(dataset), to: folder)
    fetcher.onProgress = { received, total in
      progress.withLock {
        let (done, all) = (received < total ? received / 1000 : total / 1000 + 1, total / 1000 + 1)
        // Bytes of an earlier fetch do not count for the rate.
        var shown = $0 ?? Progress(total: all, done: done, unit: "kB")
        shown.show(done)
        $0 = shown
      }
    }
    Interruption.listen()
    defer { Interruption.stopListening() }
    return try await withThrowingTaskGroup(of: Bool.self) { [fetcher] group in
      group.addTask { try await fetcher.fetch() }
      group.addTask {
        while !Interruption.isRequested { try await Task.sleep(for: .milliseconds(50)) }
        throw CancellationError()
      }
      defer { group.cancelAll() }
      return try await group.next() ?? false
    }
  }

  /// How many images there are, read as a training reads them, so that the files are known to be usable.
  private var imageCounts: (train: Int, test: Int) {
    get throws {
      let sources: [any LabeledImages] =
        switch dataset {
        case .mnist: [try MNIST(folder: to, split: .train), try MNIST(folder: to, split: .test)]
        case .cifar10: [try CIFAR10(folder: to, split: .train), try CIFAR10(folder: to, split: .test)]
        }
      return (sources[0].count ?? 0, sources[1].count ?? 0)
    }
  }
}
