import Images

/// Objects on a gray floor, seen by a camera from above and in front, lit by a lamp that casts shadows.
struct Scene {
  let objects: [SceneObject]

  /// Places the objects of the given classes where none hides another.
  ///
  /// - Parameters:
  ///   - classes: Each 8 · shape + color.
  ///   - generator: Decides places and turns.
  init(_ classes: [Int], using generator: inout SplitMix64) {
    var objects: [SceneObject] = []
    // A place that does not suit is drawn again; after many, all places are.
    var attempts = 0
    while objects.count < classes.count {
      attempts += 1
      if attempts % 200 == 0 { objects = [] }
      let kind = classes[objects.count]
      let (x, y) = (generator.uniform(in: -1.8...1.8), generator.uniform(in: -1.3...1.7))
      // Half a quarter turn has the tangent t, so that no sine is needed.
      let t = generator.uniform(in: 0...0.41)
      let turn = SIMD2((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
      let isFree = objects.allSatisfy { other in
        // Seen from the camera, what lies behind is nearer than it is: two objects in line need more room.
        let (dx, dy) = (x - other.x, (y - other.y) * 0.72)
        return dx * dx + dy * dy > 1.4 * 1.4
      }
      if isFree {
        objects.append(
          SceneObject(shape: SceneShape(rawValue: kind / 8) ?? .cube, color: kind % 8, x: x, y: y, turn: turn))
      }
    }
    self.objects = objects
  }

  // MARK: Light

  private static let camera = Vector3(0, -7.4, 4.9)
  private static let target = Vector3(0, 0.15, 0.35)
  private static let lamp = Vector3(-3.2, -4.4, 7.5)

  /// The picture of the scene. Whatever its sides, it shows the same four by three parts of the scene, as i-CLEVR's images
  /// become when they are made square.
  ///
  /// - Parameter samples: Rays along each side of a pixel, whose mean it is.
  func rendered(width: Int, height: Int, samples: Int = 2) -> [UInt8] {
    let forward = (Self.target - Self.camera).normalized
    let right = Vector3(forward.y, -forward.x, 0).normalized
    let up = Vector3(
      right.y * forward.z - right.z * forward.y, right.z * forward.x - right.x * forward.z,
      right.x * forward.y - right.y * forward.x)
    let (halfWidth, halfHeight): (Float, Float) = (0.36, 0.27)
    let (columns, rows) = (width * samples, height * samples)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for row in 0..<height {
      for column in 0..<width {
        var sum = Vector3.zero
        for part in 0..<samples * samples {
          let h = (Float(column * samples + part % samples) + 0.5) / Float(columns) * 2 - 1
          let v = 1 - (Float(row * samples + part / samples) + 0.5) / Float(rows) * 2
          let direction = (forward + right * (h * halfWidth) + up * (v * halfHeight)).normalized
          sum += light(along: Ray(origin: Self.camera, direction: direction))
        }
        let mean = sum / Float(samples * samples)
        for channel in 0..<3 { pixels.append(UInt8(min(max(mean[channel], 0), 1) * 255 + 0.5)) }
      }
    }
    return pixels
  }

  /// The color that comes back along a ray.
  private func light(along ray: Ray) -> Vector3 {
    var nearest: (object: SceneObject, hit: SceneObject.Hit)?
    for object in objects {
      if let hit = object.hit(by: ray), hit.distance < nearest?.hit.distance ?? .infinity { nearest = (object, hit) }
    }
    guard let (object, hit) = nearest else { return floor(ray) }
    let point = ray.origin + ray.direction * hit.distance
    let toLamp = (Self.lamp - point).normalized
    let facing = max(hit.normal.dot(toLamp), 0)
    let isLit = facing > 0 && !isShadowed(point + hit.normal * 1e-3, toLamp)
    // A little light from everywhere, more from above.
    let ambient = 0.42 + 0.14 * hit.normal.z
    var color = SceneColor.all[object.color].light * (ambient + (isLit ? 0.72 * facing : 0))
    if isLit {
      // The lamp's reflection, by the direction halfway between lamp and eye.
      let halfway = max((toLamp - ray.direction).normalized.dot(hit.normal), 0)
      let squared = halfway * halfway * halfway * halfway
      color += Vector3(repeating: 0.35 * squared * squared * squared * squared * squared)
    }
    return color
  }

  private func floor(_ ray: Ray) -> Vector3 {
    guard ray.direction.z < 0 else { return Vector3(repeating: 0.6) }
    let point = ray.origin - ray.direction * (ray.origin.z / ray.direction.z)
    let toLamp = (Self.lamp - point).normalized
    // The floor fades toward the back, as in i-CLEVR.
    let distance = (point.x * point.x + (point.y + 1) * (point.y + 1)) * 0.012
    let base = Vector3(0.60, 0.595, 0.585) * (1 / (1 + distance))
    return base * (isShadowed(point + Vector3(0, 0, 1e-3), toLamp) ? 0.62 : 0.9 + 0.15 * toLamp.z)
  }

  private func isShadowed(_ point: Vector3, _ toLamp: Vector3) -> Bool {
    let ray = Ray(origin: point, direction: toLamp)
    return objects.contains { $0.hit(by: ray) != nil }
  }
}
