"""What the twins of the reports' networks answer, at reduced widths: outputs, gradients, and what each layer returns."""

import torch
from torch import Tensor, nn

from assignment2 import ShuffleUNet
from cifar_cats import DCGAN, CIFARUNet, ConvolutionalDenoiser
from cs771_homework4 import TransformerUNet
from dlp_lab6 import DiffusersUNet, swift_path
from fixture import Fixture, draw, exact

# The layers that hold parameters of their own, which the Swift network's trace names as well.
TRACED = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear, nn.Embedding, nn.GroupNorm)

# The fractions of their multiples are spread evenly: the golden ratio and the root of 2.
WEIGHTS = [0.6180339887498949, 1.4142135623730951]


def is_traced(module: nn.Module) -> bool:
    return isinstance(module, TRACED) or any(name == "scale" for name, _ in module.named_parameters(recurse=False))


def digest(output: Tensor, module: nn.Module) -> Tensor:
    """Root mean square and two sums weighted by position: small enough to store for every layer, and other where numbers
    have changed places.

    The weights, of the numbers in the order of Swift, are 2 frac(i a) - 1 for i from 1 and two irrational a.
    """
    if output.ndim == 4:
        output = output.permute(0, 2, 3, 1)
    elif output.ndim == 3 and isinstance(module, nn.GroupNorm):  # diffusers' attention has the channels before the pixels
        output = output.transpose(1, 2)
    numbers = output.flatten()
    places = torch.arange(1, len(numbers) + 1, dtype=torch.float64)
    sums = [(numbers * (2 * (places * a).frac() - 1)).sum() / len(numbers) ** 0.5 for a in WEIGHTS]
    return torch.stack([numbers.square().mean().sqrt(), *sums])


class Case:
    """A network of a report in float64, and a file that takes what it answers."""

    def __init__(self, file: Fixture, name: str, network: nn.Module, path=lambda name: name):
        self.file, self.name, self.path = file, name, path
        with torch.no_grad():
            for key, parameter in network.named_parameters():
                # Norms that scale by 1 and shift by 0 could be left out and nothing would be seen.
                if parameter.ndim == 1:
                    parameter.add_(torch.randn_like(parameter) * 0.3)
                parameter.copy_(exact(parameter))
        self.network = network.double()
        self.kinds = {
            f"{owner}.{kind}": type(module)
            for owner, module in network.named_modules() for kind, _ in module.named_parameters(recurse=False)
        }

    def add_parameters(self) -> None:
        for key, parameter in self.network.named_parameters():
            self.file.add(f"{self.name}/parameter.{self.path(key)}", parameter, self.layout(key, parameter))

    def layout(self, key: str, parameter: Tensor) -> str:
        if parameter.ndim == 4:
            return "conv"
        return "linear" if parameter.ndim == 2 and not issubclass(self.kinds[key], nn.Embedding) else "plain"

    def add_statistics(self, when: str) -> None:
        for key, buffer in self.network.named_buffers():
            self.file.add(f"{self.name}/{when}.{self.path(key)}", buffer)

    def run(self, when: str, function, inputs: dict[str, Tensor]) -> Tensor:
        """Adds the output of a pass, what each layer returned, and all gradients."""
        digests: list[tuple[str, Tensor]] = []
        hooks = [
            module.register_forward_hook(
                lambda module, _, output, name=name: digests.append(
                    (self.path(name + ".x")[:-2], digest(output.detach(), module))))
            for name, module in self.network.named_modules() if is_traced(module)
        ]
        inputs = {key: value.clone().requires_grad_() for key, value in inputs.items()}
        output = function(**inputs)
        for hook in hooks:
            hook.remove()
        upstream = draw(*output.shape)
        used = {key: value for key, value in self.network.named_parameters()}
        variables = list(inputs.values()) + list(used.values())
        gradients = torch.autograd.grad(output, variables, upstream, allow_unused=True)
        layout = lambda value: "image" if value.ndim == 4 else "plain"
        self.file.add(f"{self.name}/{when}.output", output, layout(output))
        self.file.add(f"{self.name}/{when}.upstream", upstream, layout(output))
        for key, value, gradient in zip(inputs, inputs.values(), gradients):
            self.file.add(f"{self.name}/{when}.{key}", value, layout(value))
            self.file.add(f"{self.name}/{when}.grad.{key}", gradient, layout(value))
        for (key, value), gradient in zip(used.items(), gradients[len(inputs):]):
            if gradient is not None:
                self.file.add(f"{self.name}/{when}.grad.{self.path(key)}", gradient, self.layout(key, value))
        self.file.set(self.name, **{f"{when}.layers": " ".join(name for name, _ in digests)})
        self.file.add(f"{self.name}/{when}.digests", torch.stack([d for _, d in digests]))
        return output


def denoiser(file: Fixture, name: str, network: nn.Module, channels: int, side: int, labels=None, path=lambda name: name):
    case = Case(file, name, network, path)
    case.add_parameters()
    timesteps = torch.tensor([3, 7])
    file.add(f"{name}/timesteps", timesteps)
    case.run("training", lambda x: network(x, timesteps, labels), {"x": draw(2, channels, side, side)})
    if any(True for _ in network.named_buffers()):
        case.add_statistics("after")
        network.eval()
        with torch.no_grad():
            x = draw(2, channels, side, side)
            file.add(f"{name}/evaluation.x", x, "image")
            file.add(f"{name}/evaluation.output", network(x, timesteps, labels), "image")


def game(file: Fixture) -> None:
    network = DCGAN(latent=3, generator=(6, 4), discriminator=(4, 6), channels=3, classes=5, label=2)
    case = Case(file, "game", network)
    case.add_parameters()
    labels = torch.tensor([4, 1, 0])
    # The discriminator alone, then both: the gradient passes through it into the generator.
    case.run("discriminator", lambda images: network.discriminate(images, labels), {"images": draw(3, 3, 16, 16)})
    case.run(
        "both", lambda latents: network.discriminate(network.generate(latents, labels), labels), {"latents": draw(3, 3)})
    case.add_statistics("after")
    network.eval()
    with torch.no_grad():
        latents = draw(2, 3)
        file.add("game/evaluation.latents", latents)
        file.add("game/evaluation.output", network.generate(latents, labels[:2]), "image")


def reports() -> int:
    file = Fixture("reports", seed=6)
    classes = torch.tensor([4, 1])
    denoiser(file, "shuffleUNet", ShuffleUNet(4, (2, 4), time=6, timesteps=10, classes=5), 1, 8, classes)
    denoiser(
        file, "transformerUNet",
        TransformerUNet(8, (1, 2), groups=4, heads=2, context=6, classes=5), 1, 8, classes)
    sets = torch.tensor([[1.0, 0, 0, 1, 0], [0, 0, 0, 0, 0]], dtype=torch.float64)
    denoiser(
        file, "diffusersUNet", DiffusersUNet((8, 16), (1,), blocks=1, head=4, groups=4, classes=5, side=8), 3, 8, sets,
        swift_path)
    denoiser(
        file, "cifarUNet", CIFARUNet(4, (8, 8), (12, 8), (8, 4), False, time=6, heads=2, classes=5), 3, 8, classes)
    denoiser(file, "convolutionalDenoiser", ConvolutionalDenoiser(2, 6), 3, 8)
    game(file)
    denoiser(
        file, "diffusersUNet-tokens",
        DiffusersUNet(
            (4, 4, 8), (2,), blocks=1, head=4, groups=2, classes=5, side=8, scales=True, label_tokens=3), 3, 8, sets,
        swift_path)
    return file.save()
