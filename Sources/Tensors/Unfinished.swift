import Synchronization

// What stands where an answer will stand. A stub must compile, must not end the process, and must be told apart from a
// wrong answer by the code that looks at the end of the computation, however far from the stub that is.

/// A type that has a value to stand in for an answer which is not written yet.
public protocol Placeholder {
  /// The value that stands in: one that makes computations go on, and come to nothing. A tensor carries the fault, numbers are
  /// NaN or 0, a collection is empty, and an optional is nil.
  static func placeholder(for fault: Fault) -> Self
}

/// Says that an exercise is not written yet, and gives something of the right type to go on with.
///
/// Tensors carry the fault from here to the end of the computation; numbers become NaN, arrays are empty. Whatever the type,
/// the ``UnfinishedRecord`` keeps that the computation came by.
public func unfinished<Answer: Placeholder>(
  _ exercise: String, file: StaticString = #fileID, line: Int = #line
) -> Answer {
  .placeholder(for: UnfinishedRecord.note(exercise, file: file, line: line))
}

/// Says that an exercise is not written yet, where two values are asked for.
public func unfinished<First: Placeholder, Second: Placeholder>(
  _ exercise: String, file: StaticString = #fileID, line: Int = #line
) -> (First, Second) {
  let fault = UnfinishedRecord.note(exercise, file: file, line: line)
  return (.placeholder(for: fault), .placeholder(for: fault))
}

/// Says that an exercise is not written yet, where something is to be done and nothing to be returned.
public func unfinished(_ exercise: String, file: StaticString = #fileID, line: Int = #line) {
  _ = UnfinishedRecord.note(exercise, file: file, line: line)
}

/// The unfinished exercises that a computation came by.
public final class UnfinishedRecord: Sendable {
  /// An exercise that is not written yet.
  public struct Entry: Hashable, Sendable {
    /// The exercise, such as `3.4`.
    public let exercise: String
    /// The module and the file of the stub, such as `UNetUpsamplingExercises/GroupNormalization.swift`.
    public let file: String
    /// The stub's line in that file.
    public let line: Int

    /// The sentence for those who run a program on the exercises.
    public var fault: Fault {
      Fault("exercise \(exercise) is not written yet: line \(line) of \(file.split(separator: "/").last ?? "")")
    }
  }

  /// The record that is kept now: a task's own, or else the process's.
  @TaskLocal public static var current = UnfinishedRecord()

  private let noted = Mutex<[Entry]>([])

  /// Makes an empty record.
  public init() {}

  /// What the computation came by, in order, each once.
  public var entries: [Entry] { noted.withLock { $0 } }

  /// - Throws: The ``Fault`` of the first exercise that the computation came by and that is not written yet.
  public func check() throws(Fault) {
    if let first = entries.first { throw first.fault }
  }

  fileprivate static func note(_ exercise: String, file: StaticString, line: Int) -> Fault {
    let entry = Entry(exercise: exercise, file: "\(file)", line: line)
    current.noted.withLock { if !$0.contains(entry) { $0.append(entry) } }
    return entry.fault
  }
}

extension Tensor: Placeholder {
  public static func placeholder(for fault: Fault) -> Tensor { Tensor(fault: fault) }
}

extension Double: Placeholder {
  public static func placeholder(for fault: Fault) -> Double { .nan }
}

extension Float: Placeholder {
  public static func placeholder(for fault: Fault) -> Float { .nan }
}

extension Int: Placeholder {
  public static func placeholder(for fault: Fault) -> Int { 0 }
}

extension Bool: Placeholder {
  public static func placeholder(for fault: Fault) -> Bool { false }
}

extension Array: Placeholder {
  public static func placeholder(for fault: Fault) -> [Element] { [] }
}

extension Dictionary: Placeholder {
  public static func placeholder(for fault: Fault) -> [Key: Value] { [:] }
}

extension Optional: Placeholder {
  public static func placeholder(for fault: Fault) -> Wrapped? { nil }
}
