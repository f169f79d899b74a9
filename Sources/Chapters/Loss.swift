#if Solutions || SolvedLoss
  @_exported import LossSolutions
#else
  @_exported import LossExercises
#endif
