import Foundation
import Tensors
import TestSupport
import Testing

@testable import Learning

@Suite("Writing checkpoints in one step")
struct AtomicWriteTests {
  private let folder: TemporaryFolder
  private let file: URL
  private let old = Checkpoint(tensors: ["a": Tensor([1, 2, 3])])

  init() throws {
    folder = try TemporaryFolder()
    file = folder.file("model.safetensors")
    try old.write(to: file)
  }

  private func expectOldFile(_ comment: Comment) throws {
    #expect(try Checkpoint(contentsOf: file).tensors == old.tensors, comment)
  }

  @Test func aNewFileReplacesTheOld() throws {
    try Checkpoint(tensors: ["b": Tensor(1)]).write(to: file)
    #expect(try Checkpoint(contentsOf: file).tensors == ["b": Tensor(1)])
  }

  @Test func aFaultyTensorIsNotWritten() throws {
    let faulty = Checkpoint(tensors: ["a": Tensor(fault: Fault("not written yet"))])
    let error = #expect(throws: CheckpointError.self) { try faulty.write(to: file) }
    #expect(error?.description == "\(file.path): the tensor a is faulty: not written yet")
    try expectOldFile("a refused checkpoint must leave the old one")
  }

  @Test func aFailureLeavesTheOldFile() throws {
    // Where the new bytes are gathered there is a folder, so that they cannot be written.
    let obstacle = folder.file("model.safetensors.\(getpid()).partial")
    try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: true)
    #expect(throws: CheckpointError.self) { try Checkpoint(tensors: ["b": Tensor(1)]).write(to: file) }
    try expectOldFile("the file is opened for writing only under another name")
  }

  @Test func foldersAndMissingFoldersAreErrors() throws {
    let directory = folder.file("directory")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (target, reason) in [
      (directory, "Is a directory"), (folder.file("none/model.safetensors"), "No such file or directory"),
      (file.appendingPathComponent("model.safetensors"), "Not a directory"),
    ] {
      let error = #expect(throws: CheckpointError.self) { try old.write(to: target) }
      #expect(error?.description == "\(target.path): cannot be written (\(reason))")
    }
    #expect(try folder.names == ["directory", "model.safetensors"], "a failure leaves no temporary file behind")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskIsAnError() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let output = OutputFile(descriptor: descriptor)
    let error = #expect(throws: FileError.self) {
      try [UInt8](repeating: 1, count: 3).withUnsafeBytes { try output.write($0) }
    }
    #expect(error?.description == "No space left on device")
  }
}
