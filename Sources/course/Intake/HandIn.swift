import Foundation

/// What one student handed in: a folder or an archive, and whose it is, as far as its name tells.
struct HandIn: Sendable {
  var student: Student
  let source: URL

  /// The folder to read: the one that was handed in, or what is unpacked from an archive.
  ///
  /// - Parameter place: An empty folder for what is unpacked.
  /// - Throws: A ``CourseError`` where an archive cannot be unpacked.
  func open(in place: URL) async throws -> URL {
    if SubmittedArchive.isArchive(source) {
      try await SubmittedArchive(source).unpack(into: place)
      return place
    }
    // Moodle's folder of a student holds the file that was handed in.
    guard ExercisesFolder.candidates(in: source).isEmpty else { return source }
    let archives = FolderEntries.visible(in: source).filter(SubmittedArchive.isArchive)
    guard let archive = archives.first else { return source }
    guard archives.count == 1 else {
      throw CourseError(
        "holds several archives, \(archives.map(\.lastPathComponent).joined(separator: " and ")); leave one")
    }
    try await SubmittedArchive(archive).unpack(into: place)
    return place
  }

  /// The archive in a folder that holds one and no more.
  static func onlyArchive(in folder: URL) -> URL? {
    let archives = FolderEntries.visible(in: folder).filter(SubmittedArchive.isArchive)
    return archives.count == 1 ? archives[0] : nil
  }
}

/// Who handed something in.
struct Student: Codable, Sendable, Hashable {
  /// What reports call the student, and are called; not always as the student did, where two are called alike.
  var name: String
  /// What the student, or the learning platform, wrote.
  var handedInAs: String
  /// The number that the learning platform gave the student; nil where there is none.
  var id: String?
  /// Whose number it is: platforms have numbers of their own.
  enum IDSource: String, Codable { case canvas, moodle, school }
  var idSource = IDSource.school
  var email: String?

  init(name: String, id: String? = nil, from idSource: IDSource = .school, email: String? = nil) {
    self.name = Self.fileName(name)
    handedInAs = name
    self.id = id
    self.idSource = idSource
    self.email = email
  }

  /// Reads the name of a file or folder, as Canvas (`doejane_12345_678901_work.zip`, with `_LATE` after the name where it was
  /// late) and Moodle (`Jane Doe_12345_assignsubmission_file_`) make them; any other is the student's name itself.
  init(fileName: String) {
    let stem = SubmittedArchive.stem(of: fileName)
    if let moodle = Self.moodle(fileName) {
      self = moodle
    } else if let canvas = stem.wholeMatch(of: /([^_]+)(?:_LATE)?_(\d+)_(\d+)_.+/) {
      self.init(name: String(canvas.1), id: String(canvas.2), from: .canvas)
    } else {
      self.init(name: stem)
    }
  }

  /// Whose a file or folder is that Moodle has named; nil for another.
  static func moodle(_ fileName: String) -> Student? {
    fileName.firstMatch(of: /^(.+)_(\d+)_assignsubmission_file_/).map {
      Student(name: String($0.1), id: String($0.2), from: .moodle)
    }
  }

  /// A name that a file can have on any system.
  private static func fileName(_ name: String) -> String {
    let scalars = name.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control || "/\\:*?\"<>|".unicodeScalars.contains(scalar) ? "_" : scalar
    }
    let text = String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
    return text.isEmpty || text.hasPrefix(".") ? "_" + text : text
  }
}
