extension Chapter {
  static let ganComparison = Chapter(
    7, module: "GANComparison", title: "GAN comparison", text: "07-gan-comparison.md",
    exercises: [])
}
