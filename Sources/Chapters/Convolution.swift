#if Solutions || SolvedConvolution
  @_exported import ConvolutionSolutions
#else
  @_exported import ConvolutionExercises
#endif
