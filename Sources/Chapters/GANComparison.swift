#if Solutions || SolvedGANComparison
  @_exported import GANComparisonSolutions
#else
  @_exported import GANComparisonExercises
#endif
