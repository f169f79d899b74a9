/// How large a report's training is.
public enum ReportScale: String, CaseIterable, Sendable {
  /// As in the report.
  case full
  /// The same parts, narrower and shorter, with a learning rate and an average to suit: some minutes on two cores.
  case small
}

/// The choices that a report's recipe leaves.
public struct ReportOptions: Sendable {
  /// The size of the training.
  public var scale = ReportScale.full
  /// One of the report's ``Report/variants``; nil for the first.
  public var variant: String?
  /// Whether the network knows labels, where the report has both forms.
  public var isConditional = false
  /// T; nil for the report's.
  public var timesteps: Int?
  /// The noise schedule; nil for the report's.
  public var schedule: ScheduleKind?
  /// The probability with which a training image loses its label; nil for 0, as in every report.
  public var labelDropout: Double?

  /// The report's own choices.
  public init() {}
}

/// One system of the reports: what was trained, as a recipe.
public struct Report: Sendable {
  /// What it is called on a command line, such as `cs771`.
  public let name: String
  /// The report's number and title.
  public let source: String
  /// What it does, in one line.
  public let summary: String
  /// The variants by name, the report's main one first.
  public let variants: [String]
  /// Whether labels can be chosen; where not, the recipe itself says.
  public let hasConditionalForm: Bool
  let makeRecipe: @Sendable (ReportOptions) throws -> Recipe

  init(
    _ name: String, source: String, summary: String, variants: [String] = [], hasConditionalForm: Bool = false,
    recipe: @escaping @Sendable (ReportOptions) throws -> Recipe
  ) {
    self.name = name
    self.source = source
    self.summary = summary
    self.variants = variants
    self.hasConditionalForm = hasConditionalForm
    makeRecipe = recipe
  }

  /// The systems of the five reports.
  public static let all = [
    Assignment2.report, CVPDLHomework3.report, DLPLab6.report, CS771Homework4.report, CIFARCats.report, CIFARGAN.report,
  ]

  /// The system of that name.
  ///
  /// - Throws: ``RecipeError`` that lists the names there are.
  public static func named(_ name: String) throws -> Report {
    guard let report = all.first(where: { $0.name == name }) else {
      throw RecipeError(
        "--report \(name): there is no such report; there are \(all.map(\.name).joined(separator: ", "))")
    }
    return report
  }

  /// The recipe with what was chosen.
  ///
  /// - Throws: ``RecipeError`` where there is no such variant, or no such choice.
  public func recipe(_ options: ReportOptions) throws -> Recipe {
    if let variant = options.variant, !variants.contains(variant) {
      throw RecipeError(
        variants.isEmpty
          ? "--variant \(variant): \(name) has no variants"
          : "--variant \(variant): \(name) has no such variant; there are \(variants.joined(separator: ", "))")
    }
    if options.isConditional, !hasConditionalForm {
      throw RecipeError("--label-conditional: \(name) has no such form")
    }
    var recipe = try makeRecipe(options)
    recipe.name = ([name, options.variant].compactMap { $0 } + ["at \(options.scale.rawValue) scale"]).joined(
      separator: " ")
    return recipe
  }
}
