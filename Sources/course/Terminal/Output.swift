import Foundation

/// Writes a line to standard output, to be seen at once, in a log too.
func say(_ line: String) {
  print(line)
  // Where standard output is no terminal, lines would wait for one another.
  fflush(nil)
}

/// Writes what went wrong to standard error. What is quoted in it may hold anything, but must not write more than a line, nor
/// steer the terminal.
func complain(_ message: String) {
  let printable = message.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
  FileHandle.standardError.write(Data("course: \(String(String.UnicodeScalarView(printable)))\n".utf8))
}
