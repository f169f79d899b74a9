#if Solutions || SolvedConditioning
  @_exported import ConditioningSolutions
#else
  @_exported import ConditioningExercises
#endif
