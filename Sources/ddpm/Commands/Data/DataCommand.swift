import ArgumentParser

/// The commands for data.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Fetch, show and make images to train on.",
    subcommands: [FetchData.self, ShowData.self, WriteScenes.self])
}
