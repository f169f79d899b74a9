import Foundation

/// Why a file cannot be read or written.
struct FileError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// What the operating system says about the call that failed last on this thread.
  static var ofSystem: FileError { FileError(String(cString: strerror(errno))) }
}

/// The contents of a file.
func readFile(_ path: String) throws(FileError) -> [UInt8] {
  // Opening a pipe would otherwise wait for someone to write to it.
  let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
  guard descriptor >= 0 else { throw .ofSystem }
  let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  var information = stat()
  guard fstat(descriptor, &information) == 0 else { throw .ofSystem }
  // A device may have no end.
  guard information.st_mode & S_IFMT == S_IFREG else { throw FileError("this is a folder or device, not a file") }
  // The contents are in memory up to four times while they become tensors.
  guard UInt64(information.st_size) <= ProcessInfo.processInfo.physicalMemory / 4 else {
    throw FileError("\(information.st_size) bytes are too many for the memory of this machine")
  }
  do {
    return [UInt8](try handle.readToEnd() ?? Data())
  } catch {
    throw .ofSystem
  }
}

/// Replaces a file by one with other contents, such that a reader finds the old or the new file, never a part of one, even
/// if the program or the machine stops at the worst moment.
func writeAtomically(_ bytes: [UInt8], to path: String) throws(FileError) {
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
      try write(bytes, to: descriptor)
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

/// Writes all bytes, however many the system takes at a time.
func write(_ bytes: [UInt8], to descriptor: Int32) throws(FileError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 {
      rest = rest.dropFirst(count)
    } else if count == 0 || errno != EINTR {
      throw count == 0 ? FileError("nothing more is taken") : .ofSystem
    }
  }
}
