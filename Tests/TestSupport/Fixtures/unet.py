"""The U-Net of the 3-channel MNIST report ("Completion A") in PyTorch, with a free base width.

Attribute names are the parameter paths of the Swift model, so that `named_parameters()` gives the keys of a fixture and
of a checkpoint.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def sinusoidal_embedding(timesteps: Tensor, width: int, dtype: torch.dtype) -> Tensor:
    """[N] -> [N, width]: sines in the first half, cosines in the second, frequencies 10000^(-i / half)."""
    half = width // 2
    exponents = torch.arange(half, dtype=torch.float64, device=timesteps.device) / half
    angles = timesteps.to(torch.float64)[:, None] * torch.exp(-math.log(10000.0) * exponents)[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1).to(dtype)


class Norm(nn.Module):
    """Group normalisation with its parameters named scale and shift."""

    def __init__(self, channels: int, groups: int):
        super().__init__()
        self.groups = groups
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.group_norm(x, self.groups, self.scale, self.shift, 1e-5)


class TimeEmbedding(nn.Module):
    """Sinusoids, Linear, SiLU, Linear: all of one width."""

    def __init__(self, width: int):
        super().__init__()
        self.width = width
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)

    def forward(self, timesteps: Tensor) -> Tensor:
        embedding = sinusoidal_embedding(timesteps, self.width, self.first.weight.dtype)
        return self.second(F.silu(self.first(embedding)))


class Residual(nn.Module):
    """Norm, SiLU, Conv; add Linear(SiLU(time)); Norm, SiLU, Conv; add the input, by a 1x1 where widths differ."""

    def __init__(self, input: int, output: int, time: int, groups: int):
        super().__init__()
        self.norm1 = Norm(input, groups)
        self.conv1 = nn.Conv2d(input, output, 3, padding=1)
        self.timeProjection = nn.Linear(time, output)
        self.norm2 = Norm(output, groups)
        self.conv2 = nn.Conv2d(output, output, 3, padding=1)
        self.shortcut = nn.Conv2d(input, output, 1) if input != output else None

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        hidden = self.conv1(F.silu(self.norm1(x)))
        hidden = hidden + self.timeProjection(F.silu(time))[:, :, None, None]
        hidden = self.conv2(F.silu(self.norm2(hidden)))
        return hidden + (x if self.shortcut is None else self.shortcut(x))


class Down(nn.Module):
    """Two residual blocks, whose result is kept as the skip, and a convolution of stride 2."""

    def __init__(self, input: int, output: int, time: int, groups: int):
        super().__init__()
        self.residuals = nn.ModuleList(
            [Residual(input, output, time, groups), Residual(output, output, time, groups)]
        )
        self.downsample = nn.Conv2d(output, output, 3, stride=2, padding=1)

    def forward(self, x: Tensor, time: Tensor) -> tuple[Tensor, Tensor]:
        for residual in self.residuals:
            x = residual(x, time)
        return self.downsample(x), x


class Up(nn.Module):
    """Nearest-neighbour doubling, a convolution, the concatenation [x, skip] and two residual blocks."""

    def __init__(self, input: int, skip: int, output: int, time: int, groups: int):
        super().__init__()
        self.upsample = nn.Conv2d(input, skip, 3, padding=1)
        self.residuals = nn.ModuleList(
            [Residual(2 * skip, output, time, groups), Residual(output, output, time, groups)]
        )

    def forward(self, x: Tensor, skip: Tensor, time: Tensor) -> Tensor:
        x = torch.cat([self.upsample(F.interpolate(x, scale_factor=2, mode="nearest")), skip], dim=1)
        for residual in self.residuals:
            x = residual(x, time)
        return x


class UNet(nn.Module):
    """The noise predictor: images [N, C, H, W] and timesteps [N] to images of the same shape."""

    def __init__(self, channels: int = 3, base: int = 128, time: int = 256, groups: int = 8):
        super().__init__()
        self.timeEmbedding = TimeEmbedding(time)
        self.convIn = nn.Conv2d(channels, base, 3, padding=1)
        self.down = nn.ModuleList([Down(base, base, time, groups), Down(base, 2 * base, time, groups)])
        self.middle = nn.ModuleList(
            [Residual(2 * base, 4 * base, time, groups), Residual(4 * base, 4 * base, time, groups)]
        )
        self.up = nn.ModuleList(
            [Up(4 * base, 2 * base, 2 * base, time, groups), Up(2 * base, base, base, time, groups)]
        )
        self.normOut = Norm(base, groups)
        self.convOut = nn.Conv2d(base, channels, 3, padding=1)

    def forward(self, x: Tensor, timesteps: Tensor) -> Tensor:
        time = self.timeEmbedding(timesteps)
        x = self.convIn(x)
        skips = []
        for down in self.down:
            x, skip = down(x, time)
            skips.append(skip)
        for residual in self.middle:
            x = residual(x, time)
        for up in self.up:
            x = up(x, skips.pop(), time)
        return self.convOut(F.silu(self.normOut(x)))


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
