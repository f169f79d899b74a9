import ArgumentParser

@main
struct DDPM: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ddpm", abstract: "Trains diffusion models and draws images with them.",
    subcommands: [Bench.self])
}
