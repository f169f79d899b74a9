import Foundation
import Learning
import Tensors
import TestSupport
import Testing

@Suite("Checkpoints")
struct CheckpointTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func everyBitComesBack() throws {
    let special: [Float] = [
      0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .ulpOfOne, -1.5,
      Float(bitPattern: 0x7FC1_2345), Float(bitPattern: 0xFFA5_5A01),
    ]
    let tensors = [
      "a.weight": Tensor(special, shape: [2, 5]), "scalar": Tensor(3), "empty": Tensor([], shape: [0, 3]),
      "name with \"quotes\", \\, é, 🦜 and \n": Tensor([1]),
    ]
    let metadata = ["config": "{\"seed\": 1}\u{0}\u{1F}\t", "": ""]
    let file = folder.file("model.safetensors")
    try Checkpoint(tensors: tensors, metadata: metadata).write(to: file)
    let read = try Checkpoint(contentsOf: file)
    #expect(read.metadata == metadata)
    #expect(read.tensors.mapValues(\.shape) == tensors.mapValues(\.shape))
    for (name, tensor) in tensors {
      #expect(
        read.tensors[name]?.scalars.map(\.bitPattern) == tensor.scalars.map(\.bitPattern),
        "\(name): every bit counts, those of NaN too")
    }
    #expect(try folder.names == ["model.safetensors"], "no temporary file is left behind")
  }

  /// The bytes that the reference implementation, safetensors 0.8 in Python, writes for these tensors.
  @Test func bytesAreThoseOfTheReference() throws {
    let tensors = [
      "z": Tensor([], shape: [0, 2]), "b": Tensor([1.5, -2, .infinity, 0], shape: [2, 2]), "a.weight": Tensor(3),
    ]
    let file = folder.file("model.safetensors")
    try Checkpoint(tensors: tensors, metadata: ["who": "\"é\"\n\\"]).write(to: file)
    let header = #"""
      {"__metadata__":{"who":"\"é\"\n\\"},"a.weight":{"dtype":"F32","shape":[],"data_offsets":[0,4]},\#
      "b":{"dtype":"F32","shape":[2,2],"data_offsets":[4,20]},"z":{"dtype":"F32","shape":[0,2],"data_offsets":[20,20]}}
      """#
    let expected =
      [0xD8, 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + Array("       ".utf8) + [
        0, 0, 0x40, 0x40, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x80, 0x7F, 0, 0, 0, 0,
      ]
    #expect(try Data(contentsOf: file) == Data(expected))
  }

  @Test func partsAreKeptApart() throws {
    var generator = RandomGenerator(seed: 5)
    let model = Linear(from: 3, to: 2, using: &generator)
    let optimizer = Adam(model.parameters, learningRate: 0.1)
    let average = ExponentialMovingAverage(decay: 0.5, of: model)
    optimizer.step(model(.ones([1, 3])).sum().gradients())
    average.update(from: model, step: 0)
    var checkpoint = Checkpoint()
    checkpoint.add(model, as: "model")
    checkpoint.add(optimizer, as: "optimizer")
    checkpoint.add(average, as: "average")
    let file = folder.file("run.safetensors")
    try checkpoint.write(to: file)

    let read = try Checkpoint(contentsOf: file)
    let other = Linear(from: 3, to: 2, using: &generator)
    let otherOptimizer = Adam(other.parameters, learningRate: 0.1)
    try read.restore(other, as: "model")
    try read.restore(otherOptimizer, as: "optimizer")
    #expect(other.state == model.state && otherOptimizer.state == optimizer.state)
    try read.restore(other, as: "average")
    #expect(other.state == average.state, "a model can be given the averages directly")
    #expect(other.state != model.state)
  }

  @Test func aModelAloneKeepsItsNames() throws {
    var checkpoint = Checkpoint()
    checkpoint.add(LayerNorm(width: 2))
    #expect(checkpoint.tensors.keys.sorted() == ["scale", "shift"])
    try checkpoint.restore(LayerNorm(width: 2))
  }

  @Test func errorsNameTheFileAndTheReason() throws {
    let file = folder.file("model.safetensors")
    try Checkpoint(tensors: ["model.scale": .ones([2]), "model.shift": .ones([3])]).write(to: file)
    let checkpoint = try Checkpoint(contentsOf: file)
    let model = LayerNorm(width: 2)
    let error = #expect(throws: CheckpointError.self) { try checkpoint.restore(model, as: "model") }
    #expect(
      error?.description == "\(file.path): this is not the model that was expected: "
        + "the tensor shift has the shape [3], but [2] is needed")
    #expect(model.state == LayerNorm(width: 2).state, "nothing is half loaded")

    let missing = folder.file("none.safetensors")
    let absent = #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: missing) }
    #expect(absent?.description == "\(missing.path): No such file or directory")
    let directory = #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: folder.url) }
    #expect(directory?.description == "\(folder.url.path): this is a folder or device, not a file")
    if FileManager.default.fileExists(atPath: "/dev/zero") {
      #expect(throws: CheckpointError.self, "an endless device must not be read") {
        try Checkpoint(contentsOf: URL(fileURLWithPath: "/dev/zero"))
      }
    }
  }

  @Test func hostileNamesStayOnOneLine() throws {
    let file = folder.file("model.safetensors")
    try Checkpoint(tensors: ["model.a\n\u{1B}[2J": Tensor(1), "model.\u{301}": Tensor(1)]).write(to: file)
    let checkpoint = try Checkpoint(contentsOf: file)
    let error = #expect(throws: CheckpointError.self) { try checkpoint.restore(Empty(), as: "model") }
    let description = error?.description ?? ""
    #expect(description.unicodeScalars.allSatisfy { $0.value >= 0x20 } && description.contains("nothing"))
  }

  private final class Empty: Layer {}
}
