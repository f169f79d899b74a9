#if canImport(Glibc)
  @preconcurrency import Glibc
#else
  @preconcurrency import Darwin
#endif

/// What answers print is written line by line, so that it is not lost where the next line crashes or loops for ever.
enum PromptPrinting {
  private static let once: Void = { setvbuf(stdout, nil, _IOLBF, 0) }()

  static func turnOn() { once }
}
