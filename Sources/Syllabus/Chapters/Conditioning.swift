extension Chapter {
  static let conditioning = Chapter(
    6, module: "Conditioning", title: "Conditioning", text: "06-conditioning.md",
    exercises: [])
}
