"""Report 003's network in PyTorch: a U-Net with a transformer after each residual block but one, which gets the label."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from layers import Attention, LayerNorm, Norm, Residual, image, sinusoidal_embedding, tokens


class SpatialTransformer(nn.Module):
    """Self-attention, cross-attention to the label's token and a feed-forward network, each with a residual connection."""

    def __init__(self, channels: int, context: int, heads: int, groups: int):
        super().__init__()
        self.normIn = Norm(channels, groups)
        self.projectionIn = nn.Conv2d(channels, channels, 1)
        self.norm1 = LayerNorm(channels)
        self.selfAttention = Attention(channels, heads)
        self.norm2 = LayerNorm(channels)
        self.crossAttention = Attention(channels, heads, context)
        self.norm3 = LayerNorm(channels)
        self.expansion = nn.Linear(channels, 2 * channels)
        self.contraction = nn.Linear(2 * channels, channels)
        self.projectionOut = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        h = tokens(self.projectionIn(self.normIn(x)))
        h = h + self.selfAttention(self.norm1(h))
        h = h + self.crossAttention(self.norm2(h), context)
        h = h + self.contraction(F.gelu(self.expansion(self.norm3(h))))
        return x + self.projectionOut(image(h, x))


class Stage(nn.Module):
    """A residual block, which gets the time embedding, and a transformer, which gets the label."""

    def __init__(self, input: int, output: int, time: int, context: int, heads: int, groups: int):
        super().__init__()
        self.residual = Residual(input, output, time, groups)
        self.transformer = SpatialTransformer(output, context, heads, groups)

    def forward(self, x: Tensor, time: Tensor, context: Tensor) -> Tensor:
        return self.transformer(self.residual(x, time), context)


class TransformerUNet(nn.Module):
    """Noisy images [N, C, H, W], timesteps [N] and labels [N] to the noise."""

    def __init__(
        self, base: int = 64, multipliers: tuple[int, ...] = (1, 2, 4), groups: int = 8, heads: int = 4, context: int = 64,
        channels: int = 1, classes: int = 10,
    ):
        super().__init__()
        widths = [base] + [base * m for m in multipliers]
        pairs = list(zip(widths, widths[1:]))
        stage = lambda i, o: Stage(i, o, 4 * base, context, heads, groups)
        self.base = base
        self.time1 = nn.Linear(base, 4 * base)
        self.time2 = nn.Linear(4 * base, 4 * base)
        self.labels = nn.Embedding(classes, context)
        self.label1 = nn.Linear(context, context)
        self.label2 = nn.Linear(context, context)
        self.convIn = nn.Conv2d(channels, base, 3, padding=1)
        self.encoders = nn.ModuleList([stage(i, o) for i, o in pairs])
        self.downsamplings = nn.ModuleList([nn.Conv2d(o, o, 3, stride=2, padding=1) for _, o in pairs[:-1]])
        self.middle1 = stage(widths[-1], widths[-1])
        self.middle2 = Residual(widths[-1], widths[-1], 4 * base, groups)
        self.decoders = nn.ModuleList([stage(2 * o, i) for i, o in reversed(pairs)])
        self.upsamplings = nn.ModuleList([nn.Conv2d(i, i, 3, padding=1) for i, _ in reversed(pairs[:-1])])
        self.normOut = Norm(base, groups)
        self.convOut = nn.Conv2d(base, channels, 1)

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
        waves = sinusoidal_embedding(timesteps, self.base, x.dtype, last=True)
        time = self.time2(F.silu(self.time1(waves)))
        context = self.label2(F.silu(self.label1(self.labels(labels))))[:, None, :]
        x = self.convIn(x)
        skips = []
        for level, encoder in enumerate(self.encoders):
            x = encoder(x, time, context)
            if level < len(self.downsamplings):
                x = self.downsamplings[level](x)
            skips.append(x)
        x = self.middle2(self.middle1(x, time, context), time)
        for level, decoder in enumerate(self.decoders):
            x = decoder(torch.cat([x, skips.pop()], dim=1), time, context)
            if level > 0:
                x = self.upsamplings[level - 1](F.interpolate(x, scale_factor=2, mode="nearest"))
        return self.convOut(F.silu(self.normOut(x)))
