import Foundation

/// Writes a line to standard output, to be seen at once, in a log too.
func say(_ line: String) {
  print(line)
  // Where standard output is no terminal, lines would wait for one another.
  fflush(nil)
}
