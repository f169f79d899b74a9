/// How much memory tensors take.
public enum MemoryUse {
  /// The most bytes that tensors took at a time while `body` ran, beyond those that they took before.
  ///
  /// It counts the tensors of the whole process; of two measurements at the same time both may count too much.
  public static func peak(during body: () -> Void) -> Int {
    BufferPool.shared.peak(during: body) * MemoryLayout<Float>.stride
  }
}
