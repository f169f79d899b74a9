import Learning
import Tensors
import Testing

/// What a student might write: every way in which a layer can hold others.
private class Base: Layer {
  let first = LayerNorm(width: 2)
}

private final class Network: Base {
  struct Stage {
    let norm: LayerNorm
    let note: String
  }

  let list = [LayerNorm(width: 3), LayerNorm(width: 4)]
  let pairs: [(norm: LayerNorm, extra: LayerNorm?)]
  let missing: LayerNorm? = nil
  let optional: LayerNorm? = LayerNorm(width: 5)
  let stage = Stage(norm: LayerNorm(width: 6), note: "not a layer")
  let free = Parameter(.zeros([7]))
  let seen = RunningStatistic(.zeros([8]))
  let tied: LayerNorm
  weak var parent: Network?

  override init() {
    pairs = [(LayerNorm(width: 9), nil), (LayerNorm(width: 10), LayerNorm(width: 11))]
    tied = list[0]
    super.init()
    parent = self
  }
}

@Suite("Finding the parts of a layer")
struct LayerSearchTests {
  @Test func pathsFollowTheDeclarations() {
    let paths = Network().parameters.map(\.path)
    let norms = [
      "first", "list.0", "list.1", "pairs.0.norm", "pairs.1.norm", "pairs.1.extra", "optional", "stage.norm",
    ]
    let expected = norms.flatMap { ["\($0).scale", "\($0).shift"] } + ["free"]
    #expect(
      paths == expected,
      "inherited properties come first, shared layers count once, running statistics are not parameters")
  }

  @Test func theStateHasParametersAndRunningStatistics() {
    let network = Network()
    #expect(Set(network.state.keys) == Set(network.parameters.map(\.path) + ["seen"]))
    #expect(network.state.values.allSatisfy { !$0.requiresGradient }, "the state is numbers, not variables")
  }

  @Test func countingLeavesOutRunningStatistics() {
    let norms = 2 * (2 + 3 + 4 + 9 + 10 + 11 + 5 + 6)
    #expect(Network().parameterCount == norms + 7)
  }

  @Test func aParameterStaysAVariable() {
    let parameter = Parameter(Tensor([1, 2]))
    let before = parameter.value
    parameter.value = before * 2
    let gradients = (parameter.value * Tensor([3, 5])).sum().gradients()
    #expect(gradients[parameter] == Tensor([3, 5]), "an assigned value must be a variable again")
    #expect(gradients[before] == nil, "an assigned value must be detached from what it was computed from")
  }

  @Test func trainingIsSetForAllNormalizations() {
    final class Block: Layer {
      let norms = [BatchNorm2d(channels: 1), BatchNorm2d(channels: 1)]
      let inner: BatchNorm2d? = BatchNorm2d(channels: 1)
    }
    let block = Block()
    block.setTraining(false)
    #expect(!block.norms[0].isTraining && !block.norms[1].isTraining && block.inner?.isTraining == false)
    block.setTraining(true)
    #expect(block.norms[0].isTraining && block.norms[1].isTraining && block.inner?.isTraining == true)
  }
}

@Suite("Loading a state")
struct LoadingTests {
  private func model() -> Network { Network() }

  @Test func loadsWhatAnotherModelSaved() throws {
    let (source, target) = (model(), model())
    source.free.value = Tensor([1, 2, 3, 4, 5, 6, 7])
    source.seen.value = Tensor(repeating: 2, shape: [8])
    try target.load(source.state)
    #expect(target.state == source.state)
  }

  @Test(arguments: [
    ("missing", "the tensor first.scale is missing"),
    ("two missing", "the tensor first.scale is missing (as are 1 others)"),
    ("shape", "the tensor seen has the shape [2], but [8] is needed"),
    ("unknown", "there is nothing that the tensor second could be"),
    ("faulty", "the tensor seen is faulty: broken"),
  ])
  func loadsNothingThatDoesNotFit(change: String, message: String) {
    let model = model()
    var state = model.state.mapValues { Tensor(repeating: 9, shape: $0.shape) }
    switch change {
    case "missing": state["first.scale"] = nil
    case "two missing": (state["first.scale"], state["seen"]) = (nil, nil)
    case "shape": state["seen"] = Tensor([1, 2])
    case "unknown": state["second"] = Tensor(1)
    default: state["seen"] = Tensor(fault: Fault("broken"))
    }
    let before = model.state
    let error = #expect(throws: StateMismatch.self) { try model.load(state) }
    #expect(error?.description == message)
    #expect(model.state == before, "a refused state must not be half loaded")
  }
}
