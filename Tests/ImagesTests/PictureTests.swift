import Images
import Tensors
import Testing

struct PictureTests {
  @Test func refusesWhatIsNoPicture() {
    #expect(message { _ = try Picture(width: 2, height: 2, channels: 1, bytes: [1, 2, 3]) } != nil)
    #expect(message { _ = try Picture(width: 1, height: 1, channels: 4, bytes: [1, 2, 3, 4]) } != nil)
    #expect(message { _ = try Picture(width: 0, height: 1, channels: 1, bytes: []) } != nil)
    #expect(message { _ = try Picture(width: -1, height: -1, channels: 1, bytes: [0]) } != nil)
    #expect(message { _ = try Picture(width: .max, height: .max, channels: 3, bytes: []) } != nil)
  }

  /// The expected numbers are those of Pillow's `convert("L")`.
  @Test func convertsBetweenGrayAndColor() throws {
    let color = try Picture(
      width: 5, height: 1, channels: 3, bytes: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30])
    #expect(color.inGray.bytes == [76, 150, 29, 255, 18], "wrong weights of red, green and blue")
    #expect(color.inColor == color)
    let gray = try Picture(width: 2, height: 1, channels: 1, bytes: [7, 200])
    #expect(gray.inColor.bytes == [7, 7, 7, 200, 200, 200])
    #expect(gray.inColor.inGray == gray, "gray must survive the way through color")
  }

  @Test func enlargesByRepeating() throws {
    let picture = try Picture(width: 2, height: 2, channels: 1, bytes: [1, 2, 3, 4])
    let enlarged = try picture.enlarged(by: 2)
    #expect(enlarged.bytes == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
    let color = try Picture(width: 1, height: 1, channels: 3, bytes: [1, 2, 3]).enlarged(by: 2)
    #expect(color.bytes == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3], "channels torn apart")
    for factor in [0, -1, 100_000, Int.max] {
      #expect(message { _ = try picture.enlarged(by: factor) } != nil, "enlarged by \(factor)")
    }
  }
}

struct TensorPictureTests {
  /// torchvision's `save_image`: `mul(255).add_(0.5).clamp_(0, 255).to(torch.uint8)`.
  @Test func roundsLikeTorchvision() {
    let values: [(Float, UInt8)] = [
      (0, 0), (1, 255), (0.5, 128), (-0.001, 0), (-5, 0), (5, 255), (0.00196, 0), (0.00197, 1), (254.49 / 255, 254),
      (.infinity, 255), (-.infinity, 0), (.nan, 0), (.greatestFiniteMagnitude, 255),
    ]
    for (value, byte) in values {
      #expect(ValueRange.unit.byte(for: value) == byte, "\(value) became \(ValueRange.unit.byte(for: value))")
    }
    #expect([-1, 0, 1, -3, 3].map { ValueRange.signed.byte(for: $0) } == [0, 128, 255, 0, 255])
  }

  @Test(arguments: [ValueRange.signed, .unit]) func everyByteReturns(range: ValueRange) {
    for byte in UInt8.min...UInt8.max {
      #expect(range.byte(for: range.value(for: byte)) == byte, "\(byte) lost in \(range)")
    }
    #expect(range.value(for: 0) == (range == .signed ? -1 : 0))
    #expect(range.value(for: 255) == 1)
  }

  @Test func batchesReturn() throws {
    let pictures = try (0..<3).map { index in
      try Picture(width: 3, height: 2, channels: 3, bytes: (0..<18).map { UInt8($0 * 5 + index * 50) })
    }
    let batch = try Tensor(pictures).checked()
    #expect(batch.shape == [3, 2, 3, 3], "the shape is [count, height, width, channels]")
    #expect(batch[1, 0, 1, 2] == ValueRange.signed.value(for: pictures[1].bytes[5]), "elements in another order")
    #expect(try Picture.pictures(of: batch) == pictures)
    let single = Tensor(Array(batch.scalars.prefix(18)), shape: [2, 3, 3])
    #expect(try Picture(single) == pictures[0])
    #expect(try Picture(Tensor(single.scalars, shape: [1, 2, 3, 3])) == pictures[0])
  }

  @Test func refusesOtherShapes() throws {
    let gray = try Picture(width: 1, height: 1, channels: 1, bytes: [0])
    let wide = try Picture(width: 2, height: 1, channels: 1, bytes: [0, 0])
    #expect(Tensor([Picture]()).fault != nil)
    #expect(
      Tensor([gray, wide]).fault?.reason
        == "a batch needs pictures of one kind, but one is 1×1 gray and one 2×1 gray")
    #expect(message { _ = try Picture(Tensor.zeros([2, 2])) } != nil)
    #expect(message { _ = try Picture(Tensor.zeros([2, 2, 2, 1])) } != nil, "a batch of two is not one picture")
    #expect(message { _ = try Picture(Tensor.zeros([2, 2, 2])) } != nil, "two channels are no picture")
    #expect(message { _ = try Picture.pictures(of: .zeros([2, 2, 1])) } != nil)
    #expect(message { _ = try Picture.pictures(of: .zeros([1, 0, 2, 1])) } != nil)
    #expect(message { _ = try Picture(Tensor(fault: Fault("not written yet"))) } == "not written yet")
    #expect(
      message { _ = try Picture.grid(of: Tensor(fault: Fault("not written yet")), columns: 1) } == "not written yet")
  }
}
