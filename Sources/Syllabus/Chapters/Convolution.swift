extension Chapter {
  static let convolution = Chapter(
    0, module: "Convolution", title: "Convolution", text: "00-convolution.md",
    exercises: [])
}
