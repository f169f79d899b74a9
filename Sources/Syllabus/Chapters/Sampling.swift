extension Chapter {
  static let sampling = Chapter(
    5, module: "Sampling", title: "Sampling", text: "05-sampling.md",
    exercises: [])
}
