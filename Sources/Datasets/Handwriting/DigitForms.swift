/// One way of writing a digit.
struct DigitForm: Sendable {
  /// How often people write it so, relative to the other forms of the digit.
  let weight: Float
  /// How far the hand strays from the points, in units of the paper (standard deviation).
  let wobble: Float
  let strokes: [Stroke]

  init(_ weight: Float, wobble: Float = 0.46, _ strokes: Stroke...) {
    self.weight = weight
    self.wobble = wobble
    self.strokes = strokes
  }

  /// The forms of the digits 0 to 9, each point by point as the pen goes.
  static let all: [[DigitForm]] = [zero, one, two, three, four, five, six, seven, eight, nine]

  static let zero = [
    // Round, from the top against the clock.
    DigitForm(
      4,
      Stroke(
        (5.5, 0.6), (2.4, 2.0), (0.9, 7.0), (2.2, 12.0), (5.2, 13.5), (8.2, 11.6), (9.1, 6.8), (7.8, 2.0), (5, 0.6))),
    // Begun on the right, closed inside with a small hook.
    DigitForm(
      2,
      Stroke(
        (7.4, 1.6), (4.5, 0.6), (1.6, 3.6), (0.9, 8.5), (3.2, 13.0), (6.8, 12.6), (9.0, 8.2), (8.4, 3.4), (6.0, 1.2),
        (4.2, 2.4))),
    // Slim.
    DigitForm(
      1.6, wobble: 0.35,
      Stroke(
        (6.2, 0.5), (3.6, 2.6), (2.6, 7.6), (3.2, 12.2), (4.6, 13.6), (6.4, 11.6), (7.4, 6.4), (7.2, 2.2), (6.0, 0.6))),
    // With the clock.
    DigitForm(
      1,
      Stroke(
        (3.4, 1.6), (6.6, 0.8), (9.0, 4.4), (8.6, 9.8), (5.4, 13.4), (1.8, 11.6), (0.9, 6.6), (2.6, 2.0), (4.6, 0.8))),
  ]

  static let one = [
    // A single stroke.
    DigitForm(8, wobble: 0.25, Stroke((6.1, 0.4), (5.0, 7.0), (3.9, 13.6))),
    // With a flag.
    DigitForm(0.9, wobble: 0.35, Stroke((3.4, 3.0), (5.6, 0.6), (5.2, 7.0), (4.6, 13.6), corners: [1])),
    // With a flag and a foot.
    DigitForm(
      0.5, wobble: 0.35, Stroke((3.0, 3.0), (5.4, 0.6), (5.2, 7.0), (5.1, 13.4), corners: [1]),
      Stroke((2.0, 13.4), (5.0, 13.3), (8.2, 13.2))),
  ]

  static let two = [
    // With a corner at the lower left.
    DigitForm(
      3,
      Stroke(
        (1.4, 3.4), (2.8, 1.1), (5.8, 0.6), (8.0, 2.8), (7.2, 6.2), (4.4, 9.8), (1.0, 13.0), (5.0, 13.0), (9.4, 13.0),
        corners: [6])),
    // With a loop there.
    DigitForm(
      3,
      Stroke(
        (1.6, 2.6), (4.2, 0.6), (7.2, 1.6), (7.6, 5.0), (5.4, 9.4), (2.6, 12.8), (0.9, 12.2), (1.8, 10.4), (4.6, 11.4),
        (7.2, 13.0), (9.4, 12.4))),
    // With a wave for a base.
    DigitForm(
      1.5,
      Stroke(
        (1.2, 3.0), (3.4, 0.7), (6.8, 1.0), (7.8, 4.0), (5.6, 8.2), (1.2, 13.2), (3.8, 12.0), (6.6, 13.2), (9.2, 12.2),
        corners: [5])),
    // With a hook where it begins.
    DigitForm(
      1,
      Stroke(
        (2.6, 3.8), (1.2, 2.8), (3.2, 0.8), (6.8, 0.8), (8.2, 3.4), (5.8, 8.0), (1.0, 12.8), (5.0, 13.0), (9.0, 13.4),
        corners: [6])),
  ]

  static let three = [
    // Two bows that meet in a point.
    DigitForm(
      4,
      Stroke(
        (1.6, 2.2), (4.4, 0.6), (7.8, 1.6), (7.6, 4.6), (4.2, 6.6), (7.6, 7.8), (8.6, 10.8), (5.8, 13.4), (1.0, 12.2),
        corners: [4])),
    // With a loop in the middle.
    DigitForm(
      1.5,
      Stroke(
        (1.8, 1.8), (5.2, 0.6), (8.0, 2.2), (6.8, 5.2), (4.6, 6.8), (3.8, 6.4), (4.8, 5.9), (7.8, 7.4), (8.6, 10.6),
        (5.6, 13.4), (1.2, 12.2))),
    // With a flat top.
    DigitForm(
      0.7,
      Stroke(
        (1.4, 0.9), (4.8, 0.9), (8.2, 0.8), (4.4, 5.4), (7.6, 6.8), (8.6, 10.2), (5.6, 13.4), (1.2, 12.2),
        corners: [2, 3])),
    // A small upper and a wide lower bow.
    DigitForm(
      1.5,
      Stroke(
        (2.6, 1.4), (5.2, 0.6), (7.2, 2.2), (6.0, 4.6), (4.0, 5.8), (7.4, 6.6), (9.0, 9.8), (6.4, 13.2), (0.8, 12.8),
        corners: [4])),
  ]

  static let four = [
    // Open above.
    DigitForm(
      4, Stroke((2.4, 1.6), (1.6, 4.6), (1.2, 7.8), (4.8, 8.0), (9.0, 7.2), corners: [2]),
      Stroke((7.6, 0.6), (7.0, 6.8), (6.4, 13.6))),
    // Open, with a round bend.
    DigitForm(
      3, Stroke((2.4, 1.2), (1.2, 4.8), (1.6, 7.6), (4.6, 7.8), (7.4, 6.4)), Stroke((8.0, 0.8), (7.2, 7.0), (6.8, 13.6))
    ),
    // Closed.
    DigitForm(
      1.3, wobble: 0.35, Stroke((6.6, 0.6), (3.6, 4.8), (0.8, 8.8), (5.0, 8.9), (9.2, 8.7), corners: [2]),
      Stroke((6.7, 0.8), (6.6, 7.0), (6.4, 13.6))),
    // In one movement: down, across, up, and down again.
    DigitForm(
      1.5,
      Stroke(
        (2.2, 1.4), (1.2, 5.4), (2.4, 7.6), (5.4, 6.6), (8.2, 1.6), (7.0, 7.4), (6.2, 13.6), corners: [4])),
  ]

  static let five = [
    // The body, then the roof.
    DigitForm(
      4,
      Stroke(
        (2.6, 1.0), (2.2, 3.4), (1.8, 6.2), (4.8, 5.4), (7.8, 7.6), (7.6, 11.2), (4.8, 13.4),
        (0.9, 12.4), corners: [2]),
      Stroke((2.6, 1.0), (5.8, 0.8), (9.2, 0.6))),
    // In one movement from the right.
    DigitForm(
      3,
      Stroke(
        (9.0, 0.8), (6.0, 0.9), (3.2, 1.2), (2.8, 3.6), (2.2, 5.9), (5.2, 5.6), (7.6, 8.0), (6.6, 11.8), (3.8, 13.4),
        (0.8, 12.4),
        corners: [2, 4])),
    // Round, like an S.
    DigitForm(
      1.5,
      Stroke(
        (8.8, 0.8), (5.4, 1.0), (2.8, 2.6), (3.0, 5.2), (6.0, 6.8), (7.6, 9.4), (6.0, 12.6), (3.2, 13.4), (0.9, 12.4))),
  ]

  static let six = [
    // A long back and a small belly.
    DigitForm(
      4,
      Stroke(
        (6.6, 0.6), (3.6, 3.6), (1.4, 8.4), (1.8, 12.2), (4.8, 13.5), (7.8, 11.6), (7.4, 8.6),
        (4.8, 8.0), (2.0, 10.6))),
    // Round, with a big belly.
    DigitForm(
      2,
      Stroke(
        (7.0, 0.6), (4.0, 2.6), (1.6, 6.6), (1.6, 11.0), (4.4, 13.5), (8.2, 11.8), (8.4, 8.2), (5.4, 6.4), (1.8, 8.6))),
    // Upright, with a flat loop.
    DigitForm(
      2,
      Stroke(
        (4.0, 0.6), (2.0, 4.6), (1.2, 9.4), (2.6, 12.8), (5.8, 13.4), (8.6, 11.4), (7.8, 9.0),
        (4.8, 9.2), (2.0, 12.2))),
  ]

  static let seven = [
    // Plain.
    DigitForm(
      4, Stroke((0.9, 1.4), (4.6, 1.1), (8.6, 0.9), (7.0, 5.0), (5.6, 9.4), (4.8, 13.6), corners: [2])),
    // With a hook where it begins.
    DigitForm(
      2,
      Stroke(
        (1.0, 3.6), (1.2, 1.4), (5.0, 1.2), (8.6, 0.9), (7.2, 5.0), (5.9, 9.4), (5.2, 13.6), corners: [1, 3])),
    // Round at the corner.
    DigitForm(
      2, Stroke((1.0, 2.2), (4.0, 0.9), (7.4, 0.8), (8.2, 2.6), (7.0, 6.6), (5.6, 10.2), (4.8, 13.6))),
    // With a bar.
    DigitForm(
      1, wobble: 0.35, Stroke((0.9, 1.4), (4.6, 1.1), (8.4, 0.9), (6.9, 5.6), (5.6, 9.6), (4.8, 13.6), corners: [2]),
      Stroke((2.6, 7.4), (5.6, 7.1), (8.6, 6.8))),
  ]

  static let eight = [
    // In one movement from the upper right.
    DigitForm(
      4, wobble: 0.38,
      Stroke(
        (7.8, 2.4), (5.2, 0.6), (2.4, 2.2), (3.4, 5.2), (6.4, 8.0), (7.4, 11.4), (4.8, 13.5), (2.2, 11.6), (3.2, 8.4),
        (6.6, 5.2), (8.0, 2.0))),
    // The same, drawn with closed bows.
    DigitForm(
      2.5, wobble: 0.35,
      Stroke(
        (5.4, 0.6), (2.6, 1.8), (2.6, 4.6), (5.2, 6.6), (7.8, 9.4), (7.2, 12.6), (4.6, 13.5), (2.0, 11.8), (2.4, 8.8),
        (5.0, 6.6), (7.6, 4.2), (7.4, 1.6), (5.2, 0.6))),
    // A slim one, from the middle.
    DigitForm(
      1.5, wobble: 0.32,
      Stroke(
        (5.0, 6.8), (3.0, 4.0), (4.2, 0.8), (6.8, 1.0), (7.0, 4.0), (4.6, 7.6), (3.0, 11.2), (4.6, 13.5), (6.8, 11.8),
        (6.2, 8.6), (4.6, 6.6))),
  ]

  static let nine = [
    // A closed loop and a straight tail.
    DigitForm(
      4, wobble: 0.38,
      Stroke(
        (7.4, 2.6), (5.2, 0.7), (2.4, 2.6), (2.2, 5.6), (4.6, 6.6), (7.0, 4.6), (7.6, 2.2), (6.8, 7.6), (6.0, 13.6),
        corners: [6])),
    // The tail bends to the left.
    DigitForm(
      2, wobble: 0.38,
      Stroke(
        (7.6, 2.4), (5.2, 0.7), (2.2, 2.8), (2.4, 5.8), (5.2, 6.2), (7.4, 3.2), (7.8, 6.4), (7.0, 11.0), (4.8, 13.4),
        (2.4, 12.4))),
    // Loop and tail in one sweep.
    DigitForm(
      3, wobble: 0.38,
      Stroke(
        (6.4, 0.9), (3.6, 1.6), (2.0, 4.4), (3.4, 6.2), (6.0, 4.8), (7.4, 1.4), (6.6, 6.0), (5.2, 10.0), (4.4, 13.6),
        corners: [5])),
  ]
}
