import Foundation
import Synchronization

/// An HTTP server on this machine's loopback address, which answers one request after the other until it is let go.
final class TestServer: Sendable {
  /// A file that it has, and how well it sends it.
  struct Served: Sendable {
    var contents: [UInt8]
    /// Whether a request for a part is answered with that part; otherwise the whole file is sent.
    var hasRanges = true
    /// After how many bytes it stops, though more was announced.
    var cut: Int?
    /// Whether it then leaves the connection open and is silent.
    var staysSilent = false
  }

  /// What it was asked for.
  struct Request: Equatable, Sendable {
    let path: String
    /// The byte that was asked to be the first.
    let first: Int?
  }

  let url: URL
  private let listener: Int32
  private let isStopped = Atomic(false)
  private let received = Mutex<[Request]>([])

  /// - Parameter files: By name; whatever else is asked for is not found.
  init(_ files: [String: Served]) throws {
    #if canImport(Glibc)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    listener = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { [listener] pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        // Port 0 asks for one that is free.
        bind(listener, address, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    guard status, let url = URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/") else {
      throw CocoaError(.fileNoSuchFile)
    }
    self.url = url
    let (listener, served) = (listener, files)
    // No program that is started here may hold the server open.
    _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        if let request = Self.request(on: connection) {
          self?.received.withLock { $0.append(request) }
          Self.answer(served[request.path], to: request, on: connection)
          // The other side ends it.
          if served[request.path]?.staysSilent == true { _ = Self.request(on: connection) }
        }
        close(connection)
      }
    }
  }

  deinit { stop() }

  /// What it was asked for, in order.
  var requests: [Request] { received.withLock { $0 } }

  /// Takes no connections any more.
  func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func request(on connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard read(connection, &byte, 1) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
    let first = range.flatMap { Int($0.dropFirst("range: bytes=".count).prefix(while: \.isNumber)) }
    return Request(path: String(words[1].dropFirst()), first: first)
  }

  private static func answer(_ file: Served?, to request: Request, on connection: Int32) {
    guard let file else {
      return send(Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".utf8), on: connection)
    }
    let size = file.contents.count
    var (status, first) = ("200 OK", 0)
    if file.hasRanges, let start = request.first {
      (status, first) = ("206 Partial Content\r\nContent-Range: bytes \(start)-\(size - 1)/\(size)", start)
    }
    let head = "HTTP/1.1 \(status)\r\nContent-Length: \(size - first)\r\nConnection: close\r\n\r\n"
    send(Array(head.utf8) + file.contents[first..<min(size, first + (file.cut ?? size))], on: connection)
  }

  private static func send(_ bytes: [UInt8], on connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
