import ArgumentParser
import Foundation
import Images
import Tensors

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Examines the machine: toolchain, libpng, vectors, memory, disk; and says what to do.")

  @OptionGroup var json: JSONOption

  /// What was looked at.
  struct Finding: Codable {
    enum Severity: String, Codable { case good, note, bad }
    let subject: String
    let severity: Severity
    let message: String
    /// What to do about it; nil where nothing needs doing.
    let remedy: String?
  }

  func run() async throws {
    let findings = try await [toolchain(), png(), vectors(), memory(), disk(), course()]
    if json.isOn {
      try JSONOption.write(findings)
    } else {
      for finding in findings {
        let mark =
          switch finding.severity {
          case .good: Style.green("✔")
          case .note: Style.yellow("•")
          case .bad: Style.red("✘")
          }
        print("\(mark) \(finding.subject): \(finding.message)")
        if let remedy = finding.remedy { print("    → \(remedy)") }
      }
    }
    if findings.contains(where: { $0.severity == .bad }) { throw ExitCode.failure }
  }

  private func toolchain() async throws -> Finding {
    let log = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: log) }
    let process = LimitedProcess(command: ["swift", "--version"], directory: FileManager.default.temporaryDirectory)
    let ending = try? await process.run(output: log)
    let output = String(decoding: FileManager.default.contents(atPath: log.path) ?? Data(), as: UTF8.self)
    let remedy = "install Swift 6.2 or newer: https://www.swift.org/install"
    guard ending == .exited(0), let match = output.firstMatch(of: /Swift version (\d+)\.(\d+)[^ ]*/),
      let major = Int(match.1), let minor = Int(match.2)
    else { return Finding(subject: "toolchain", severity: .bad, message: "`swift --version` fails", remedy: remedy) }
    let isNew = (major, minor) >= (6, 2)
    return Finding(
      subject: "toolchain", severity: isNew ? .good : .bad, message: String(match.0), remedy: isNew ? nil : remedy)
  }

  /// Has libpng write a picture and read it again, rather than ask whether it is there.
  private func png() -> Finding {
    let file = FileManager.default.temporaryDirectory.appending(path: "course-\(UUID().uuidString).png")
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      let picture = try Picture(width: 2, height: 1, channels: 1, bytes: [0, 200])
      try picture.writePNG(to: file)
      guard try Picture(contentsOf: file) == picture else { throw CourseError("it reads other pixels than it wrote") }
      return Finding(subject: "libpng", severity: .good, message: "writes and reads pictures", remedy: nil)
    } catch {
      return Finding(subject: "libpng", severity: .bad, message: "\(error)", remedy: "make libpng")
    }
  }

  private func vectors() -> Finding {
    let name = instructionSetName
    #if arch(x86_64)
      if name == "SSE2" {
        return Finding(
          subject: "vectors", severity: .note,
          message: "SSE2, the oldest: everything works, trainings take several times as long",
          remedy: "on a processor with AVX2, unset DIFFUSION_MARCH and touch Package.swift")
      }
    #endif
    return Finding(subject: "vectors", severity: .good, message: name, remedy: nil)
  }

  private func memory() -> Finding {
    let gibibytes = Double(ProcessInfo.processInfo.physicalMemory) / 1_073_741_824
    let message = String(format: "%.1f GiB, %d processors", gibibytes, ProcessInfo.processInfo.activeProcessorCount)
    return gibibytes >= 3.5
      ? Finding(subject: "memory", severity: .good, message: message, remedy: nil)
      : Finding(
        subject: "memory", severity: .note, message: message,
        remedy: "if the compiler is killed, build with `swift build -j 1`")
  }

  private func disk() -> Finding {
    let values = try? URL(filePath: FileManager.default.currentDirectoryPath).resourceValues(forKeys: [
      .volumeAvailableCapacityKey
    ])
    guard let bytes = values?.volumeAvailableCapacity else {
      return Finding(subject: "disk", severity: .note, message: "its free space is unknown", remedy: nil)
    }
    let gibibytes = Double(bytes) / 1_073_741_824
    let message = String(format: "%.1f GiB free", gibibytes)
    return gibibytes >= 3
      ? Finding(subject: "disk", severity: .good, message: message, remedy: nil)
      : Finding(subject: "disk", severity: .bad, message: message, remedy: "make room: a build takes about 2 GiB")
  }

  /// Whether the course's folder is whole, and what kind of build the tests are.
  private func course() -> Finding {
    guard let folder = try? CourseFolder.current() else {
      return Finding(
        subject: "course", severity: .bad, message: "the working directory is not in the course's folder",
        remedy: "cd to the folder that holds Package.swift and chapters")
    }
    let built = folder.exists(".build/debug/DiffusionFromScratchPackageTests.xctest")
    return Finding(
      subject: "build", severity: built ? .good : .note,
      message: built ? "tests are built for debugging, with the engine optimized" : "the tests have not been built yet",
      remedy: built ? nil : "./course verify 0.1 builds them; the first time takes some minutes")
  }
}
