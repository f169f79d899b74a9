import ArgumentParser
import Figures
import Foundation
import Training

/// Draws the figures of the book.
struct DrawFigures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "Draw the figures of the book, from seeds and from the models in models/.")

  @Argument(help: "Which one; without a name, all.")
  var name: String?

  @Option(help: ArgumentHelp("Where they go.", valueName: "folder"))
  var to = "chapters/figures"

  @Option(help: ArgumentHelp("The folder that holds MNIST, for figures of real digits.", valueName: "folder"))
  var dataPath: String?

  @Flag(help: "List the figures and draw none.")
  var list = false

  func validate() throws {
    if to.isEmpty { throw ValidationError("--to: the name of the folder is empty") }
    if list, name != nil { throw ValidationError("--list goes without a name") }
    if let name, !Figure.all.contains(where: { $0.name == name }) {
      let nearest = nearestName(to: name, among: Figure.all.map(\.name))
      throw ValidationError(
        "there is no figure \(name)" + (nearest.map { "; the nearest is \($0)" } ?? "; --list prints the names"))
    }
  }

  func run() throws {
    if list {
      let width = Figure.all.map(\.name.count).max() ?? 0
      let lines = Figure.all.map { $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.summary }
      try StandardStreams.writeResult(lines.joined(separator: "\n") + "\n")
      return
    }
    let folder = URL(fileURLWithPath: to, isDirectory: true)
    try createFolder(folder)
    let models = FigureModels(mnistPath: dataPath)
    for figure in Figure.all where name == nil || figure.name == name {
      if figure.needsMNIST, dataPath == nil, name == nil {
        print("left out: \(figure.name), which shows digits of MNIST (--data-path)")
        continue
      }
      print(try figure.write(to: folder, using: models).relativePath)
    }
  }
}
