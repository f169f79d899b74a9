import Testing

extension Comment {
  /// The same, said of a place: for checks in a loop, or of a test with arguments.
  public func at(_ place: String) -> Comment { Comment(rawValue: "\(place): \(rawValue)") }
}
