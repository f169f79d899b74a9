"""Report 002's network in PyTorch: UNet2DModel of diffusers, with a linear layer that embeds sets of labels."""

import diffusers
from torch import Tensor, nn

from layers import Attention, Norm, image, tokens


class LabelAttention(nn.Module):
    """Cross-attention from pixels to the tokens of their image's labels, added to the image."""

    def __init__(self, channels: int, context: int, heads: int, groups: int):
        super().__init__()
        self.norm = Norm(channels, groups)
        self.attention = Attention(channels, heads, context)

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        return x + image(self.attention(tokens(self.norm(x)), context), x)


class LabelTokens(nn.Module):
    """Rows of ones and zeros [N, classes] to a token for each label, and more of one for nothing: [N, count, width]."""

    def __init__(self, classes: int, count: int, width: int):
        super().__init__()
        self.count = count
        self.embedding = nn.Embedding(classes + 1, width)

    def forward(self, labels: Tensor) -> Tensor:
        present = [row.nonzero().flatten() for row in labels]
        return self.embedding(nn.utils.rnn.pad_sequence(
            [nn.functional.pad(row, (0, self.count - len(row)), value=labels.shape[1]) for row in present], True))


class DiffusersUNet(nn.Module):
    """Noisy images [N, C, H, W], timesteps [N] and rows of labels [N, classes], ones and zeros, to the noise.

    With `scales` the residual blocks are those of adaptive group normalization, with `label_tokens` each of them below full
    size is followed by attention to that many tokens of labels, which diffusers does not have: a hook adds it.
    """

    def __init__(
        self, widths: tuple[int, ...] = (128, 128, 256, 256, 512, 512), attention_levels: tuple[int, ...] = (4,),
        blocks: int = 2, head: int = 8, groups: int = 32, channels: int = 3, classes: int = 24, side: int = 64,
        scales: bool = False, label_tokens: int | None = None,
    ):
        super().__init__()
        attention = [level in attention_levels for level in range(len(widths))]
        self.model = diffusers.UNet2DModel(
            sample_size=side, in_channels=channels, out_channels=channels, layers_per_block=blocks,
            block_out_channels=tuple(widths), attention_head_dim=head, norm_num_groups=groups, class_embed_type="identity",
            resnet_time_scale_shift="scale_shift" if scales else "default", attn_norm_num_groups=groups,
            down_block_types=tuple("AttnDownBlock2D" if a else "DownBlock2D" for a in attention),
            up_block_types=tuple("AttnUpBlock2D" if a else "UpBlock2D" for a in reversed(attention)),
        )
        self.labels = nn.Linear(classes, 4 * widths[0])
        if label_tokens is not None:
            self.labelTokens = LabelTokens(classes, label_tokens, 4 * widths[0])
            self.context = None
            self.model.mid_block.labelAttention = self.follow(self.model.mid_block.attentions[0], widths[-1], head, groups)
            deep = [*zip(widths, self.model.down_blocks), *zip(reversed(widths), self.model.up_blocks)]
            for width, block in deep:
                if block not in (self.model.down_blocks[0], self.model.up_blocks[-1]):
                    last = getattr(block, "attentions", block.resnets)
                    block.labelAttentions = nn.ModuleList([self.follow(module, width, head, groups) for module in last])

    def follow(self, module: nn.Module, width: int, head: int, groups: int) -> LabelAttention:
        """Attention to labels that follows a part of the network."""
        attention = LabelAttention(width, self.labels.out_features, width // head, groups)
        module.register_forward_hook(lambda _, __, output: attention(output, self.context))
        return attention

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
        if hasattr(self, "labelTokens"):
            self.context = self.labelTokens(labels)
        return self.model(x, timesteps, class_labels=self.labels(labels)).sample

    def swift_parameters(self) -> dict[str, nn.Parameter]:
        """The parameters by their paths in Swift."""
        return {swift_path(name): parameter for name, parameter in self.named_parameters()}


PARTS = {
    "model.conv_in": "convIn", "model.time_embedding.linear_1": "time1", "model.time_embedding.linear_2": "time2",
    "labels": "labels.projection", "model.conv_norm_out": "normOut", "model.conv_out": "convOut",
    "model.mid_block.resnets.0": "middle1", "model.mid_block.resnets.1": "middle2",
    "model.mid_block.attentions.0": "middleAttention", "model.mid_block.labelAttention": "middleLabelAttention", "model.down_blocks": "down", "model.up_blocks": "up",
    "resnets": "residuals", "downsamplers.0.conv": "resampling", "upsamplers.0.conv": "resampling",
    "time_emb_proj": "timeProjection", "conv_shortcut": "shortcut", "group_norm": "norm", "to_q": "query", "to_k": "key",
    "to_v": "value", "to_out.0": "output",
}


def swift_path(name: str) -> str:
    """What the Swift network calls a parameter of diffusers, such as down.0.residuals.1.norm1.scale."""
    for theirs, ours in sorted(PARTS.items(), key=lambda pair: -len(pair[0])):
        name = f".{name}".replace(f".{theirs}.", f".{ours}.")[1:]
    owner, kind = name.rsplit(".", 1)
    if "norm" in owner.rsplit(".", 1)[-1].lower():
        kind = {"weight": "scale", "bias": "shift"}.get(kind, kind)
    return f"{owner}.{kind}"
