import Foundation
import Syllabus
import Testing

@testable import course

@Suite("What an exercise rests on")
struct PrerequisitesTests {
  /// The exercises that 5.1 rests on, where the given files lie in `exercises/`.
  private func prerequisites(_ files: [String: String]) throws -> [String] {
    let course = CourseFolder(FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)"))
    defer { try? FileManager.default.removeItem(at: course.root) }
    for (path, text) in files { try course.write(text, to: "exercises/" + path) }
    return Prerequisites(in: course).exercises(under: try #require(Course.exercise("5.1"))).map(\.id)
  }

  private let own = "05-Sampling/ReverseMean.swift"
  private let products = "01-ForwardDiffusion/CumulativeProduct.swift"
  private let variance = "02-Schedules/PosteriorVariance.swift"

  @Test(
    "It uses what the modules that it imports declare",
    arguments: [
      ("import ForwardDiffusion\nx = cumulativeProduct()", ["1.3"]),
      ("import Schedules\nimport ForwardDiffusion\ns.v(cumulativeProduct())", ["1.3", "2.4"]),
      ("import Schedules\ncumulativeProduct()", []),
      ("import ForwardDiffusion\n// cumulativeProduct()\n\"cumulativeProduct()\"", []),
      ("import ForwardDiffusion\ncumulativeProduct + 1", []),
    ])
  func names(text: String, expected: [String]) throws {
    let declared = [products: "public func cumulativeProduct() {}", variance: "extension S { public func v() {} }"]
    #expect(try prerequisites(declared.merging([own: text]) { $1 }) == expected)
  }

  @Test("Given code leads on, and so do other exercises")
  func chain() throws {
    #expect(
      try prerequisites([
        own: "import ForwardDiffusion\nimport Schedules\nextension Schedule { public func mean() { beta() } }",
        "01-ForwardDiffusion/Schedule.swift": "public final class Schedule { init() { cumulativeProduct(1) } }",
        products: "public func cumulativeProduct() {}",
        variance: "import ForwardDiffusion\nextension Schedule { public func beta() { before() } }",
        "02-Schedules/AlphaBarBefore.swift": "public func before() { mean() }",
      ]) == ["1.3", "2.4"])
  }

  @Test("What it declares itself, what is not public and what comes later lead nowhere")
  func leadsNowhere() throws {
    #expect(
      try prerequisites([
        own: "import ForwardDiffusion\npublic func step() { step(); callAsFunction(); helper(); sample() }",
        products: "public func step() {}\npublic func callAsFunction() {}\nfunc helper() {}",
        "05-Sampling/AncestralSampler.swift": "public func sample() {}",
      ]) == [])
  }
}
