"""Report 000's network in PyTorch: a U-Net of ShuffleNet's blocks with batch normalization and a learned table of timesteps."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from layers import BatchNorm


class ConvBlock(nn.Module):
    """Convolution, batch normalization, SiLU."""

    def __init__(self, input: int, output: int, kernel: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(input, output, kernel, padding=kernel // 2)
        self.norm = BatchNorm(output)

    def forward(self, x: Tensor) -> Tensor:
        return F.silu(self.norm(self.conv(x)))


class DepthwiseBlock(nn.Module):
    """A 3x3 convolution of each channel by itself, and batch normalization."""

    def __init__(self, channels: int, stride: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=stride, padding=1, groups=channels)
        self.norm = BatchNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.conv(x))


class Branches(nn.Module):
    """Two branches side by side, their channels shuffled in two groups."""

    def __init__(self, input: int, hidden: int, output: int, stride: int):
        super().__init__()
        self.depthwise1 = DepthwiseBlock(input, stride)
        self.mix1 = ConvBlock(input, output)
        self.mix2 = ConvBlock(input, hidden)
        self.depthwise2 = DepthwiseBlock(hidden, stride)
        self.mix3 = ConvBlock(hidden, output)

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        both = torch.cat([self.mix1(self.depthwise1(first)), self.mix3(self.depthwise2(self.mix2(second)))], dim=1)
        return both.unflatten(1, (2, -1)).transpose(1, 2).flatten(1, 2)


class ShuffleBlock(nn.Module):
    """Each branch is given half of the channels; there is no residual connection."""

    def __init__(self, input: int, output: int):
        super().__init__()
        self.branches = Branches(input // 2, input // 2, output // 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.branches(*x.chunk(2, dim=1))


class ShuffleDownsampling(nn.Module):
    """Both branches are given all channels and halve the image."""

    def __init__(self, input: int, output: int):
        super().__init__()
        self.branches = Branches(input, output // 2, output // 2, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.branches(x, x)


class TimeShift(nn.Module):
    """SiLU of the images plus what two linear layers make of the time."""

    def __init__(self, time: int, hidden: int, channels: int):
        super().__init__()
        self.first = nn.Linear(time, hidden)
        self.second = nn.Linear(hidden, channels)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        return F.silu(x + self.second(F.silu(self.first(time)))[:, :, None, None])


class Encoder(nn.Module):
    def __init__(self, input: int, output: int, time: int):
        super().__init__()
        self.blocks = nn.ModuleList([ShuffleBlock(input, o) for o in [input, input, input, output // 2]])
        self.time = TimeShift(time, output, output // 2)
        self.downsampling = ShuffleDownsampling(output // 2, output)

    def forward(self, x: Tensor, time: Tensor) -> tuple[Tensor, Tensor]:
        for block in self.blocks:
            x = block(x)
        return self.downsampling(self.time(x, time)), x


class Decoder(nn.Module):
    def __init__(self, input: int, output: int, time: int):
        super().__init__()
        self.blocks = nn.ModuleList([ShuffleBlock(input, o) for o in [input, input, input, input // 2]])
        self.time = TimeShift(time, input, input // 2)
        self.last = ShuffleBlock(input // 2, output // 2)

    def forward(self, x: Tensor, shortcut: Tensor, time: Tensor) -> Tensor:
        x = torch.cat([F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False), shortcut], dim=1)
        for block in self.blocks:
            x = block(x)
        return self.last(self.time(x, time))


class ShuffleUNet(nn.Module):
    """Noisy images [N, C, H, W], timesteps [N] and, where there are classes, labels [N] to the noise."""

    def __init__(
        self, base: int = 64, multipliers: tuple[int, ...] = (2, 4), time: int = 256, timesteps: int = 1000,
        channels: int = 1, classes: int | None = None,
    ):
        super().__init__()
        widths = [base] + [base * m for m in multipliers]
        pairs = list(zip(widths, widths[1:]))
        self.times = Table(timesteps, time)
        self.labels = LabelTable(classes, time) if classes else None
        self.convIn = ConvBlock(channels, base, 3)
        self.encoders = nn.ModuleList([Encoder(i, o, time) for i, o in pairs])
        self.middle = nn.ModuleList([ShuffleBlock(widths[-1], o) for o in [widths[-1], widths[-1], widths[-1] // 2]])
        self.decoders = nn.ModuleList([Decoder(o, i, time) for i, o in reversed(pairs)])
        self.convOut = nn.Conv2d(base // 2, channels, 1)

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor | None = None) -> Tensor:
        time = self.times(timesteps)
        if self.labels is not None:
            time = time + self.labels.table(labels)
        x = self.convIn(x)
        shortcuts = []
        for encoder in self.encoders:
            x, shortcut = encoder(x, time)
            shortcuts.append(shortcut)
        for block in self.middle:
            x = block(x)
        for decoder in self.decoders:
            x = decoder(x, shortcuts.pop(), time)
        return self.convOut(x)


class Table(nn.Embedding):
    """A row for each number; a class of its own, so that its weight is not taken for a linear layer's."""


class LabelTable(nn.Module):
    def __init__(self, classes: int, width: int):
        super().__init__()
        self.table = Table(classes, width)
