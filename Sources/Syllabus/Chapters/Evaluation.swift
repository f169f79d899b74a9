extension Chapter {
  static let evaluation = Chapter(
    8, module: "Evaluation", title: "Evaluation", text: "08-evaluation.md",
    exercises: [
      Entry(
        title: "Mean and covariance", file: "Moments.swift", points: 3,
        hints: [
          "The mean has a number for each feature, so for each feature sum over the vectors; the covariance has one for each pair "
            + "of features.",
          "Make the differences from the mean first, then sum products of two of their elements. Two vectors have one degree of "
            + "freedom left: the divisor is n − 1.",
          "SquareMatrix(size: width) { i, j in the sum of difference[i] * difference[j] over the vectors, / (count − 1) }.",
        ]),
      Entry(
        title: "Eigenvalues of symmetric matrices", file: "SymmetricEigendecomposition.swift", points: 7,
        hints: [
          "Do the single turn first; its tests need nothing else. Then three nested loops: sweeps, p, and q from p + 1.",
          "Ask for a_pq = 0 before dividing, and write the sign of τ as τ < 0 ? −1 : 1. In a sweep, each pair turns columns of "
            + "the matrix, rows of the matrix, columns of the axes.",
          "for _ in 0..<50 where matrix.offDiagonalNorm > 1e-14 * norm: for p < q take c and s from jacobiRotation, then "
            + "matrix.rotateColumns, matrix.rotateRows and axes.rotateColumns with (p, q, cosine: c, sine: s).",
        ]),
      Entry(
        title: "The square root of a covariance", file: "MatrixSquareRoot.swift", points: 3,
        hints: [
          "What is the product of V √Λ Vᵀ with itself, if VᵀV is the identity?",
          "`SquareMatrix.diagonal(…)` makes a diagonal matrix of an array, and `transposed` exchanges rows and columns.",
          "vectors * .diagonal(values.map { max($0, 0).squareRoot() }) * vectors.transposed",
        ]),
      Entry(
        title: "The Fréchet distance", file: "FrechetDistance.swift", points: 4,
        hints: [
          "Three terms: the squared distance of the means, the two traces, and the root that takes from them.",
          "Take the root of the first covariance, put the second between two of it, and take the root of the product.",
          "shift + first.covariance.trace + second.covariance.trace − 2 · (root * second.covariance * root).squareRoot().trace",
        ]),
      Entry(
        title: "The bias of few images", file: "FrechetBias.swift", points: 5,
        hints: [
          "The line is a formula of four sums. For the distances, each count gives one point: x is 1/n, y a mean of distances.",
          "`features.shape[0] / count` groups fit; group g has the rows from g · count up to (g + 1) · count.",
          "let points = try counts.map { … (x: 1 / Double(count), y: the mean of distance(features.sliced(axis: 0, …))) }, then "
            + "leastSquaresLine(through: points).intercept.",
        ]),
      Entry(
        title: "Precision and recall", file: "PrecisionAndRecall.swift", points: 5,
        hints: [
          "Three short answers: radii of balls, the fraction of points in any ball, and which points with which balls.",
          "The sorted distances from a point to all points begin with its own, 0, so the k-th neighbour is at index k. A point is "
            + "covered where some ball has distance ≤ radius.",
          "Precision: coverage(of: generated, centres: real, radii: neighbourRadii(of: real, k: k)). Recall: with the two "
            + "exchanged.",
        ]),
    ])
}
