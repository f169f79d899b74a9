import ForwardDiffusion
import Loss
import Tensors

/// Which states to keep of a way back, so that a picture of it has the given number: by how many steps remain, from T (the
/// noise) to 0 (the image), at even distances.
///
/// With n states T is split into n − 1 equal intervals; a state between two steps is rounded down to fewer steps remaining. So
/// 8 states of 800 steps are 800, 685, 571, 457, 342, 228, 114 and 0.
///
/// - Parameters:
///   - timestepCount: T.
///   - states: How many states are wanted. Of T steps there are T + 1; if more are wanted, these are kept, each once. One alone
///     is the image; of none or fewer there is nothing to keep.
/// - Returns: The numbers of remaining steps, from the largest to the smallest.
public func keptSteps(timestepCount: Int, states: Int) -> [Int] {
  // BEGIN SOLUTION 5.8
  let intervals = min(states, timestepCount + 1) - 1
  guard intervals > 0 else { return states > 0 ? [0] : [] }
  return (0...intervals).map { timestepCount * (intervals - $0) / intervals }
  // END SOLUTION
}

extension Sampler {
  /// How images emerge from noise, as a picture: a row for each generator, with the states side by side from x_T on the left to
  /// the image on the right.
  ///
  /// `onStep` of `sample` shows the states as they come; `keptSteps` says which of the sampler's `stepCount` steps to keep.
  ///
  /// - Parameters:
  ///   - states: How many states.
  ///   - imageShape: `[height, width, channels]`.
  ///   - generators: The source of each image's noise; they move on.
  ///   - predictNoise: The network.
  /// - Returns: `[generators, height, kept states · width, channels]`; faulty where none is kept, or where sampling is.
  public func processStrip(
    states: Int, imageShape: Shape, generators: inout [RandomGenerator], predictNoise: NoisePredictor
  ) -> Tensor {
    // BEGIN SOLUTION 5.8
    let kept = Set(keptSteps(timestepCount: stepCount, states: states))
    var shown: [Tensor] = []
    _ = sample(imageShape: imageShape, generators: &generators, predictNoise: predictNoise) { remaining, x in
      if kept.contains(remaining) { shown.append(x) }
    }
    return .concatenated(shown, axis: 2)
    // END SOLUTION
  }
}
