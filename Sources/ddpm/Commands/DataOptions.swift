import ArgumentParser
import Foundation
import Reports

extension DataSource: ExpressibleByArgument {}

/// The options that choose images, the same for every command that reads some.
struct DataOptions: ParsableArguments {
  @Option(help: "Where the images come from (default: synthetic; of a report, the report's).")
  var data: DataSource?

  @Option(help: ArgumentHelp("The folder that holds the data.", valueName: "folder"))
  var dataPath: String?

  @Option(help: ArgumentHelp("Keep only these classes of CIFAR-10, with commas between them.", valueName: "names"))
  var classes: String?

  func validate() throws {
    if classes == "" { throw ValidationError("--classes: no class is named") }
  }

  /// Applies the options to a configuration.
  ///
  /// - Throws: `ValidationError` where an option does not go with the source.
  func apply(to configuration: inout DataConfiguration) throws {
    if let data {
      // Another source has other classes and comes from another folder.
      if data != configuration.source { (configuration.classes, configuration.path) = (nil, nil) }
      configuration.source = data
    }
    let source = configuration.source
    if dataPath != nil, !source.needsPath {
      throw ValidationError("--data-path: \(source.rawValue) images are drawn by the program and need no folder")
    }
    configuration.path = dataPath ?? configuration.path
    if let classes {
      guard source == .cifar10 else {
        throw ValidationError("--classes goes with cifar10; all images of \(source.rawValue) are taken")
      }
      configuration.classes = classes.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }
}
