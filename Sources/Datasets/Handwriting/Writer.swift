/// A hand that writes one digit: it chooses a form, strays from it, and leans, stretches and presses in its own way.
///
/// The averages are those of MNIST: digits fill a square of 20 × 20 pixels and are centered by their mass in 28 × 28,
/// lean to the right a little, and are drawn with a pen a little over two pixels wide. Only additions, multiplications,
/// divisions and square roots take part, which give the same bits on every machine.
struct Writer<Generator: RandomNumberGenerator> {
  var generator: Generator

  /// The digit as a path in pixels, with the pen's radius at each vertex.
  mutating func write(_ digit: Int) -> (path: Polyline, radii: [Float]) {
    let habit = Habit.all[digit]
    let form = chooseForm(of: digit)
    var path = Polyline()
    for var stroke in form.strokes {
      for index in stroke.points.indices {
        stroke.points[index] += Point(generator.bell(), generator.bell()) * form.wobble
      }
      path.append(stroke, piecesPerSpan: 4)
    }
    bend(&path.vertices)
    lean(&path.vertices, widening: habit.widening)
    let radii = press(count: path.vertices.count, firmness: habit.firmness)
    let width = radii.reduce(0, +) / Float(radii.count) * 2
    fit(&path.vertices, ink: width)
    tremble(&path.vertices)
    return (path, radii)
  }

  private mutating func chooseForm(of digit: Int) -> DigitForm {
    let forms = DigitForm.all[digit]
    var remaining = generator.uniform(in: 0...forms.reduce(0) { $0 + $1.weight })
    for form in forms {
      remaining -= form.weight
      if remaining < 0 { return form }
    }
    return forms[0]
  }

  /// An elastic distortion: a random cubic polynomial moves neighboring points alike. Paper becomes −1…1 on the way.
  private mutating func bend(_ points: inout [Point]) {
    var coefficients: [Point] = []
    for _ in 0..<7 { coefficients.append(Point(generator.bell(), generator.bell()) * 0.1) }
    for index in points.indices {
      let p = (points[index] - Point(5, 7)) / 7
      let (x, y) = (p.x, p.y)
      // Term by term: a single expression of seven products takes the type checker very long.
      var shift = coefficients[0] * (x * x)
      shift += coefficients[1] * (x * y)
      shift += coefficients[2] * (y * y)
      shift += coefficients[3] * (x * x * x)
      shift += coefficients[4] * (x * x * y)
      shift += coefficients[5] * (x * y * y)
      shift += coefficients[6] * (y * y * y)
      points[index] = p + shift
    }
  }

  /// Stretches, slants and turns the digit.
  private mutating func lean(_ points: inout [Point], widening: Float) {
    let aspect = widening * max(1 + 0.21 * generator.bell(), 0.5)
    let slant = 0.1 + 0.25 * generator.bell()
    // The tangent of half the angle gives sine and cosine without a library function.
    let half = 0.05 * generator.bell()
    let cosine = (1 - half * half) / (1 + half * half)
    let sine = 2 * half / (1 + half * half)
    for index in points.indices {
      let p = points[index]
      let x = p.x * aspect - p.y * slant
      points[index] = Point(cosine * x - sine * p.y, sine * x + cosine * p.y)
    }
  }

  /// The pen's radius at each vertex, in pixels: a width of its own for each writer, which drifts along the way.
  private mutating func press(count: Int, firmness: Float) -> [Float] {
    let radius = min(max(1.12 * firmness * (1 + 0.29 * generator.bell()), 0.65), 2.3)
    var drift: Float = 0
    return (0..<count).map { _ in
      drift = 0.85 * drift + 0.06 * generator.bell()
      return radius * (1 + drift + 0.04 * generator.bell())
    }
  }

  /// Scales the path so that the ink fills 20 × 20 pixels in one direction and at most that in the other.
  private func fit(_ vertices: inout [Point], ink width: Float) {
    var low = vertices[0]
    var high = low
    for vertex in vertices {
      low = pointwiseMin(low, vertex)
      high = pointwiseMax(high, vertex)
    }
    // Half a pixel is for the soft edge.
    let scale = (19.5 - width) / (high - low).max()
    let middle = (low + high) * 0.5
    for index in vertices.indices {
      vertices[index] = (vertices[index] - middle) * scale + Point(14, 14)
    }
  }

  /// The trembling of the hand and the grain of the paper, of a fraction of a pixel.
  private mutating func tremble(_ vertices: inout [Point]) {
    for index in vertices.indices { vertices[index] += Point(generator.bell(), generator.bell()) * 0.12 }
  }
}

/// How people write a digit, whatever its form.
private struct Habit {
  /// How much wider than the form, on average.
  let widening: Float
  /// How much thicker than the average digit: few strokes leave room for a firm hand.
  let firmness: Float

  /// The habits for the digits 0 to 9.
  static let all = [
    Habit(widening: 1.4, firmness: 1.2), Habit(widening: 1.0, firmness: 1.25), Habit(widening: 1.4, firmness: 1.05),
    Habit(widening: 1.2, firmness: 1.08), Habit(widening: 1.2, firmness: 1.05), Habit(widening: 1.3, firmness: 1.0),
    Habit(widening: 1.1, firmness: 1.05), Habit(widening: 1.2, firmness: 1.15), Habit(widening: 1.3, firmness: 1.0),
    Habit(widening: 1.2, firmness: 1.05),
  ]
}
