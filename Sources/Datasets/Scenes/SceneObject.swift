/// A vector of three numbers, and the operations on it that are the same bits on every machine: additions, multiplications and
/// roots in a fixed order.
typealias Vector3 = SIMD3<Float>

extension SIMD3<Float> {
  func dot(_ other: Vector3) -> Float { x * other.x + y * other.y + z * other.z }
  var normalized: Vector3 { self / dot(self).squareRoot() }
}

/// The forms, in the order of i-CLEVR's classes.
enum SceneShape: Int, CaseIterable {
  case cube, sphere, cylinder
}

/// A color of i-CLEVR, with its place among the classes.
struct SceneColor {
  let name: String
  let light: Vector3

  /// The colors of CLEVR (Johnson et al. 2017), in the order of i-CLEVR's classes.
  static let all = [
    SceneColor("gray", 87, 87, 87), SceneColor("red", 173, 35, 35), SceneColor("blue", 42, 75, 215),
    SceneColor("green", 29, 105, 20), SceneColor("brown", 129, 74, 25), SceneColor("purple", 129, 38, 192),
    SceneColor("cyan", 41, 208, 208), SceneColor("yellow", 255, 238, 51),
  ]

  private init(_ name: String, _ red: Float, _ green: Float, _ blue: Float) {
    self.name = name
    light = Vector3(red, green, blue) / 255
  }
}

/// A ray of light, followed backward.
struct Ray {
  let origin: Vector3
  let direction: Vector3
}

/// One object that stands on the floor, where z is 0.
struct SceneObject {
  /// Where a ray meets a surface.
  struct Hit {
    let distance: Float
    let normal: Vector3
  }

  let shape: SceneShape
  /// The place among ``SceneColor/all``.
  let color: Int
  let x: Float
  let y: Float
  /// Cosine and sine of the angle by which a cube is turned.
  let turn: SIMD2<Float>

  /// Half the height of every object.
  static let size: Float = 0.7
  /// Half the edge of a cube; with the size of a sphere it would look larger than one.
  private static let halfEdge: Float = 0.58
  private static let cylinderRadius: Float = 0.6

  /// Where a ray first meets the object from outside; nil where it does not.
  func hit(by ray: Ray) -> Hit? {
    switch shape {
    case .sphere: hitSphere(ray)
    case .cylinder: hitCylinder(ray)
    case .cube: hitCube(ray)
    }
  }

  private func hitSphere(_ ray: Ray) -> Hit? {
    let center = Vector3(x, y, Self.size)
    let toCenter = center - ray.origin
    let along = toCenter.dot(ray.direction)
    let discriminant = along * along - toCenter.dot(toCenter) + Self.size * Self.size
    guard discriminant > 0 else { return nil }
    let distance = along - discriminant.squareRoot()
    guard distance > 1e-3 else { return nil }
    return Hit(distance: distance, normal: (ray.origin + ray.direction * distance - center) / Self.size)
  }

  private func hitCylinder(_ ray: Ray) -> Hit? {
    let (height, radius) = (2 * Self.size * 0.86, Self.cylinderRadius)
    var nearest: Hit?
    // The side: a circle seen from above.
    let (ox, oy) = (ray.origin.x - x, ray.origin.y - y)
    let (dx, dy) = (ray.direction.x, ray.direction.y)
    let (a, b, c) = (dx * dx + dy * dy, ox * dx + oy * dy, ox * ox + oy * oy - radius * radius)
    let discriminant = b * b - a * c
    if a > 0, discriminant > 0 {
      let distance = (-b - discriminant.squareRoot()) / a
      let point = ray.origin + ray.direction * distance
      if distance > 1e-3, point.z >= 0, point.z <= height {
        nearest = Hit(distance: distance, normal: Vector3((point.x - x) / radius, (point.y - y) / radius, 0))
      }
    }
    // The top.
    if ray.direction.z != 0 {
      let distance = (height - ray.origin.z) / ray.direction.z
      let point = ray.origin + ray.direction * distance
      let (px, py) = (point.x - x, point.y - y)
      if distance > 1e-3, px * px + py * py <= radius * radius, distance < nearest?.distance ?? .infinity {
        nearest = Hit(distance: distance, normal: Vector3(0, 0, 1))
      }
    }
    return nearest
  }

  /// In the cube's own axes it is a box between two planes on each axis.
  private func hitCube(_ ray: Ray) -> Hit? {
    func turned(_ v: Vector3) -> Vector3 { Vector3(turn.x * v.x + turn.y * v.y, turn.x * v.y - turn.y * v.x, v.z) }
    let origin = turned(ray.origin - Vector3(x, y, Self.halfEdge))
    let direction = turned(ray.direction)
    var (near, far) = (-Float.infinity, Float.infinity)
    var axis = 0
    for i in 0..<3 {
      guard direction[i] != 0 else {
        if abs(origin[i]) > Self.halfEdge { return nil }
        continue
      }
      let (first, second) = ((-Self.halfEdge - origin[i]) / direction[i], (Self.halfEdge - origin[i]) / direction[i])
      if min(first, second) > near { (near, axis) = (min(first, second), i) }
      far = min(far, max(first, second))
    }
    guard near <= far, near > 1e-3 else { return nil }
    var normal = Vector3.zero
    normal[axis] = direction[axis] < 0 ? 1 : -1
    return Hit(
      distance: near,
      normal: Vector3(turn.x * normal.x - turn.y * normal.y, turn.y * normal.x + turn.x * normal.y, normal.z))
  }
}
