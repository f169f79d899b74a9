import Foundation
import Images

/// A figure of the book, drawn by this program from seeds and from the models that come with the course.
public struct Figure: Sendable {
  /// What is drawn.
  public enum Content: Sendable {
    /// An SVG document.
    case vector(String)
    case pixels(Picture)
  }

  /// Its file's name without the ending.
  public let name: String
  /// What it shows, in one line.
  public let summary: String
  /// Whether it shows digits of MNIST.
  public let needsMNIST: Bool
  private let draw: @Sendable (FigureModels) throws -> Content

  init(
    _ name: String, _ summary: String, needsMNIST: Bool = false,
    draw: @escaping @Sendable (FigureModels) throws -> Content
  ) {
    self.name = name
    self.summary = summary
    self.needsMNIST = needsMNIST
    self.draw = draw
  }

  /// A figure that is a chart.
  init(_ name: String, _ summary: String, chart: @escaping @Sendable () throws -> LineChart) {
    self.init(name, summary) { _ in .vector(try chart().svg) }
  }

  /// All that there are, chapter by chapter.
  public static let all: [Figure] =
    forward + schedules + network + loss + sampling + conditioning + comparison + evaluation + repetition + outlook

  /// Draws it.
  ///
  /// - Parameter models: The trained models, for the figures that show what they draw.
  /// - Throws: What reading a model throws, or the fault of an exercise that is not written yet.
  public func content(using models: FigureModels) throws -> Content { try draw(models) }

  /// Draws it into a folder.
  ///
  /// - Returns: The file.
  public func write(to folder: URL, using models: FigureModels) throws -> URL {
    switch try content(using: models) {
    case .vector(let svg):
      let file = folder.appendingPathComponent("\(name).svg")
      try Data(svg.utf8).write(to: file, options: .atomic)
      return file
    case .pixels(let picture):
      let file = folder.appendingPathComponent("\(name).png")
      try picture.writePNG(to: file)
      return file
    }
  }
}
