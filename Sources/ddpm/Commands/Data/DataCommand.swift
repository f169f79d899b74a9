import ArgumentParser

/// What there is to do with data before anything is trained on them.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Fetch, show and make images to train on.",
    subcommands: [FetchData.self, ShowData.self, WriteScenes.self])
}
