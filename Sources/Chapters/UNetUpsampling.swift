#if Solutions || SolvedUNetUpsampling
  @_exported import UNetUpsamplingSolutions
#else
  @_exported import UNetUpsamplingExercises
#endif
