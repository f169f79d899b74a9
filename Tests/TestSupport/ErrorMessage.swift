/// What a thrown error says; nil where there was none.
public func errorMessage<Result>(_ body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
