"""A fixture file, and the numbers and layouts in it."""

import json
from pathlib import Path

import diffusers
import torch
from safetensors.torch import save
from torch import Tensor

FOLDER = Path(__file__).parent

# From PyTorch's layout to ours. One permutation serves both convolutions: [out, in / groups, h, w] becomes
# [h, w, in / groups, out], and a transposed convolution's [in, out / groups, h, w] becomes [h, w, out / groups, in],
# the weight of the convolution whose adjoint it is.
LAYOUTS = {
    "plain": lambda a: a,
    "image": lambda a: a.permute(0, 2, 3, 1),
    "conv": lambda a: a.permute(2, 3, 1, 0),
    "linear": lambda a: a.t(),
}


def draw(*shape: int, scale: float = 1.0) -> Tensor:
    """Normal numbers that are exact in float32, as float64."""
    return exact(torch.randn(shape, dtype=torch.float32) * scale)


def exact(a: Tensor) -> Tensor:
    """The numbers as float32 holds them, as float64."""
    return a.detach().float().double()


def with_sorted_header(file: bytes) -> bytes:
    """The same safetensors file with its header in alphabetical order: the library's order of metadata is random."""
    length = int.from_bytes(file[:8], "little")
    header = json.dumps(json.loads(file[8 : 8 + length]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + file[8 + length :]


class Fixture:
    """One file: tensors by key, and settings as text."""

    def __init__(self, name: str, seed: int):
        self.name = name
        self.tensors: dict[str, Tensor] = {}
        self.settings = {"torch": torch.__version__.split("+")[0], "diffusers": diffusers.__version__}
        torch.manual_seed(seed)

    def add(self, key: str, value, layout: str = "plain") -> None:
        assert key not in self.tensors, key
        value = torch.as_tensor(value, dtype=torch.float64).detach()
        self.tensors[key] = LAYOUTS[layout](value).to(torch.float32).contiguous().clone()

    def set(self, case: str, **settings) -> None:
        self.settings |= {f"{case}/{name}": str(value) for name, value in settings.items()}

    def case(
        self, case: str, function, inputs: dict, layouts: dict | None = None, constants: dict | None = None, **settings
    ) -> None:
        """Adds the inputs, function(**inputs, **constants), a random upstream gradient and the gradient of each input.

        `layouts` names the layout of an input or of "output" where it is not plain.
        """
        layouts = layouts or {}
        constants = constants or {}
        variables = {name: exact(value).requires_grad_() for name, value in inputs.items()}
        output = function(**variables, **constants)
        upstream = draw(*output.shape)
        gradients = torch.autograd.grad(output, list(variables.values()), upstream)
        for (name, value), gradient in zip(variables.items(), gradients):
            self.add(f"{case}/{name}", value, layouts.get(name, "plain"))
            self.add(f"{case}/grad.{name}", gradient, layouts.get(name, "plain"))
        for name, value in constants.items():
            self.add(f"{case}/{name}", value, layouts.get(name, "plain"))
        self.add(f"{case}/upstream", upstream, layouts.get("output", "plain"))
        self.add(f"{case}/output", output, layouts.get("output", "plain"))
        self.set(case, **settings)

    def save(self) -> int:
        path = FOLDER / f"{self.name}.safetensors"
        path.write_bytes(with_sorted_header(save(self.tensors, metadata=self.settings)))
        print(f"{path.name:26} {len(self.tensors):4} tensors {path.stat().st_size:8,} bytes")
        return path.stat().st_size
