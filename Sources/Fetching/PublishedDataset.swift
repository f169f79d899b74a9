import Foundation

/// A dataset as it is published: its files, and the servers that have them.
public struct PublishedDataset: Sendable {
  /// A file on a server, known by its checksum.
  struct File: Sendable {
    let name: String
    let byteCount: Int
    /// The SHA-256 checksum in lowercase hexadecimal digits.
    let sha256: String
    /// The files to take out of an archive packed by tar and gzip; none for a file that is kept as it is.
    var members: [String] = []
  }

  /// Folders on servers, each with all files, in the order in which to try them.
  let mirrors: [URL]
  let files: [File]
}

extension PublishedDataset {
  /// The datasets that can be fetched.
  public enum Name: String, CaseIterable, Sendable {
    case mnist, cifar10
  }

  /// What is published under a name.
  public init(_ name: Name) {
    self =
      switch name {
      case .mnist: .mnist
      case .cifar10: .cifar10
      }
  }

  /// MNIST's four files, which `MNIST` in `Datasets` reads as they are.
  private static let mnist = PublishedDataset(
    mirrors: [
      URL(string: "https://ossci-datasets.s3.amazonaws.com/mnist/")!,
      URL(string: "https://storage.googleapis.com/cvdf-datasets/mnist/")!,
    ],
    files: [
      File(
        name: "train-images-idx3-ubyte.gz", byteCount: 9_912_422,
        sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
      File(
        name: "train-labels-idx1-ubyte.gz", byteCount: 28_881,
        sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
      File(
        name: "t10k-images-idx3-ubyte.gz", byteCount: 1_648_877,
        sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
      File(
        name: "t10k-labels-idx1-ubyte.gz", byteCount: 4542,
        sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    ])

  /// The "binary version" of CIFAR-10.
  private static let cifar10 = PublishedDataset(
    mirrors: [URL(string: "https://www.cs.toronto.edu/~kriz/")!],
    files: [
      File(
        name: "cifar-10-binary.tar.gz", byteCount: 170_052_171,
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        members: (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin", "batches.meta.txt"])
    ])
}
