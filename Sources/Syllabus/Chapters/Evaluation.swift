extension Chapter {
  static let evaluation = Chapter(
    8, module: "Evaluation", title: "Evaluation", text: "08-evaluation.md",
    exercises: [])
}
