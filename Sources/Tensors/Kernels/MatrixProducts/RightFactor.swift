/// Copies a product's right factor so that a tile reads it in one go: panel after panel of its columns, in each panel term after
/// term.
enum RightFactor {
  /// The numbers of some terms for some columns of a panel, one panel's width from term to term. Columns that there are not
  /// become zeros.
  ///
  /// - Parameters:
  ///   - source: The weights of the panel's first column.
  ///   - place: Where the weight of a term lies in `source`.
  ///   - columnStep: The step from one column's weight to the next one's.
  ///   - columns: How many columns there are, no more than the panel is wide.
  static func pack(
    _ source: UnsafePointer<Float>, terms: Range<Int>, place: (Int) -> Int, columnStep: Int, columns: Int, width: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    if columns < width || (columnStep != 1 && columns % 4 != 0) {
      for (row, term) in terms.enumerated() {
        let (source, target) = (source + place(term), target + row * width)
        for column in 0..<columns { target[column] = source[column * columnStep] }
        for column in columns..<width { target[column] = 0 }
      }
    } else if columnStep == 1 {
      for (row, term) in terms.enumerated() { copy(source + place(term), to: target + row * width, width) }
    } else {
      packColumns(source, terms: terms, place: place, columnStep: columnStep, width: width, into: target)
    }
  }

  /// Where the terms of a column lie side by side, squares of four by four are exchanged.
  private static func packColumns(
    _ source: UnsafePointer<Float>, terms: Range<Int>, place: (Int) -> Int, columnStep: Int, width: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    var term = terms.lowerBound
    while term < terms.upperBound {
      let (first, row) = (place(term), target + (term - terms.lowerBound) * width)
      let isSquare =
        term + 4 <= terms.upperBound && (1..<4).allSatisfy { place(term + $0) == first + $0 }
      if isSquare {
        for column in stride(from: 0, to: width, by: 4) {
          exchange(
            source + (first + column * columnStep), rowStep: columnStep, into: row + column, columnStep: width)
        }
        term += 4
      } else {
        for column in 0..<width { row[column] = source[first + column * columnStep] }
        term += 1
      }
    }
  }

  /// Four by four numbers with rows and columns exchanged: target[j · columnStep + i] = source[i · rowStep + j].
  @inline(__always)
  static func exchange(
    _ source: UnsafePointer<Float>, rowStep: Int, into target: UnsafeMutablePointer<Float>, columnStep: Int
  ) {
    let (a, b) = (load(source, 0), load(source, rowStep))
    let (c, d) = (load(source, 2 * rowStep), load(source, 3 * rowStep))
    // The first two numbers of each pair of rows, and the last two, alternately.
    let (ab0, ab1) = (SIMD4(a[0], b[0], a[1], b[1]), SIMD4(a[2], b[2], a[3], b[3]))
    let (cd0, cd1) = (SIMD4(c[0], d[0], c[1], d[1]), SIMD4(c[2], d[2], c[3], d[3]))
    store(SIMD4(lowHalf: ab0.lowHalf, highHalf: cd0.lowHalf), target, 0)
    store(SIMD4(lowHalf: ab0.highHalf, highHalf: cd0.highHalf), target, columnStep)
    store(SIMD4(lowHalf: ab1.lowHalf, highHalf: cd1.lowHalf), target, 2 * columnStep)
    store(SIMD4(lowHalf: ab1.highHalf, highHalf: cd1.highHalf), target, 3 * columnStep)
  }

  @inline(__always)
  private static func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    for index in stride(from: 0, to: count, by: lanes) {
      let vector = UnsafeRawPointer(source + index).loadUnaligned(as: Vector.self)
      UnsafeMutableRawPointer(target + index).storeBytes(of: vector, as: Vector.self)
    }
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> SIMD4<Float> {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD4<Float>.self)
  }

  @inline(__always)
  private static func store(_ value: SIMD4<Float>, _ pointer: UnsafeMutablePointer<Float>, _ index: Int) {
    UnsafeMutableRawPointer(pointer + index).storeBytes(of: value, as: SIMD4<Float>.self)
  }
}
