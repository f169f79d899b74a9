import Foundation

/// Why a file cannot be read or written.
struct FileError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// What the operating system says about the call that failed last on this thread.
  static var ofSystem: FileError { FileError(String(cString: strerror(errno))) }
}

/// A file that is being read.
final class InputFile: ByteSource {
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a file.
  init(_ path: String) throws(FileError) {
    // Opening a pipe would otherwise wait for someone to write to it.
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .ofSystem }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw .ofSystem }
    // A device may have no end.
    guard information.st_mode & S_IFMT == S_IFREG else { throw FileError("this is a folder or device, not a file") }
    guard UInt64(information.st_size) <= ProcessInfo.processInfo.physicalMemory else {
      throw FileError("\(information.st_size) bytes are too many for the memory of this machine")
    }
    byteCount = Int(information.st_size)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(FileError) {
    var done = 0
    while done < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      if count > 0 {
        done += count
      } else if count == 0 || errno != EINTR {
        throw count == 0 ? FileError("the file has become shorter while it was read") : .ofSystem
      }
    }
  }
}

/// A file that is being written.
struct OutputFile {
  let descriptor: Int32

  /// Appends bytes, however many the system takes at a time.
  func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count > 0 {
        done += count
      } else if count == 0 || errno != EINTR {
        throw count == 0 ? FileError("nothing more is taken") : .ofSystem
      }
    }
  }
}

/// Replaces a file by one that `writeContents` writes, such that a reader finds the old or the new file, never a part of one,
/// even if the program or the machine stops at the worst moment.
func writeAtomically(
  to path: String, _ writeContents: (OutputFile) throws(FileError) -> Void
) throws(FileError) {
  // As root one could put a file in the place of a device.
  var information = stat()
  if stat(path, &information) == 0, ![S_IFREG, S_IFDIR].contains(information.st_mode & S_IFMT) {
    throw FileError("this is a device, not a file")
  }
  // Only within one folder is a renaming sure to be one step.
  let temporary = "\(path).\(getpid()).partial"
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .ofSystem }
  do throws(FileError) {
    do throws(FileError) {
      try writeContents(OutputFile(descriptor: descriptor))
      // Without this the new name could reach the disk before the contents.
      guard fsync(descriptor) == 0 else { throw .ofSystem }
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      throw .ofSystem
    }
  } catch {
    unlink(temporary)
    throw error
  }
}
