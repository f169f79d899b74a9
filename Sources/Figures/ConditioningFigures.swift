import Images
import Reports
import Training

/// Chapter 6: telling the network what to draw.
extension Figure {
  static let conditioning = [guidance, scenes]

  private static let guidance = Figure(
    "guidance", "The same noises with guidance scales of 0, 1, 2, 4 and 8 in all steps, a row each"
  ) { models in
    let (sampler, labels) = try models.digits()
    let pictures = try [0.0, 1, 2, 4, 8].flatMap { scale in
      var way = sampler
      (way.sampler.guidanceScale, way.sampler.guidanceInterval) = (scale, nil)
      return try way.pictures(0..<10, seed: 1, labels: labels)
    }
    return .pixels(try Picture.grid(of: pictures, columns: 10, scale: 3))
  }

  private static let scenes = Figure("scenes", "Scenes by the model of scenes: six wishes, a row each") { models in
    let sampler = try models.sampler(.scenes)
    let wishes = [
      "red sphere", "gray cube, yellow cylinder", "red sphere, cyan cube, cyan cylinder", "blue cube, blue sphere",
      "green cylinder, purple sphere, brown cube", "yellow sphere, yellow cube, yellow cylinder",
    ]
    let pictures = try wishes.flatMap { wish in
      try sampler.pictures(0..<8, seed: 0, labels: LabelChoice(label: nil, labels: wish, sampler.recipe))
    }
    return .pixels(try Picture.grid(of: pictures, columns: 8, scale: 2))
  }
}
