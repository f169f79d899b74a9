#if Solutions || SolvedForwardDiffusion
  @_exported import ForwardDiffusionSolutions
#else
  @_exported import ForwardDiffusionExercises
#endif
