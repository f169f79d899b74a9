#if Solutions || SolvedSampling
  @_exported import SamplingSolutions
#else
  @_exported import SamplingExercises
#endif
