import Foundation

/// Writes a line to standard output, to be seen at once, in a log too.
func say(_ line: String) {
  print(line)
  // Where standard output is no terminal, lines would wait for one another.
  fflush(nil)
}

/// Writes what went wrong to standard error, a line of it: what is quoted may hold anything.
func complain(_ message: String) {
  FileHandle.standardError.write(Data("course: \(printable(message))\n".utf8))
}

/// A text that neither ends the line nor steers the terminal, nor turns what follows around: what would is shown as Swift
/// writes it, such as `\u{1B}`, and the ends of lines are blanks.
func printable(_ text: String) -> String {
  text.unicodeScalars.map { scalar in
    switch scalar {
    case "\n", "\r": " "
    case "\t": "\t"
    default:
      scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
        ? scalar.escaped(asASCII: true) : String(scalar)
    }
  }.joined()
}
