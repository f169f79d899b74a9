"""Compares the reports' networks at full size with their twins here: what they return and the gradient of the input.

    FULL_SIZE_FOLDER=FOLDER swift test --traits Solutions --filter FullSizeTests
    python interop/check_full_size.py FOLDER

The first command writes a file for each network: its sizes, random weights, an input and the results in float32. The twin
has the same sizes and weights and computes in float64. Differences are relative to the largest number.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor, nn

from assignment2 import ShuffleUNet
from cifar_cats import DCGAN, CIFARUNet, ConvolutionalDenoiser
from cs771_homework4 import TransformerUNet
from cvpdl_homework3 import UNet
from dlp_lab6 import DiffusersUNet, swift_path

# Float32 carries some hundred roundings of 6e-8 from one end of a network to the other; a wrong layer is off by a hundredth.
TOLERANCE = 1e-4

TWINS = {
    "unet": lambda c: UNet(c["imageChannels"], c["baseWidth"], c["timeWidth"], c["groups"]),
    "shuffleUNet": lambda c: ShuffleUNet(
        c["baseWidth"], c["widthMultipliers"], c["timeWidth"], c["timesteps"], c["imageChannels"], c.get("classCount")),
    "diffusersUNet": lambda c: DiffusersUNet(
        c["widths"], c["attentionLevels"], c["blocksPerLevel"], c["headWidth"], c["groups"], c["imageChannels"],
        c["classCount"], scales=c.get("scalesChannels", False), label_tokens=c.get("labelTokens")),
    "transformerUNet": lambda c: TransformerUNet(
        c["baseWidth"], c["widthMultipliers"], c["groups"], c["heads"], c["contextWidth"], c["imageChannels"],
        c["classCount"]),
    "cifarUNet": lambda c: CIFARUNet(
        c["inputWidth"], c["downWidths"], c["bottleneckWidths"], c["upWidths"], c["hasLastAttention"], c["timeWidth"],
        c["heads"], c["imageChannels"], c.get("classCount")),
    "convolutionalDenoiser": lambda c: ConvolutionalDenoiser(c["baseWidth"], c["timeWidth"], c["imageChannels"]),
    # The GAN, whose settings have no name.
    None: lambda c: DCGAN(
        c["latentWidth"], c["generatorWidths"], c["discriminatorWidths"], c["imageChannels"], c.get("classCount"),
        c["labelWidth"]),
}


def image(a: Tensor) -> Tensor:
    """From N×H×W×C to N×C×H×W; what is no image stays."""
    return a.permute(0, 3, 1, 2) if a.ndim == 4 else a


def give_weights(network: nn.Module, path, weights: dict[str, Tensor]) -> None:
    tables = {f"{owner}.weight" for owner, module in network.named_modules() if isinstance(module, nn.Embedding)}
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            weight = weights.pop(path(name))
            if weight.ndim == 4:
                weight = weight.permute(3, 2, 0, 1)
            elif weight.ndim == 2 and name not in tables:
                weight = weight.t()
            assert weight.shape == parameter.shape, f"{name} is {tuple(parameter.shape)} here and {tuple(weight.shape)} there"
            parameter.copy_(weight)
    assert not weights, f"the twin has no {', '.join(weights)}"


def difference(found: Tensor, expected: Tensor) -> float:
    assert found.shape == expected.shape, f"{tuple(found.shape)} instead of {tuple(expected.shape)}"
    return ((found - expected).abs().max() / expected.abs().max()).item()


def check(file: Path) -> tuple[int, float, float]:
    """The number of parameters, and by how much the output and the gradient of the input differ."""
    with safe_open(file, "pt") as stored:
        configuration = json.loads(stored.metadata()["architecture"])
        tensors = {key: stored.get_tensor(key) for key in stored.keys()}
    network = TWINS[configuration.get("name")](configuration)
    path = swift_path if isinstance(network, DiffusersUNet) else lambda name: name
    prefix = "parameter."
    give_weights(network, path, {key[len(prefix):]: tensors.pop(key) for key in list(tensors) if key.startswith(prefix)})
    network = network.double()
    x = image(tensors["input"]).double().requires_grad_()
    labels = tensors.get("labels")
    if labels is not None:
        labels = labels.double() if labels.ndim == 2 else labels.long()
    if isinstance(network, DCGAN):
        output = network.discriminate(network.generate(x, labels), labels)
    else:
        output = network(x, tensors["timesteps"].long(), labels)
    gradient, = torch.autograd.grad(output, x, image(tensors["upstream"]).double())
    count = sum(parameter.numel() for parameter in network.parameters())
    return count, difference(image(tensors["output"]), output), difference(image(tensors["gradient"]), gradient)


def main() -> None:
    files = sorted(Path(sys.argv[1]).glob("*.safetensors")) if len(sys.argv) == 2 else []
    if not files:
        sys.exit("usage: check_full_size.py FOLDER, with the files that FullSizeTests writes")
    print(f"{'network':29} {'parameters':>11} {'output':>8} {'gradient':>8}")
    worst = 0.0
    for file in files:
        count, *differences = check(file)
        print(f"{file.stem:29} {count:11,} " + " ".join(f"{one:8.1e}" for one in differences), flush=True)
        worst = max(worst, *differences) if all(one == one for one in differences) else float("inf")
    sys.exit(f"the largest is {worst:.1e}, where {TOLERANCE} is allowed" if worst > TOLERANCE else 0)


if __name__ == "__main__":
    main()
