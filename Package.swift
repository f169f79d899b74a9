// swift-tools-version: 6.2
import Foundation
import PackageDescription

// MARK: - What this machine can do

/// The instruction set to compile the kernels for: `x86-64-v4` (AVX-512), `x86-64-v3` (AVX2 with FMA), or nothing, which
/// means the compiler's baseline (SSE2, or NEON on arm64). `DIFFUSION_MARCH` overrides what the processor reports.
let instructionSet: String? = {
  if let chosen = Context.environment["DIFFUSION_MARCH"] { return chosen == "none" ? nil : chosen }
  guard let processor = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
  let flags = Set(processor.split(whereSeparator: \.isWhitespace))
  if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) { return "x86-64-v4" }
  if flags.isSuperset(of: ["avx2", "fma", "bmi2", "movbe"]) { return "x86-64-v3" }
  return nil
}()

/// Kernels are optimized in debug builds too, so that `swift test` is quick. The define must agree with `-march`: without
/// FMA in the target `SIMD.addProduct` would become a library call, 160 times slower. Without `-fno-math-errno` the square
/// root would be one too, as it sets `errno`.
let engineSettings: [SwiftSetting] =
  [.unsafeFlags(["-O", "-Xcc", "-fno-math-errno"] + (instructionSet.map { ["-Xcc", "-march=\($0)"] } ?? []))]
  + (instructionSet == "x86-64-v4" ? [.define("AVX512")] : [])
  + (instructionSet == "x86-64-v3" ? [.define("AVX2")] : [])

func exists(_ path: String) -> Bool {
  FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + path)
}

// MARK: - The chapters

/// In reading order; a chapter may import the ones before it.
let chapterNames = [
  "Convolution", "ForwardDiffusion", "Schedules", "UNetUpsampling", "Loss", "Sampling", "Conditioning",
  "GANComparison", "Evaluation",
]

/// What each chapter stands on besides the earlier chapters.
let engine: [Target.Dependency] = ["Tensors", "Learning"]
let mathematics: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

/// What `course grade` builds the package for, besides `swift test`. In the stack `alone`, to be built with the trait
/// `Solutions`, the tests of a chapter import its exercises under the chapter's name, and those stand on the solutions of the
/// chapters below; in the stack `together` all is as without. Both contain only the engine, the
/// chapters and their tests. `course verify` builds the stack `learning`: these with the tests that students see, and itself.
let stack = Context.environment["COURSE_STACK"]

/// Exercises whose files do not compile, such as `04-Loss/StepWeight.swift`: `course verify` has the stubs that it has laid
/// into `runs/stubs` stand in for them, so that the others can be tested.
let leftOut = Set((Context.environment["COURSE_LEFT_OUT"] ?? "").split(separator: ",").map(String.init))

/// What a file of a chapter uses it imports itself, so that its imports tell what it can do; and it does nothing with pointers.
let chapterSettings: [SwiftSetting] = [
  .enableUpcomingFeature("MemberImportVisibility"), .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
]

/// A chapter is `XSolutions` and `XExercises`, the same files filled in and to be filled in, and `X`, which re-exports the
/// one that the package traits choose. Either folder may be missing: a student's copy has no solutions, and where there are
/// no exercises the solutions stand alone.
let chapterTargets: [Target] = chapterNames.enumerated().flatMap { number, name -> [Target] in
  let folder = "0\(number)-\(name)"
  let below = engine + [mathematics] + chapterNames.prefix(number).map { .init(stringLiteral: $0) }
  var choices: [Target.Dependency] = []
  var targets: [Target] = []
  if exists("exercises/\(folder)") {
    let path = "exercises/\(folder)"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Context.packageDirectory + "/" + path)) ?? []
    let isWhole = leftOut.allSatisfy { !$0.hasPrefix(folder + "/") }
    let sources = files.filter { $0.hasSuffix(".swift") }.sorted().map { file in
      (leftOut.contains("\(folder)/\(file)") ? "runs/stubs/\(folder)/" : path + "/") + file
    }
    targets.append(
      .target(
        name: "\(name)Exercises", dependencies: below, path: isWhole ? path : ".", sources: isWhole ? nil : sources,
        swiftSettings: chapterSettings))
    choices.append(.target(name: "\(name)Exercises"))
  }
  if exists("solutions/\(folder)") {
    targets.append(
      .target(
        name: "\(name)Solutions", dependencies: below, path: "solutions/\(folder)", swiftSettings: chapterSettings))
    choices.append(.target(name: "\(name)Solutions", condition: .when(traits: ["Solutions", "Solved\(name)"])))
  }
  targets.append(
    .target(
      name: name, dependencies: choices, path: "Sources/Chapters",
      exclude: chapterNames.filter { $0 != name }.map { "\($0).swift" }, sources: ["\(name).swift"]))
  var tested = below + ["TestSupport", .init(stringLiteral: name)]
  var settings: [SwiftSetting] = []
  if stack == "alone" {
    tested.append(.init(stringLiteral: "\(name)Exercises"))
    settings.append(.unsafeFlags(["-module-alias", "\(name)=\(name)Exercises"]))
  }
  targets.append(
    .testTarget(
      name: "\(name)Tests", dependencies: tested, path: "Tests/PublicTests/\(folder)", swiftSettings: settings))
  // Only an instructor's copy has these.
  if exists("Tests/HiddenTests/\(folder)"), stack != "learning" {
    targets.append(
      .testTarget(
        name: "\(name)HiddenTests", dependencies: tested, path: "Tests/HiddenTests/\(folder)", swiftSettings: settings))
  }
  if exists("Tests/SpotChecks/\(folder)"), stack == nil || stack == "alone" {
    targets.append(
      .testTarget(
        name: "\(name)SpotChecks", dependencies: tested + ["SpotCheckSupport"], path: "Tests/SpotChecks/\(folder)",
        swiftSettings: settings))
  }
  return targets
}

let solvedTraits = chapterNames.map {
  Trait(name: "Solved\($0)", description: "Use the reference solution of the chapter \($0).")
}

// MARK: - The package

/// The course's tool, and what it stands on.
let tool: [Target] = [
  .target(name: "Images", dependencies: ["Tensors", "CPNG", "CZlib"], swiftSettings: engineSettings),
  .target(name: "FolderLocks"),
  .target(
    name: "Fetching", dependencies: ["FolderLocks", .product(name: "Subprocess", package: "swift-subprocess")]),
  .executableTarget(
    name: "course",
    dependencies: [
      "Syllabus", "Tensors", "Images", "Fetching", "FolderLocks",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "SwiftCSV", package: "SwiftCSV"),
      .product(name: "Yams", package: "Yams"),
      .product(name: "Subprocess", package: "swift-subprocess"),
      .product(name: "SystemPackage", package: "swift-system"),
    ]),
]

/// What neither the chapters nor the tool need.
let besides: [Target] = [
  // MARK: Data
  .target(name: "Datasets", dependencies: ["Tensors", "Images", "CZlib"], swiftSettings: engineSettings),

  // MARK: The reports' systems
  .target(
    name: "Reports",
    dependencies: engine + ["Datasets", "Images"] + chapterNames.map { .init(stringLiteral: $0) } + [mathematics],
    exclude: ["README.md"]
  ),

  .target(
    name: "Training",
    dependencies: engine + ["Datasets", "Images", "FolderLocks", "Reports"]
      + chapterNames.map { .init(stringLiteral: $0) }),

  .target(
    name: "Scoring",
    dependencies: engine + ["Datasets", "Images", "Reports", "Training", "Conditioning", "Evaluation"]),

  .target(
    name: "Experiments",
    dependencies: engine + ["Datasets", "Images", "FolderLocks", "Reports", "Training", "Scoring"]
      + chapterNames.map { .init(stringLiteral: $0) }, exclude: ["Results"]),

  .target(
    name: "Figures",
    dependencies: engine + ["Datasets", "Images", "Reports", "Training", "Experiments"]
      + chapterNames.map { .init(stringLiteral: $0) }),

  // MARK: The program
  .executableTarget(
    name: "ddpm",
    dependencies: engine + [
      "Images", "Datasets", "Fetching", "Reports", "Training", "Scoring", "Experiments", "Figures",
    ]
      + chapterNames.map { .init(stringLiteral: $0) }
      + [
        .product(name: "ArgumentParser", package: "swift-argument-parser")
      ]),

  // MARK: Tests
  .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
  .testTarget(name: "LearningTests", dependencies: ["Learning", "TestSupport"]),
  .testTarget(name: "ImagesTests", dependencies: ["Images", "Tensors", "CPNG"]),
  .testTarget(name: "DatasetsTests", dependencies: ["Datasets", "Images", "CZlib", "TestSupport"]),
  .testTarget(name: "FetchingTests", dependencies: ["Fetching", "FolderLocks", "TestSupport"]),
  .testTarget(name: "FolderLocksTests", dependencies: ["FolderLocks"]),
  .testTarget(name: "ReportsTests", dependencies: ["Reports", "Training", "TestSupport"]),
  .testTarget(name: "TrainingTests", dependencies: ["Training", "TestSupport"]),
  .testTarget(
    name: "ExperimentsTests",
    dependencies: ["Experiments", "FolderLocks", "Reports", "Training", "TestSupport", "Images"]),
  .testTarget(name: "FiguresTests", dependencies: ["Figures"]),
  .testTarget(
    name: "ScoringTests",
    dependencies: engine + ["Scoring", "Training", "Reports", "Datasets", "Images", "Evaluation", "TestSupport"]),
  .testTarget(
    name: "ddpmTests",
    dependencies: ["ddpm", "Datasets", "Fetching", "Images", "Reports", "Scoring", "TestSupport"]),
  .testTarget(name: "courseTests", dependencies: ["course", "Syllabus"]),
]

let package = Package(
  name: "DiffusionFromScratch",
  platforms: [.macOS(.v15)],
  products: (stack == nil ? [.executable(name: "ddpm", targets: ["ddpm"])] : [])
    + (stack == nil || stack == "learning" ? [.executable(name: "course", targets: ["course"])] : []),
  traits: Set(
    solvedTraits + [
      .default(enabledTraits: exists("exercises") ? [] : ["Solutions"]),
      .trait(name: "Solutions", description: "Use the reference solutions of all chapters."),
    ]),
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", exact: "0.10.0"),
  ],
  targets: [
    // MARK: Libraries of the system
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    // MARK: The engine
    .target(name: "Tensors", swiftSettings: engineSettings),
    .target(name: "Learning", dependencies: ["Tensors"], swiftSettings: engineSettings),

    // MARK: The course
    .target(name: "Syllabus"),
    .target(
      name: "TestSupport", dependencies: engine + ["Syllabus", mathematics], path: "Tests/TestSupport",
      resources: [.copy("Fixtures")]),
  ]
    + (exists("Tests/SpotChecks")
      ? [.target(name: "SpotCheckSupport", dependencies: ["Tensors"], path: "Tests/SpotChecks/Support")] : [])
    + chapterTargets + (stack == nil || stack == "learning" ? tool : []) + (stack == nil ? besides : []),
  swiftLanguageModes: [.v6]
)
