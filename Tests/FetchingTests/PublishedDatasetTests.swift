import Testing

@testable import Fetching

@Suite("What is published")
struct PublishedDatasetTests {
  @Test(arguments: PublishedDataset.Name.allCases)
  func addressesAndChecksums(name: PublishedDataset.Name) {
    let dataset = PublishedDataset(name)
    #expect(dataset.mirrors.allSatisfy { $0.scheme == "https" && $0.hasDirectoryPath })
    for file in dataset.files {
      #expect(file.sha256.count == 64 && file.sha256.allSatisfy { $0.isHexDigit && !$0.isUppercase }, "\(file.name)")
    }
  }

  // FIPS 180-4's own example.
  @Test func checksum() async throws {
    #expect(
      try await FetchingCase.sha256(of: Array("abc".utf8))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
