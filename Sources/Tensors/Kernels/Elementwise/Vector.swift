/// The vector that the processor's arithmetic works on, fixed when the package is compiled.
///
/// `Package.swift` asks the processor and defines `AVX512` or `AVX2`. Everything else, arm64 among it, has vectors of
/// four numbers. This is the only place that knows.
#if AVX512
  typealias Vector = SIMD16<Float>
#elseif AVX2
  typealias Vector = SIMD8<Float>
#else
  typealias Vector = SIMD4<Float>
#endif

/// How many numbers a ``Vector`` holds.
let lanes = Vector.scalarCount

/// The name of the instruction set that the kernels were compiled for.
public let instructionSetName: String = {
  #if AVX512
    "AVX-512"
  #elseif AVX2
    "AVX2"
  #elseif arch(arm64)
    "NEON"
  #else
    "SSE2"
  #endif
}()
