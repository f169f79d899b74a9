extension Tensor {
  public static func + (left: Tensor, right: Tensor) -> Tensor { left }
}
