import Syllabus

/// What a submission earned.
struct Grade: Codable, Sendable {
  /// What one exercise earned, and why.
  struct Line: Codable, Sendable {
    let exercise: String
    let title: String
    /// What it can earn.
    let points: Int
    let earned: Int
    /// The tests that students have, with everything else in the course right.
    let visible: Verdict
    /// The tests that instructors keep, likewise; nil where they were not run.
    let hidden: Verdict?
    /// The tests that students have, on the student's own chapters; nil where there was nothing to run.
    let together: Verdict?
    /// What is to be said of how the file was read; nil where there is nothing.
    let note: String?

    /// The visible tests earn all points where hidden ones do not count, else the larger half; the hidden ones earn the other
    /// half of an answer that passes the visible ones.
    init(
      _ exercise: Exercise, visible: Verdict, hidden: Verdict?, countsHidden: Bool, together: Verdict?,
      note: String? = nil
    ) {
      self.exercise = exercise.id
      title = exercise.title
      points = exercise.points
      self.visible = visible
      self.hidden = hidden
      self.together = together
      self.note = note
      let hiddenShare = countsHidden ? points / 2 : 0
      let passes = visible.outcome == .passed
      earned = (passes ? points - hiddenShare : 0) + (passes && hidden?.outcome == .passed ? hiddenShare : 0)
    }
  }

  let student: String
  let lines: [Line]
  let earned: Int
  let points: Int
  /// Who handed it in, with the number and the address that the learning platform has; nil where that is not known.
  var whose: Student?
  /// How long the grading took; nil where nobody has measured.
  var seconds: Double?
  /// What is to be said of the submission as a whole; nil where there is nothing.
  let remark: String?

  /// What all exercises together can earn.
  static var fullPoints: Int { Course.exercises.reduce(0) { $0 + $1.points } }

  init(student: String, lines: [Line], remark: String? = nil) {
    self.student = student
    self.lines = lines
    self.remark = remark
    earned = lines.reduce(0) { $0 + $1.earned }
    points = lines.reduce(0) { $0 + $1.points }
  }
}
