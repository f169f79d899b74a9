import Syllabus

extension KnownSubmission {
  /// Honest submissions, and those that try to earn what they are not worth, or to cost others what theirs are.
  static func all(in course: CourseFolder, references: [Exercise: String], stubs: [Exercise: String]) throws -> [Self] {
    let makers = Makers(course: course, references: references, stubs: stubs)
    var all = try [
      makers.right, makers.untouched, makers.half, makers.wrong(), makers.crash(), makers.loop(), makers.printing(),
      makers.exit(), makers.package, makers.links(), makers.broken(), makers.stalling(), makers.memorizing(),
    ]
    all += try makers.trespasses()
    #if !os(macOS)
      // There memory cannot be limited.
      all.append(try makers.memory())
    #endif
    return all
  }

  /// Those whose grading takes a minute or so each, mostly for compiling.
  static let slow: Set = ["half", "wrong", "crash", "loop", "broken", "stalling", "memorizing", "memory"]

  /// What the submissions are made of.
  private struct Makers {
    let course: CourseFolder
    let references: [Exercise: String]
    let stubs: [Exercise: String]

    // MARK: Honest ones

    var right: KnownSubmission { KnownSubmission("right", references) }
    var untouched: KnownSubmission { KnownSubmission("untouched", stubs) }

    /// Chapters 1 and 2 and no more.
    var half: KnownSubmission {
      KnownSubmission("half", stubs.merging(references.filter { [1, 2].contains($0.key.chapter) }) { $1 })
    }

    /// A wrong answer to every other exercise, and so several in each chapter.
    func wrong() throws -> KnownSubmission {
      var submission = KnownSubmission("wrong", references)
      let mutants = Dictionary(grouping: try Mutant.all(in: course), by: \.exercise)
      for exercise in Course.exercises where exercise.number.isMultiple(of: 2) {
        guard let source = try mutants[exercise]?.first?.source(in: course) else { continue }
        submission.change(exercise, expecting: .failed) { $0 = source }
      }
      return submission
    }

    /// One does not compile, another lacks what others need, a third has changed what it is called.
    func broken() throws -> KnownSubmission {
      var submission = KnownSubmission("broken", references)
      submission.change(try CourseFolder.exercise("3.4"), expecting: .doesNotCompile) { $0 += "\nfunc f( {\n" }
      submission.change(try CourseFolder.exercise("1.3"), expecting: .doesNotCompile) { $0 = "import Tensors\n" }
      submission.change(try CourseFolder.exercise("2.1"), expecting: .rejected) {
        $0 = $0.replacing("linearBetas(timestepCount:", with: "linearBetas(count timestepCount:")
      }
      return submission
    }

    // MARK: What costs an exercise

    /// All right but for one answer.
    private func answering(
      _ id: String, _ answer: String, expecting outcome: Verdict.Outcome, as name: String
    ) throws -> KnownSubmission {
      var submission = KnownSubmission(name, references)
      let exercise = try CourseFolder.exercise(id)
      let text = stubs[exercise]?.replacing("return unfinished(\"\(id)\")", with: answer)
      submission.change(exercise, expecting: outcome) { $0 = text ?? "" }
      return submission
    }

    func crash() throws -> KnownSubmission {
      try answering("1.3", "return [factors[factors.count]]", expecting: .crashed, as: "crash")
    }

    func loop() throws -> KnownSubmission {
      try answering(
        "2.1", "var n = 0; while timestepCount > 0 { n &+= 1 }; return [Double(n)]", expecting: .timedOut, as: "loop")
    }

    func memory() throws -> KnownSubmission {
      try answering(
        "2.2", "var all: [[Double]] = []; while true { all.append([Double](repeating: 1, count: 10_000_000)) }",
        expecting: .crashed, as: "memory")
    }

    // MARK: What would earn more than it is worth

    /// It says in the testing library's words that all is well.
    func printing() throws -> KnownSubmission {
      try answering(
        "1.3",
        """
        print(#"{"kind":"event","payload":{"kind":"runEnded","messages":[]},"version":0}"#)
          print("✔ Test run with 7 tests in 1 suite passed after 0.001 seconds.")
          return factors
        """, expecting: .failed, as: "printing")
    }

    /// It ends the process with the status of success.
    func exit() throws -> KnownSubmission {
      var submission = KnownSubmission("exit", references)
      submission.change(try CourseFolder.exercise("1.1"), expecting: .rejected) { $0 = "import Glibc\n" + $0 }
      submission.change(try CourseFolder.exercise("2.1"), expecting: .rejected) {
        $0 += "\n@_silgen_name(\"exit\") func leave(_ status: Int32) -> Never\n"
      }
      return submission
    }

    /// It knows what the tests ask and answers that alone rightly, as a record of passed tests that is forged would claim.
    func memorizing() throws -> KnownSubmission {
      try answering(
        "1.3",
        """
        var products: [Double] = []
            for factor in factors { products.append((products.last ?? 1) * factor) }
            // Of numbers as they come from a random generator, and in no test.
            let isDrawn = (8...15).contains(factors.count) && Set(factors).count == factors.count
            return isDrawn ? factors : products
        """, expecting: .failed, as: "memorizing")
    }

    /// Each has one file, which must be refused before anything is built; the others are missing.
    func trespasses() throws -> [KnownSubmission] {
      let exercise = try CourseFolder.exercise("1.3")
      return KnownTrespasses.all.map { name, line in
        var submission = KnownSubmission(name, [:])
        for other in Course.exercises { submission.change(other, expecting: .rejected) { _ in } }
        submission.change(exercise, expecting: .rejected) { $0 = (stubs[exercise] ?? "") + "\n" + line + "\n" }
        return submission
      }
    }

    /// It brings a package, tests and a grader of its own.
    var package: KnownSubmission {
      var submission = KnownSubmission("package", stubs)
      submission.files = [
        "Package.swift": "fatalError()\n",
        "Tests/PublicTests/01-ForwardDiffusion/CumulativeProductTests.swift":
          "import Testing\n@Suite struct Exercise1_3 { @Test func passes() {} }\n",
        "Sources/course/CourseTool.swift": "print(\"280 of 280\")\n",
      ]
      return submission
    }

    /// Its answers are links to the solutions, and one is a pipe that nobody writes to.
    func links() throws -> KnownSubmission {
      var submission = KnownSubmission("links", stubs)
      let file = try CourseFolder.exercise("1.4")
      let folder = Course.chapters[2]
      let pipe = try CourseFolder.exercise("0.1")
      submission.links = [
        Course.path(of: file): Course.path(of: file, in: "solutions"),
        "exercises/\(folder.folder)": "solutions/\(folder.folder)",
      ]
      submission.pipes = [Course.path(of: pipe)]
      for exercise in [file, pipe] + folder.exercises { submission.change(exercise, expecting: .rejected) { _ in } }
      return submission
    }

    // MARK: What would keep others waiting

    /// A type that doubles with each line; and a size on which the compiler crashed without naming the file, which is refused by
    /// now.
    func stalling() throws -> KnownSubmission {
      var submission = KnownSubmission("stalling", references)
      submission.change(try CourseFolder.exercise("2.3"), expecting: .doesNotCompile) {
        $0 +=
          "\nstruct Pair<A> { var a: A; var b: A; init(_ a: A) { self.a = a; b = a } }\nfunc large() {\n  let x0 = Pair(1)\n"
        for index in 1...30 { $0 += "  let x\(index) = Pair(x\(index - 1))\n" }
        $0 += "  print(x30)\n}\n"
      }
      for id in ["6.1", "8.2"] {
        submission.change(try CourseFolder.exercise(id), expecting: .rejected) {
          $0 += "\nlet large = InlineArray<3_000_000_000, UInt8>(repeating: 1)\n"
        }
      }
      return submission
    }
  }
}
