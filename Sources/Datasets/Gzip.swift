import CZlib
import Foundation

/// Unpacking of gzip data (RFC 1952), by zlib.
enum Gzip {
  /// Why data cannot be unpacked.
  struct Failure: Error {
    let reason: String
  }

  /// Whether data begins like a gzip file.
  static func recognizes(_ data: Data) -> Bool { data.starts(with: [0x1F, 0x8B]) }

  /// What was packed into `data`.
  ///
  /// The memory used grows with what has really been unpacked, so that a small file cannot ask for much of it.
  ///
  /// - Parameter limit: The largest size to unpack, in bytes.
  /// - Throws: ``Failure`` where the data is broken or ends too early, unpacks to more than `limit`, or goes on after
  ///   the end of the gzip stream.
  static func unpack(_ data: Data, limit: Int) throws(Failure) -> [UInt8] {
    var stream = z_stream()
    // 16 more than the window's size means: a gzip header, not that of zlib.
    let opening = inflateInit2_(&stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard opening == Z_OK else { throw Failure(reason: "zlib cannot start (code \(opening))") }
    defer { inflateEnd(&stream) }

    var input = [UInt8](data)
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var used = 0
    var status = Z_OK
    while status == Z_OK {
      let made: Int
      (status, used, made) = input.withUnsafeMutableBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { chunk in
          stream.next_in = input.baseAddress.map { $0 + used }
          stream.avail_in = UInt32(clamping: input.count - used)
          stream.next_out = chunk.baseAddress
          stream.avail_out = UInt32(chunk.count)
          let offered = Int(stream.avail_in)
          let status = inflate(&stream, Z_NO_FLUSH)
          return (status, used + offered - Int(stream.avail_in), chunk.count - Int(stream.avail_out))
        }
      }
      guard made <= limit - output.count else { throw Failure(reason: "unpacks to more than \(limit) bytes") }
      output += chunk[..<made]
    }
    // zlib says "buffer error" when it needs more input and there is none.
    guard status != Z_BUF_ERROR else { throw Failure(reason: "the gzip data is truncated") }
    guard status == Z_STREAM_END else { throw Failure(reason: "the gzip data is broken (zlib code \(status))") }
    guard used == input.count else {
      throw Failure(reason: "\(input.count - used) bytes follow the end of the gzip data")
    }
    return output
  }
}
