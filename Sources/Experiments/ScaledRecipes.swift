import Reports

extension Recipe {
  /// A report's recipe at an experiment's scale.
  ///
  /// The small scale is the report's small one in fewer steps. The medium scale has the same network, but where the small one draws
  /// its digits it trains on MNIST, at its own size.
  ///
  /// - Parameters:
  ///   - name: The report's system, as `ddpm reports` lists it.
  ///   - scale: The experiment's scale.
  ///   - steps: The training steps at the small and at the medium scale; the full scale has the report's.
  ///   - choose: Makes the choices that the report leaves.
  static func of(
    _ name: String, at scale: ExperimentScale, steps: (small: Int, medium: Int),
    _ choose: (inout ReportOptions) -> Void = { _ in }
  ) throws -> Recipe {
    var options = ReportOptions()
    choose(&options)
    options.scale = scale == .full ? .full : .small
    var recipe = try Report.named(name).recipe(options)
    switch scale {
    case .small: recipe.steps = steps.small
    case .medium:
      recipe.steps = steps.medium
      if recipe.data.source == .synthetic {
        recipe.data.source = .mnist
        recipe.data.imageSide = recipe.data.source.imageSide
      }
    case .full: break
    }
    return recipe
  }
}
