import ArgumentParser
import Reports
import Training

/// What to draw, said in the words of the shipped models: digits or a scene.
struct SubjectOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Draw this digit.", valueName: "digit"))
  var digit: String?

  @Option(help: ArgumentHelp("Draw these digits in turn, such as 0123456789.", valueName: "digits"))
  var digits: String?

  @Option(help: ArgumentHelp("Draw a scene of these objects, such as \"red sphere, cyan cube\".", valueName: "objects"))
  var scene: String?

  func validate() throws {
    if [digit, digits, scene].count(where: { $0 != nil }) > 1 {
      throw ValidationError("--digit, --digits and --scene: only one of them says what to draw")
    }
    if let digit, digit.count != 1 {
      throw ValidationError("--digit \(digit): one digit from 0 to 9; more go with --digits")
    }
    for (option, text) in [("--digit", digit), ("--digits", digits)] {
      if let text, text.isEmpty || !text.allSatisfy({ ("0"..."9").contains($0) }) {
        throw ValidationError("\(option) \(text): there are the digits 0 to 9")
      }
    }
  }

  /// The option that says what to draw; nil where none does.
  var firstGiven: String? {
    digit != nil ? "--digit" : digits != nil ? "--digits" : scene != nil ? "--scene" : nil
  }

  /// The model that draws it where no other is named.
  var shippedModel: ShippedModel { scene == nil ? .digits : .scenes }

  /// What the images show, with commas between; nil where no option says so.
  var labels: String? { scene ?? (digits ?? digit)?.map(String.init).joined(separator: ",") }
}
