/// A file of the IDX format: an array of bytes with its extents, as MNIST is published.
///
/// A file begins with two zero bytes, the type of the elements, and the number of axes; then follows the extent of each
/// axis as a big-endian 32-bit integer, and then the elements in row-major order.
/// Source: http://yann.lecun.com/exdb/mnist, "The IDX file format".
struct IDX {
  /// Why a file cannot be read.
  struct Failure: Error {
    let reason: String
  }

  /// The extent of each axis.
  let extents: [Int]
  /// The elements in row-major order.
  let elements: [UInt8]

  /// Reads a file of unsigned bytes.
  ///
  /// - Parameters:
  ///   - bytes: The contents of the file.
  ///   - rank: The number of axes that it should have.
  /// - Throws: ``Failure`` where `bytes` are no such file. The size that the header claims is compared with that of the
  ///   file before any memory is set aside for it.
  init(_ bytes: [UInt8], rank: Int) throws(Failure) {
    let headerSize = 4 + 4 * rank
    guard bytes.count >= 4 else {
      throw Failure(reason: "truncated: \(bytes.count) bytes, where the header has \(headerSize)")
    }
    guard bytes[0] == 0, bytes[1] == 0 else {
      throw Failure(reason: "not an IDX file: it begins with \(Self.hexadecimal(bytes[..<4])), not with 0000")
    }
    guard bytes[2] == 0x08 else {
      throw Failure(reason: "elements of type 0x\(Self.hexadecimal(bytes[2..<3])), not unsigned bytes (0x08)")
    }
    guard bytes[3] == rank else { throw Failure(reason: "\(bytes[3]) axes instead of \(rank)") }
    guard bytes.count >= headerSize else {
      throw Failure(reason: "truncated: \(bytes.count) bytes, where the header has \(headerSize)")
    }
    let extents = (0..<rank).map { axis in
      bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
    }
    var size = 1
    for extent in extents {
      let (product, overflows) = size.multipliedReportingOverflow(by: extent)
      guard !overflows else { throw Failure(reason: "the header claims more elements than any file can hold") }
      size = product
    }
    let found = bytes.count - headerSize
    guard size <= found else {
      throw Failure(reason: "truncated: the header claims \(size) bytes of elements, but \(found) follow")
    }
    guard size == found else {
      throw Failure(reason: "\(found - size) bytes follow the \(size) that the header claims")
    }
    self.extents = extents
    elements = Array(bytes[headerSize...])
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
