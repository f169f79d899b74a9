extension Chapter {
  static let schedules = Chapter(
    2, module: "Schedules", title: "Schedules", text: "02-schedules.md",
    exercises: [])
}
