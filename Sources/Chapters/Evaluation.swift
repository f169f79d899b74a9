#if Solutions || SolvedEvaluation
  @_exported import EvaluationSolutions
#else
  @_exported import EvaluationExercises
#endif
