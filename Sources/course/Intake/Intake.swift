import Foundation
import Yams

/// What an instructor has from a class: folders, archives, and folders of such, as learning platforms export them.
struct Intake {
  /// Everybody's, in the order of the arguments and of the names in a folder; no two students have one name.
  private(set) var handIns: [HandIn] = []
  /// What is to be said of them before they are graded.
  private(set) var remarks: [String] = []

  /// - Throws: A ``CourseError`` where a path is neither a folder nor an archive, or there is nothing in it.
  init(_ paths: [String]) throws {
    for path in paths {
      let (found, passedOver) = try Self.handIns(at: URL(filePath: path))
      handIns += found
      guard !passedOver.isEmpty else { continue }
      let names = passedOver.map { printable($0.lastPathComponent) }
      remarks.append("passed over, for it is neither a folder nor a .zip or .tar.gz: \(names.joined(separator: ", "))")
    }
    tellApart()
  }

  /// What one student handed in, whose files tell nothing: none is taken for a class, whatever it is called.
  init(_ path: String, of student: String) {
    handIns = [HandIn(student: Student(name: student), source: URL(filePath: path))]
  }

  /// - Returns: What was handed in, and what lies beside it in a class's folder and is none of that.
  private static func handIns(at place: URL) throws -> (found: [HandIn], passedOver: [URL]) {
    let name = place.standardizedFileURL.lastPathComponent
    if SubmittedArchive.isArchive(place) { return ([HandIn(student: Student(fileName: name), source: place)], []) }
    switch FolderEntries.kind(of: place) {
    case .typeDirectory: break
    case .typeSymbolicLink: throw CourseError("\(place.path) is a symbolic link, which is not followed")
    case nil: throw CourseError("\(place.path): there is no such file or folder")
    default: throw CourseError("\(place.path) is neither a folder nor a .zip or .tar.gz")
    }
    if let gradescope = try gradescopeExport(in: place) { return (gradescope, []) }
    let entries = FolderEntries.visible(in: place)
    let own = HandIn(student: Student(fileName: name), source: place)
    if entries.contains(where: { $0.lastPathComponent.lowercased() == "exercises" }) { return ([own], []) }

    let (archives, folders) = (entries.filter(SubmittedArchive.isArchive), FolderEntries.folders(in: place))
    let isOfMoodle = Student.moodle(name) != nil
    let filled = folders.filter { !ExercisesFolder.candidates(in: $0).isEmpty || HandIn.onlyArchive(in: $0) != nil }
    let isClass =
      !isOfMoodle && !archives.isEmpty || filled.count > 1
      || folders.contains { Student.moodle($0.lastPathComponent) != nil }
    // A folder around everything is no class, but may hold one.
    guard isClass else {
      if entries.count == 1, let inner = folders.first, let (found, others) = try? handIns(at: inner), found.count > 1 {
        return (found, others)
      }
      return ([own], [])
    }
    let sources = (archives + folders).sorted { $0.lastPathComponent < $1.lastPathComponent }
    let prefix = classroomPrefix(of: folders)
    let found = sources.map { source in
      let name = source.lastPathComponent
      var student = Student(fileName: name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name)
      // What is cut off may be a part of a login: the list of the class knows.
      if !prefix.isEmpty { student.handedInAs = name }
      return HandIn(student: student, source: source)
    }
    return (found, entries.filter { !sources.contains($0) })
  }

  /// What all names of clones begin with: GitHub Classroom calls them `assignment-student`.
  private static func classroomPrefix(of folders: [URL]) -> String {
    let clones = folders.filter { FolderEntries.kind(of: $0.appending(path: ".git")) != nil }.map(\.lastPathComponent)
    guard clones.count > 1 else { return "" }
    let common = clones.dropFirst().reduce(clones[0]) { $0.commonPrefix(with: $1) }
    return common.lastIndex(of: "-").map { String(common[...$0]) } ?? ""
  }

  /// The submissions of Gradescope's export, whose `submission_metadata.yml` says whose each folder is; nil where there is none.
  private static func gradescopeExport(in folder: URL) throws -> [HandIn]? {
    let file = folder.appending(path: "submission_metadata.yml")
    guard let data = FileManager.default.contents(atPath: file.path) else { return nil }
    let metadata: [String: GradescopeSubmission]
    do {
      metadata = try YAMLDecoder().decode(from: String(decoding: data, as: UTF8.self))
    } catch {
      throw CourseError("\(file.path) is not what Gradescope writes: \(printable("\(error)"))")
    }
    return try metadata.sorted { $0.key < $1.key }.flatMap { name, submission in
      let source = folder.appending(path: name)
      // The file may be a student's: it must not lead out of the folder, to another's work or the solutions.
      guard !name.contains("/"), name != "..", FolderEntries.kind(of: source) == .typeDirectory else {
        throw CourseError("\(file.path) names \(printable(name)), which is no folder beside it")
      }
      let students = (submission.submitters ?? []).map {
        Student(name: $0.name ?? name, id: $0.sid, email: $0.email)
      }
      // A group's work counts for each of its members.
      return (students.isEmpty ? [Student(name: name)] : students).map { HandIn(student: $0, source: source) }
    }
  }

  /// Gives the second of two students of one name another: a report is named for its student, and disks that do not tell Anna
  /// from anna would have one report for both.
  private mutating func tellApart() {
    var taken = Set<String>()
    for index in handIns.indices {
      let name = handIns[index].student.name
      var (own, number) = (name, 1)
      while !taken.insert(own.lowercased()).inserted {
        number += 1
        own = "\(name)-\(number)"
      }
      guard own != name else { continue }
      handIns[index].student.name = own
      remarks.append(
        "two submissions are called \(name): \(handIns[index].source.lastPathComponent) is reported as \(own)")
    }
  }
}

/// What Gradescope's export says of a submission; its keys begin with a colon.
private struct GradescopeSubmission: Decodable {
  struct Submitter: Decodable {
    let name: String?
    let sid: String?
    let email: String?

    enum CodingKeys: String, CodingKey {
      case name = ":name"
      case sid = ":sid"
      case email = ":email"
    }
  }

  let submitters: [Submitter]?

  enum CodingKeys: String, CodingKey {
    case submitters = ":submitters"
  }
}
