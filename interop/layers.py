"""What several of the reports' networks are made of, in PyTorch.

Attribute names are the parameter paths of the Swift layers, so that `named_parameters()` gives the keys of a checkpoint.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def sinusoidal_embedding(timesteps: Tensor, width: int, dtype: torch.dtype, last: bool = False) -> Tensor:
    """[N] -> [N, width]: sines in the first half, cosines in the second, frequencies 10000^(-i / half).

    With `last` the exponent is i / (half - 1), so that the last frequency is exactly 1/10000 (report 003).
    """
    half = width // 2
    exponents = torch.arange(half, dtype=torch.float64, device=timesteps.device) / (max(half - 1, 1) if last else half)
    angles = timesteps.to(torch.float64)[:, None] * torch.exp(-math.log(10000.0) * exponents)[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1).to(dtype)


class Norm(nn.Module):
    """Group normalization with its parameters named scale and shift."""

    def __init__(self, channels: int, groups: int):
        super().__init__()
        self.groups = groups
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.group_norm(x, self.groups, self.scale, self.shift, 1e-5)


class LayerNorm(nn.Module):
    """Layer normalization of the last axis with its parameters named scale and shift."""

    def __init__(self, width: int):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.shift = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, (x.shape[-1],), self.scale, self.shift, 1e-5)


class BatchNorm(nn.Module):
    """Batch normalization with its parameters and statistics named as in Swift."""

    def __init__(self, channels: int):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))
        self.register_buffer("runningMean", torch.zeros(channels))
        self.register_buffer("runningVariance", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(
            x, self.runningMean, self.runningVariance, self.scale, self.shift, training=self.training, momentum=0.1, eps=1e-5
        )


class Attention(nn.Module):
    """Attention with several heads, of a sequence to a context, with four projections."""

    def __init__(self, width: int, heads: int, context: int | None = None):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(context or width, width)
        self.value = nn.Linear(context or width, width)
        self.output = nn.Linear(width, width)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        context = x if context is None else context
        by_head = lambda a: a.unflatten(2, (self.heads, -1)).transpose(1, 2)
        q, k, v = by_head(self.query(x)), by_head(self.key(context)), by_head(self.value(context))
        return self.output(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


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


def tokens(image: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, H * W, C], the pixels row after row."""
    return image.flatten(2).transpose(1, 2)


def image(tokens: Tensor, like: Tensor) -> Tensor:
    """[N, H * W, C] -> [N, C, H, W] of the size of `like`."""
    return tokens.transpose(1, 2).unflatten(2, like.shape[2:])


def parameter_count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())
