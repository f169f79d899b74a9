import SpotCheckSupport
import Tensors
import Testing
import UNetUpsampling

/// What answers of chapter 3 give for inputs drawn by the grader.
@Suite("Spot checks of chapter 3")
struct UNetUpsamplingSpotChecks {
  @Test("3.1") func exercise3_1() throws {
    try SpotCheck.run("3.1") { check in
      let timesteps = (0..<5).map { _ in check.integer(0...999) }
      try check.add(sinusoidalEmbedding(timesteps, width: 2 * check.integer(3...9)))
    }
  }

  @Test("3.2") func exercise3_2() throws {
    try SpotCheck.run("3.2") { check in
      let (factor, rows, columns) = (check.integer(2...3), check.integer(2...3), check.integer(1...2))
      try check.add(nearestUpsampled(check.normal([2, rows, columns, 3]), by: factor))
      try check.add(
        nearestUpsamplingGradient(check.normal([2, rows * factor, columns * factor, 3]), by: factor))
    }
  }

  @Test("3.3") func exercise3_3() throws {
    try SpotCheck.run("3.3") { check in
      for alignCorners in [false, true] {
        let (factor, rows, columns) = (check.integer(2...3), check.integer(2...3), check.integer(2...4))
        check.add(sourcePosition(of: check.integer(1...4), size: rows, factor: factor, alignCorners: alignCorners))
        try check.add(
          bilinearUpsampled(check.normal([1, rows, columns, 2]), by: factor, alignCorners: alignCorners))
        try check.add(
          bilinearUpsamplingGradient(
            check.normal([1, rows * factor, columns * factor, 2]), by: factor, alignCorners: alignCorners))
      }
    }
  }

  @Test("3.4") func exercise3_4() throws {
    try SpotCheck.run("3.4") { check in
      let (scale, shift) = (check.normal([6]), check.normal([6]))
      let epsilon = Float(check.uniform(0.01..<0.5))
      let x = 2 * check.normal([3, 2, 4, 6]) + check.normal([3, 1, 1, 6])
      try check.add(groupNormalized(x, groups: check.integer(2...3), scale: scale, shift: shift, epsilon: epsilon))
    }
  }

  @Test("3.5") func exercise3_5() throws {
    try SpotCheck.run("3.5") { check in
      for outputs in [4, 6] {
        let block = ResidualBlock(from: 4, to: outputs, timeWidth: 5, groups: 2, using: &check.generator)
        let (x, time) = (check.normal([2, 3, 2, 4]).variable, check.normal([2, 5]).variable)
        try check.add(block(x, time: time), withGradientsBy: [x, time])
      }
    }
  }

  @Test("3.6") func exercise3_6() throws {
    try SpotCheck.run("3.6") { check in
      let layer = SelfAttention(channels: 6, heads: check.integer(2...3), groups: 2, using: &check.generator)
      let x = check.normal([2, 3, 2, 6]).variable
      try check.add(layer(x), withGradientsBy: [x])
    }
  }

  @Test("3.7") func exercise3_7() throws {
    try SpotCheck.run("3.7") { check in
      let stage = DownStage(from: 4, to: 6, timeWidth: 5, groups: 2, using: &check.generator)
      let (x, time) = (check.normal([2, 4, 2, 4]).variable, check.normal([2, 5]).variable)
      let (halved, skip) = stage(x, time: time)
      try check.add(halved, withGradientsBy: [x, time])
      try check.add(skip, withGradientsBy: [x, time])
    }
  }

  @Test("3.8") func exercise3_8() throws {
    try SpotCheck.run("3.8") { check in
      let stage = UpStage(from: 6, to: 4, timeWidth: 5, groups: 2, using: &check.generator)
      let (x, skip) = (check.normal([2, 2, 1, 6]).variable, check.normal([2, 4, 2, 4]).variable)
      let time = check.normal([2, 5]).variable
      try check.add(stage(x, skip: skip, time: time), withGradientsBy: [x, skip, time])
    }
  }

  @Test("3.9") func exercise3_9() throws {
    try SpotCheck.run("3.9") { check in
      let network = UNet(
        .init(baseWidth: 8, imageChannels: 2, timeWidth: 16, groups: 4), using: &check.generator)
      let x = check.normal([2, 8, 4, 2]).variable
      try check.add(network(x, at: [check.integer(0...500), check.integer(501...999)]), withGradientsBy: [x])
    }
  }
}
