import Testing

@testable import ddpm

@Suite("Command lines")
struct CommandLineTests {
  /// What is said of the arguments; nil if nothing.
  private func complaint(_ line: String) -> String? {
    errorMessage { try DDPM.parseAsRoot(line.split(separator: " ").map(String.init)) }
  }

  @Test(arguments: [
    "demo", "demo --minutes 0.5 --seed 18446744073709551615", "train", "train --data mnist --data-path x --epochs 3",
    "train --resume --out runs/x --threads 1", "train --base 24 --lr 1e-4", "sample --model m --out x.png --strip",
    "sample --model m --each x --count 1000", "schedule linear",
    "bench --format json --threads 1 --only conv/1x1 --only attention", "bench --list",
  ])
  func possible(line: String) { #expect(complaint(line) == nil) }

  @Test(arguments: [
    ("train --timesteps 0", "timesteps is 0, but must be from 1 to 1000000"),
    ("train --batch -1", "batch is -1, but must be from 1 to 65536"),
    ("train --base 12", "base is 12, but must be a multiple of 8, the groups of the normalisation"),
    ("train --base 100000", "base is 100000, but must be from 1 to 4096"),
    ("train --steps 9223372036854775807", "steps is 9223372036854775807, but must be from 1 to 1000000000"),
    ("train --epochs 0", "--epochs 0: must be at least 1"),
    ("train --minutes nan", "--minutes nan: must be more than 0 and at most 1000000"),
    ("train --minutes inf", "--minutes inf: must be more than 0 and at most 1000000"),
    ("demo --minutes -1", "--minutes -1.0: must be more than 0 and at most 1000000"),
    ("train --lr nan", "the learning rate is nan, but must lie between 0 and 10"),
    ("train --seed -1", "The value '-1' is invalid for '--seed <number>'"),
    ("train --threads 0", "--threads 0: this machine has 1 to "),
    ("train --steps 5 --epochs 2", "--steps, --epochs and --minutes: only one of them says how long to train"),
    ("train --resume --batch 3", "--resume goes on with the settings of the run; leave out --batch"),
    ("train --data-path x", "--data-path goes with --data mnist; without it the digits are synthetic"),
    ("sample --model m", "where to? --out FILE for one picture of all images, --each FOLDER for one of each"),
    ("sample --model m --each x --strip", "--strip is one picture and needs --out, without --each"),
    ("sample --model m --out x --count 0", "--count 0: must be from 1 to 1000000"),
    ("sample --model m --out x --strip --count 65", "--count 65: must be from 1 to 64 with --strip"),
    ("sample --model m --out x --scale 9223372036854775807", "--scale 9223372036854775807: must be from 1 to 1000"),
    ("schedule linear --timesteps 1000001", "--timesteps 1000001: must be from 1 to 1000000"),
    ("bench --only conv/5x5", "--only conv/5x5: no benchmark has a name that begins so; --list prints the names"),
    ("bench --threads 0", "--threads 0: this machine has 1 to "),
    ("schedule linear --timesteps -3", "--timesteps -3: must be from 1 to 1000000"),
  ])
  func impossible(line: String, expected: String) {
    #expect(complaint(line)?.hasPrefix(expected) == true, "\(complaint(line) ?? "nothing") was said")
  }

  @Test func epochsNeedDataThatEnds() throws {
    let train = try Train.parse(["--epochs", "2", "--out", TemporaryFolder().url.path])
    #expect(
      errorMessage { try train.run() }
        == "--epochs: synthetic digits never end, so that there are no epochs; use --steps or --minutes")
  }
}
