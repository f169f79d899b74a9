"""Report 001's network, the U-Net of chapter 3, in PyTorch, with a free base width.

Attribute names are the parameter paths of the Swift model, so that `named_parameters()` gives the keys of a fixture and
of a checkpoint.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from layers import Norm, Residual, sinusoidal_embedding


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
    """Nearest-neighbor doubling, a convolution, the concatenation [x, skip] and two residual blocks."""

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

    def forward(self, x: Tensor, timesteps: Tensor, labels: None = None) -> Tensor:
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
