import Testing

@testable import ddpm

@Suite("Command lines")
struct CommandLineTests {
  /// What is said of the arguments; nil if nothing.
  private func complaint(_ line: String) -> String? {
    printedError { try DDPM.parseAsRoot(line.split(separator: " ").map(String.init)) }
  }

  @Test(arguments: [
    "demo", "demo --minutes 0.5 --seed 18446744073709551615", "train", "train --data mnist --data-path x --epochs 3",
    "train --resume --out runs/x --threads 1", "train --base 24 --lr 1e-4", "sample --model m --out x.png --strip",
    "sample --model m --each x --count 1000", "sample --model m", "sample --model m --out X.PNG --no-clip --label 3",
    "sample --model m --sampler ddim --sampling-steps 50 --spacing trailing --eta 0.5 --guidance 2",
    "sample --model m --guidance 2 --guidance-interval 0.2-0.6", "schedule linear",
    "reports", "data fetch mnist --to x", "data scenes --count 5 --to x --seed 3", "data show",
    "data show --data cifar10 --data-path x --classes cat,frog --side 16 --count 9 --scale 2 --out x.png",
    "experiment", "experiment cvpdl", "experiment cvpdl --list --scale full", "experiment --claims",
    "experiment cs771 --scale medium --only queries --out x --data-path y --threads 1",
    "experiment lab6 --report --keep", "bench --format json --threads 1 --only conv/1x1 --only attention",
    "bench --list",
  ])
  func possible(line: String) { #expect(complaint(line) == nil) }

  @Test(arguments: [
    ("train --timesteps 0", "timesteps is 0, but must be from 1 to 1000000"),
    ("train --batch -1", "batch is -1, but must be from 1 to 65536"),
    ("train --base 12", "baseWidth is 12, but must be a multiple of 8, the groups of the normalization"),
    ("train --base 100000", "baseWidth is 100000, but must be from 1 to 4096"),
    ("train --steps 9223372036854775807", "steps is 9223372036854775807, but must be from 1 to 1000000000"),
    ("train --epochs 0", "--epochs 0: must be at least 1"),
    ("train --minutes nan", "--minutes nan: must be more than 0 and at most 1000000"),
    ("train --minutes inf", "--minutes inf: must be more than 0 and at most 1000000"),
    ("demo --minutes -1", "--minutes -1.0: must be more than 0 and at most 1000000"),
    ("train --lr nan", "the learning rate is nan, but must lie between 0 and 10"),
    ("train --seed -1", "The value '-1' is invalid for '--seed <number>'"),
    ("train --threads 0", "--threads 0: this machine has 1 to "),
    ("train --steps 5 --epochs 2", "--steps, --epochs and --minutes: only one of them says how long to train"),
    ("train --resume --batch 3", "--resume keeps the settings of the run; leave out --batch"),
    ("train --data-path x", "--data-path: synthetic images are drawn by the program and need no folder"),
    ("train --classes cat", "--classes goes with cifar10; all images of synthetic are taken"),
    ("data fetch imagenet --to x", "The value 'imagenet' is invalid for '<dataset>'."),
    ("data fetch mnist", "Missing expected argument '--to <folder>'"),
    ("data show --count 0", "--count 0: must be from 1 to 10000"),
    ("data show --side 0", "--side 0: must be from 4 to 4096"),
    ("data show --out x.jpg", "--out x.jpg: pictures are written as PNG; end the name in .png"),
    ("data show --data-path x", "--data-path: synthetic images are drawn by the program and need no folder"),
    ("data scenes --to x --count 0", "--count 0: must be from 1 to 1000000"),
    ("train --scale small", "--scale goes with --report"),
    ("train --label-dropout 0.1", "--label-dropout goes with --report"),
    ("train --report cvpdl --label-dropout 0.1", "--label-dropout: cvpdl has no use for it"),
    ("train --report cifar-gan --timesteps 100", "--timesteps: cifar-gan has no use for it"),
    (
      "train --report assignment2 --variant linear --schedule cosine", "--schedule: the variant linear has its own"
    ),
    (
      "train --report assignment2 --variant 10-steps --timesteps 100", "--timesteps: the variant 10-steps has its own"
    ),
    ("train --data scenes", "--data scenes goes with --report: the course's own network is for digits"),
    ("train --report cs772", "--report cs772: there is no such report; there are "),
    ("sample --model m --each x --strip", "--strip is one picture and goes without --each"),
    ("sample --model m --out x.jpg", "--out x.jpg: pictures are written as PNG; end the name in .png"),
    ("sample --model m --eta 2", "--eta 2.0: must be from 0 to 1"),
    (
      "sample --model m --guidance-interval 0.6-0.2",
      "The value '0.6-0.2' is invalid for '--guidance-interval <interval>': an interval is written as 0.2-0.6"
    ),
    (
      "sample --model m --guidance-interval 0.2",
      "The value '0.2' is invalid for '--guidance-interval <interval>': an interval is written as 0.2-0.6"
    ),
    ("sample --model m --label 1 --labels 2", "--label and --labels: only one of them says what to draw"),
    ("sample --model m --count 0", "--count 0: must be from 1 to 1000000"),
    ("sample --model m --strip --count 65", "--count 65: must be from 1 to 64 with --strip"),
    ("sample --model m --scale 9223372036854775807", "--scale 9223372036854775807: must be from 1 to 1000"),
    ("schedule linear --timesteps 1000001", "--timesteps 1000001: must be from 1 to 1000000"),
    ("bench --only conv/5x5", "--only conv/5x5: no benchmark has a name that begins so; --list prints the names"),
    ("bench --threads 0", "--threads 0: this machine has 1 to "),
    ("experiment cvpd", "there is no experiment cvpd; the nearest is cvpdl"),
    (
      "experiment cs771 --only query",
      "--only query: cs771 has no such cell; the nearest is queries"
    ),
    ("experiment --only queries", "--only needs the name of an experiment"),
    ("experiment --report", "--report needs the name of an experiment"),
    ("experiment cs771 --report --only queries", "--only and --report: only one of them at a time"),
    ("experiment cs771 --keep", "--keep goes with --report"),
    ("experiment cs771 --claims", "--claims is about all experiments; leave out cs771"),
    ("experiment cs771 --scale huge", "The value 'huge' is invalid for '--scale <scale>'"),
    ("schedule linear --timesteps -3", "--timesteps -3: must be from 1 to 1000000"),
  ])
  func impossible(line: String, expected: String) {
    #expect(complaint(line)?.hasPrefix(expected) == true, "\(complaint(line) ?? "nothing") was said")
  }

  /// It is said before a folder is made.
  @Test func epochsNeedDataThatEnds() throws {
    let train = try Train.parse(["--epochs", "2", "--out", "/nowhere"])
    #expect(
      printedError { try train.run() }
        == "--epochs: synthetic images never end, so that there are no epochs; use --steps or --minutes")
  }
}
