import ArgumentParser
import Foundation
import Syllabus

struct Sync: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes exercises/ from solutions/, and the list of the chapters' equations.",
    discussion:
      "A file in exercises/ that held something else, such as an answer that you tried, is kept in .course/backups.",
    shouldDisplay: CourseTool.showsAllCommands)

  func run() throws {
    let folder = try CourseFolder.current()
    guard folder.hasSolutions else { throw CourseError("there is no folder solutions to write exercises from") }
    let tree = try ExerciseTree(solutionsIn: folder)
    var written = 0
    for (path, text) in tree.files.sorted(by: { $0.key < $1.key }) {
      if folder.exists(path) {
        if (try? folder.text(path)) == text { continue }
        try folder.backUp(path)
      }
      try folder.write(text, to: path)
      written += 1
    }
    let strangers = ExerciseTree.present(in: folder).filter { tree.files[$0] == nil }
    for path in strangers {
      try folder.backUp(path)
      try FileManager.default.removeItem(at: folder.url(path))
    }
    try folder.write(EquationIndex(BookCheck.pages(in: folder)).text, to: EquationIndex.path)
    print("exercises/: \(tree.files.count) files, \(written) written, \(strangers.count) removed")
  }
}
