/// The kernels that compute most a second time, as the plain loop over the formula.
///
/// A fast kernel packs, pads, tiles and shares its work among threads; a naive one does none of it and is right at a
/// glance. The tests hold one against the other. Reading them side by side, ``NaiveKernels`` first, is the shortest way
/// into the fast ones: `NaiveConvolution.swift` goes with `DirectConvolution.swift`, and so on by name.
///
/// They work on plain arrays in row-major order, the larger ones for any floating-point type: a reference in `Double` tells how
/// much a kernel in `Float` has lost. The attribute `@_specialize` has the compiler prepare the versions for `Double` and
/// `Float`: callers in other modules would otherwise run the generic loop, which looks up every addition.
package enum NaiveKernels {}
