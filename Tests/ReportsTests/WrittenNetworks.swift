import Reports
import Testing
import Training

extension Trait where Self == ConditionTrait {
  /// Runs the tests only where the exercises that the reports' networks are made of are written; where they are not, theirs are
  /// the tests that fail.
  static var onWrittenNetworks: Self {
    .enabled("the networks need exercises that are not written yet") { WrittenNetworks.areAllThere }
  }
}

private enum WrittenNetworks {
  /// Whether every report can be rehearsed.
  static let areAllThere = Report.all.allSatisfy { report in
    (try? Rehearsal(try report.recipe(ReportOptions())).run()) != nil
  }
}
