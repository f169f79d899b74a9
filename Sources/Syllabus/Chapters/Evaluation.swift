extension Chapter {
  static let evaluation = Chapter(
    8, module: "Evaluation", title: "Evaluation", text: "08-evaluation.md",
    exercises: [
      Entry(
        title: "Mean and covariance", file: "Moments.swift", points: 3,
        hints: [
          "Ask of each result how many numbers it has: a mean for each feature, a covariance for each pair of features. What is "
            + "missing there, the vectors, is what is summed over.",
          "`vectors[0].indices` are the features, and `vectors.reduce(0) { … }` sums over the vectors. Make an array of the "
            + "differences from the mean first, then sum products of two of their elements.",
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
          "The eigenvalues are an array: `map` makes their roots, and `max` with 0 comes before the root. The roots go on a diagonal "
            + "between the eigenvectors and their transpose.",
          "vectors * .diagonal(values.map { max($0, 0).squareRoot() }) * vectors.transposed",
        ]),
      Entry(
        title: "The Fréchet distance", file: "FrechetDistance.swift", points: 4,
        hints: [
          "Do it for one dimension first: there Σ is σ², and the long root is σ₁σ₂, so that σ₁² + σ₂² − 2σ₁σ₂ is a square. Then "
            + "put a name to each of the parts, and make matrices of them.",
          "Take `principalSquareRoot()` of the first covariance, put the second between two of it, and take `principalSquareRoot()` of the product; "
            + "of that, and of both covariances, only the `trace` is wanted.",
          "shift + first.covariance.trace + second.covariance.trace − 2 · (root * second.covariance * root).principalSquareRoot().trace",
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
          "Draw 0, 1, 3 and 7 on a line with their balls for k = 1 and k = 2. For the last part ask twice: whose images are "
            + "counted, and around whose do the balls lie?",
          "The sorted distances from a point to all points begin with its own, 0, so the k-th neighbor is at index k. A point is "
            + "covered where some ball has distance ≤ radius.",
          "Precision: coverage(of: generated, centers: real, radii: neighborRadii(of: real, k: k)). Recall: with the two "
            + "exchanged.",
        ]),
    ])
}
