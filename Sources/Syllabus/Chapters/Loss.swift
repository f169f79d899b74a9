extension Chapter {
  static let loss = Chapter(
    4, module: "Loss", title: "Loss", text: "04-loss.md",
    exercises: [])
}
