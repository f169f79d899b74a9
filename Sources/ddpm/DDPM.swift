import ArgumentParser

@main
struct DDPM: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "ddpm", abstract: "Diffusion from scratch.")
}
