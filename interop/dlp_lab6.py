"""Report 002's network in PyTorch: UNet2DModel of diffusers, with a linear layer that embeds sets of labels."""

import diffusers
import torch
from torch import Tensor, nn


class DiffusersUNet(nn.Module):
    """Noisy images [N, C, H, W], timesteps [N] and rows of labels [N, classes], ones and zeros, to the noise."""

    def __init__(
        self, widths: tuple[int, ...] = (128, 128, 256, 256, 512, 512), attention_levels: tuple[int, ...] = (4,),
        blocks: int = 2, head: int = 8, groups: int = 32, channels: int = 3, classes: int = 24, side: int = 64,
    ):
        super().__init__()
        attention = [level in attention_levels for level in range(len(widths))]
        self.model = diffusers.UNet2DModel(
            sample_size=side, in_channels=channels, out_channels=channels, layers_per_block=blocks,
            block_out_channels=tuple(widths), attention_head_dim=head, norm_num_groups=groups, class_embed_type="identity",
            down_block_types=tuple("AttnDownBlock2D" if a else "DownBlock2D" for a in attention),
            up_block_types=tuple("AttnUpBlock2D" if a else "UpBlock2D" for a in reversed(attention)),
        )
        self.labels = nn.Linear(classes, 4 * widths[0])

    def forward(self, x: Tensor, timesteps: Tensor, labels: Tensor) -> Tensor:
        return self.model(x, timesteps, class_labels=self.labels(labels)).sample

    def swift_parameters(self) -> dict[str, nn.Parameter]:
        """The parameters by their paths in Swift."""
        return {swift_path(name): parameter for name, parameter in self.named_parameters()}


PARTS = {
    "model.conv_in": "convIn", "model.time_embedding.linear_1": "time1", "model.time_embedding.linear_2": "time2",
    "labels": "labels.projection", "model.conv_norm_out": "normOut", "model.conv_out": "convOut",
    "model.mid_block.resnets.0": "middle1", "model.mid_block.resnets.1": "middle2",
    "model.mid_block.attentions.0": "middleAttention", "model.down_blocks": "down", "model.up_blocks": "up",
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
