import Synchronization

/// The elements of a tensor: there, or to be computed when somebody reads them.
enum Contents: Sendable {
  case stored(Buffer)
  case normalized(DeferredNormalization)

  var buffer: Buffer {
    switch self {
    case .stored(let buffer): buffer
    case .normalized(let deferred): deferred.buffer
    }
  }
}

/// A normalization of images that is carried out when its result is first read.
///
/// It seldom is: the functions that follow a normalization in a network are computed from `x` in the same pass, so that
/// the normalized images are never stored.
final class DeferredNormalization: Sendable {
  let x: Buffer
  let normalization: GroupNormalization
  private let result = Mutex<Buffer?>(nil)

  init(_ normalization: GroupNormalization, of x: Buffer) {
    self.x = x
    self.normalization = normalization
  }

  /// The normalized images.
  var buffer: Buffer {
    result.withLock { result in
      if let result { return result }
      let buffer = applying(.identity)
      result = buffer
      return buffer
    }
  }

  /// A function of the normalized images.
  func applying(_ activation: GroupNormalization.Activation) -> Buffer {
    let result = Buffer(uninitialized: x.count)
    NormalizationKernels.apply(normalization, to: x, activation, into: result)
    return result
  }
}
