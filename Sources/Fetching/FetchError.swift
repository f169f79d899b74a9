/// Why a dataset cannot be fetched, in one sentence.
public struct FetchError: Error, CustomStringConvertible, Equatable {
  public let description: String

  init(_ description: String) { self.description = description }
}
