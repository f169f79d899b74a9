import CZlib
import TestSupport

extension TemporaryFolder {
  /// Writes both files of the test split under their usual names.
  func writeTestSplit(images: [UInt8] = idx([3, 28, 28]), labels: [UInt8] = idx([3])) throws {
    try write(images, as: imagesName)
    try write(labels, as: labelsName)
  }
}

let imagesName = "t10k-images-idx3-ubyte"
let labelsName = "t10k-labels-idx1-ubyte"

/// An IDX file of the given extents. Its elements count 0, 1, … and start again after `period`.
func idx(_ extents: [Int], type: UInt8 = 8, period: Int = 10) -> [UInt8] {
  let elements = (0..<extents.reduce(1, *)).map { UInt8($0 % period) }
  return idxHeader(extents.map { UInt32($0) }, type: type) + elements
}

func idxHeader(_ extents: [UInt32], type: UInt8 = 8) -> [UInt8] {
  let sizes = extents.flatMap { extent in withUnsafeBytes(of: extent.bigEndian, Array.init) }
  return [0, 0, type, UInt8(extents.count)] + sizes
}

/// `bytes` packed with gzip.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
  let size = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<size])
}
