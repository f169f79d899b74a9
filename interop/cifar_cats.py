"""Report 004's networks in PyTorch: its U-Nets, its plain chain of convolutions, and the two networks of its GAN."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from layers import Attention, BatchNorm, LayerNorm, Norm, image, sinusoidal_embedding, tokens


class DoubleConvolution(nn.Module):
    def __init__(self, input: int, output: int, middle: int | None = None, residual: bool = False):
        super().__init__()
        middle = middle or output
        self.conv1 = nn.Conv2d(input, middle, 3, padding=1, bias=False)
        self.norm1 = Norm(middle, 1)
        self.conv2 = nn.Conv2d(middle, output, 3, padding=1, bias=False)
        self.norm2 = Norm(output, 1)
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm2(self.conv2(F.gelu(self.norm1(self.conv1(x)))))
        return F.gelu(x + h) if self.residual else h


class PixelAttention(nn.Module):
    def __init__(self, channels: int, heads: int):
        super().__init__()
        self.norm1 = LayerNorm(channels)
        self.attention = Attention(channels, heads)
        self.norm2 = LayerNorm(channels)
        self.linear1 = nn.Linear(channels, channels)
        self.linear2 = nn.Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        h = tokens(x)
        h = h + self.attention(self.norm1(h))
        return image(h + self.linear2(F.gelu(self.linear1(self.norm2(h)))), x)


class Stage(nn.Module):
    """Two double convolutions after the resolution has changed; then a projection of the time embedding is added."""

    def __init__(self, input: int, output: int, middle: int | None, time: int):
        super().__init__()
        self.first = DoubleConvolution(input, input, residual=True)
        self.second = DoubleConvolution(input, output, middle)
        self.timeProjection = nn.Linear(time, output)

    def forward(self, x: Tensor, time: Tensor, skip: Tensor | None = None) -> Tensor:
        if skip is None:
            x = F.max_pool2d(x, 2)
        else:
            x = torch.cat([skip, F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)], dim=1)
        return self.second(self.first(x)) + self.timeProjection(F.silu(time))[:, :, None, None]


class CIFARUNet(nn.Module):
    """Noisy images [N, C, H, W], timesteps [N] and, where there are classes, labels [N] to the noise."""

    def __init__(
        self, input: int = 64, down: tuple[int, ...] = (128, 256, 256), bottleneck: tuple[int, ...] = (512, 512, 256),
        up: tuple[int, ...] = (128, 64, 64), last_attention: bool = True, time: int = 256, heads: int = 4, channels: int = 3,
        classes: int | None = None,
    ):
        super().__init__()
        kept = [input, *down]
        self.time = time
        self.labels = LabelTable(classes, time) if classes else None
        self.convIn = DoubleConvolution(channels, input)
        self.down = nn.ModuleList([Stage(i, o, None, time) for i, o in zip(kept, down)])
        self.downAttentions = nn.ModuleList([PixelAttention(width, heads) for width in down])
        self.bottleneck = nn.ModuleList([DoubleConvolution(i, o) for i, o in zip([kept[-1], *bottleneck], bottleneck)])
        inputs = [i + skip for i, skip in zip([bottleneck[-1], *up], reversed(kept[:-1]))]
        self.up = nn.ModuleList([Stage(i, o, i // 2, time) for i, o in zip(inputs, up)])
        self.upAttentions = nn.ModuleList([PixelAttention(width, heads) for width in up[: len(up) - (not last_attention)]])
        self.convOut = nn.Conv2d(up[-1], channels, 1)

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor | None = None) -> Tensor:
        time = sinusoidal_embedding(timesteps, self.time, x.dtype)
        if self.labels is not None:
            time = time + self.labels.table(labels)
        x = self.convIn(x)
        skips = []
        for stage, attention in zip(self.down, self.downAttentions):
            skips.append(x)
            x = attention(stage(x, time))
        for convolution in self.bottleneck:
            x = convolution(x)
        for level, stage in enumerate(self.up):
            x = stage(x, time, skips.pop())
            if level < len(self.upAttentions):
                x = self.upAttentions[level](x)
        return self.convOut(x)


class LabelTable(nn.Module):
    def __init__(self, classes: int, width: int):
        super().__init__()
        self.table = nn.Embedding(classes, width)


class ConvolutionStage(nn.Module):
    """A convolution that halves or doubles the image, one that does not, a norm, an activation, and the time."""

    def __init__(self, input: int, output: int, time: int | None, up: bool):
        super().__init__()
        if up:
            self.doubling = nn.ConvTranspose2d(input, output, 4, 2, 1, bias=False)
            self.convTransposed = nn.ConvTranspose2d(output, output, 3, padding=1, bias=False)
        else:
            self.halving = nn.Conv2d(input, output, 4, 2, 1, bias=False)
            self.conv = nn.Conv2d(output, output, 3, padding=1, bias=False)
        self.norm = BatchNorm(output) if time else None
        self.timeProjection = nn.Linear(time, output) if time else None
        self.up = up

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        h = self.convTransposed(self.doubling(x)) if self.up else self.conv(self.halving(x))
        h = h if self.norm is None else self.norm(h)
        h = F.relu(h) if self.up else F.leaky_relu(h, 0.2)
        return h if self.timeProjection is None else h + self.timeProjection(time)[:, :, None, None]


class ConvolutionalDenoiser(nn.Module):
    """Noisy images [N, C, H, W] and timesteps [N] to the noise."""

    def __init__(self, base: int = 64, time: int = 256, channels: int = 3):
        super().__init__()
        self.time = time
        self.stages = nn.ModuleList([
            ConvolutionStage(channels, base, None, False),
            ConvolutionStage(base, 2 * base, time, False),
            ConvolutionStage(2 * base, 4 * base, time, False),
            ConvolutionStage(4 * base, 4 * base, time, True),
            ConvolutionStage(4 * base, 2 * base, time, True),
        ])
        self.lastTransposed = nn.ConvTranspose2d(2 * base, base, 4, 2, 1, bias=False)
        self.convOut = nn.Conv2d(base, channels, 1)

    def forward(self, x: Tensor, timesteps: Tensor, labels: None = None) -> Tensor:
        time = sinusoidal_embedding(timesteps, self.time, x.dtype)
        for stage in self.stages:
            x = stage(x, time)
        return self.convOut(self.lastTransposed(x))


class Generator(nn.Module):
    """Latent vectors [N, latent] to images [N, C, side, side]."""

    def __init__(self, latent: int = 128, widths: tuple[int, ...] = (256, 128, 64), channels: int = 3):
        super().__init__()
        inputs = [latent, *widths]
        self.convolutions = nn.ModuleList([
            nn.ConvTranspose2d(i, o, 4, 1 if n == 0 else 2, 0 if n == 0 else 1, bias=False)
            for n, (i, o) in enumerate(zip(inputs, widths))
        ])
        self.normalizations = nn.ModuleList([BatchNorm(o) for o in widths])
        self.output = nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=False)

    def forward(self, latents: Tensor) -> Tensor:
        x = latents[:, :, None, None]
        for convolution, normalization in zip(self.convolutions, self.normalizations):
            x = F.relu(normalization(convolution(x)))
        return self.output(x).tanh()


class Discriminator(nn.Module):
    """Images [N, C, side, side] to logits [N]."""

    def __init__(self, widths: tuple[int, ...] = (64, 128, 256), channels: int = 3):
        super().__init__()
        self.input = nn.Conv2d(channels, widths[0], 4, 2, 1, bias=False)
        self.convolutions = nn.ModuleList([nn.Conv2d(i, o, 4, 2, 1, bias=False) for i, o in zip(widths, widths[1:])])
        self.normalizations = nn.ModuleList([BatchNorm(o) for o in widths[1:]])
        self.output = nn.Conv2d(widths[-1], 1, 4, bias=False)

    def forward(self, images: Tensor) -> Tensor:
        x = F.leaky_relu(self.input(images), 0.2)
        for convolution, normalization in zip(self.convolutions, self.normalizations):
            x = F.leaky_relu(normalization(convolution(x)), 0.2)
        return self.output(x).flatten()


class DCGAN(nn.Module):
    """Both networks and, where there are classes, each one's table of labels."""

    def __init__(
        self, latent: int = 128, generator: tuple[int, ...] = (256, 128, 64), discriminator: tuple[int, ...] = (64, 128, 256),
        channels: int = 3, classes: int | None = None, label: int = 10,
    ):
        super().__init__()
        width = label if classes else 0
        self.generator = Generator(latent + width, generator, channels)
        self.discriminator = Discriminator(discriminator, channels + width)
        self.generatorLabels = LabelTable(classes, label) if classes else None
        self.discriminatorLabels = LabelTable(classes, label) if classes else None

    def generate(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.generatorLabels is not None:
            latents = torch.cat([latents, self.generatorLabels.table(labels)], dim=1)
        return self.generator(latents)

    def discriminate(self, images: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.discriminatorLabels is not None:
            rows = self.discriminatorLabels.table(labels)[:, :, None, None]
            images = torch.cat([images, rows.expand(-1, -1, *images.shape[2:])], dim=1)
        return self.discriminator(images)
