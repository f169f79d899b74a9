import Foundation
import Testing

@testable import FolderLocks

@Suite("A folder for one process at a time")
final class FolderLockTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test("It is held by one and then by another, and one who is refused takes nothing from its holder")
  func oneAfterAnother() throws {
    do {
      let first = try FolderLock(folder)
      for _ in 0..<2 { #expect(throws: FolderLock.Failure.held) { try FolderLock(self.folder) } }
      withExtendedLifetime(first) {}
    }
    _ = try FolderLock(folder)
  }

  @Test("It is free at once, even while a program that is just being started still has the file open")
  func freeBesidesAFork() throws {
    var lock: FolderLock? = try FolderLock(folder)
    // What a fork does to every open file.
    let copy = dup(try #require(lock).descriptor)
    defer { close(copy) }
    lock = nil
    #expect(throws: Never.self, "the lock outlives its holder by as long as another program takes to start") {
      try FolderLock(self.folder)
    }
  }

  @Test func aFolderThatIsNotThere() {
    #expect(throws: FolderLock.Failure.unopened("no such file or directory")) {
      try FolderLock(self.folder.appendingPathComponent("missing"))
    }
  }
}
