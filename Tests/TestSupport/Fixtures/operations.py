"""What PyTorch's operations answer, with their gradients."""

import torch
from torch import Tensor
from torch.nn import functional as F

from fixture import Fixture, draw, exact

IMAGE = {"x": "image", "output": "image"}
CONV = IMAGE | {"weight": "conv"}


def convolutions(file: Fixture) -> None:
    #    name                 n  cin cout kh kw  h  w  stride padding groups
    for name, n, cin, cout, kh, kw, h, w, stride, padding, groups in [
        ("conv2d.k3p1", 2, 3, 8, 3, 3, 6, 6, 1, 1, 1),
        ("conv2d.k3s2p1", 2, 4, 6, 3, 3, 7, 8, 2, 1, 1),
        ("conv2d.k1", 2, 6, 5, 1, 1, 4, 4, 1, 0, 1),
        ("conv2d.k4s2p1", 2, 3, 8, 4, 4, 8, 8, 2, 1, 1),
        ("conv2d.groups2", 2, 6, 8, 3, 3, 5, 5, 1, 1, 2),
        ("conv2d.depthwise", 2, 8, 8, 3, 3, 6, 6, 1, 1, 8),
        ("conv2d.depthwise.s2", 2, 8, 8, 3, 3, 6, 6, 2, 1, 8),
        ("conv2d.odd", 1, 3, 4, 3, 3, 5, 7, 1, 1, 1),
        ("conv2d.k5x3p2", 1, 3, 4, 5, 3, 7, 5, 1, 2, 1),
        ("conv2d.one.to.many", 2, 1, 32, 3, 3, 5, 5, 1, 1, 1),
        ("conv2d.many.to.one", 2, 32, 1, 3, 3, 5, 5, 1, 1, 1),
        ("conv2d.wide", 1, 24, 40, 3, 3, 5, 5, 1, 1, 1),
        ("conv2d.k7s7", 1, 2, 3, 7, 7, 7, 7, 7, 0, 1),
    ]:
        inputs = {
            "x": draw(n, cin, h, w),
            "weight": draw(cout, cin // groups, kh, kw, scale=0.3),
            "bias": draw(cout),
        }
        file.case(
            name,
            lambda x, weight, bias: F.conv2d(x, weight, bias, stride, padding, groups=groups),
            inputs, CONV, stride=stride, padding=padding, groups=groups,
        )
    for name, cin, cout, k, h, w, stride, padding, extra, groups in [
        ("convTransposed2d.k4s2p1", 4, 3, 4, 4, 5, 2, 1, 0, 1),
        ("convTransposed2d.k4s1p0", 6, 5, 4, 1, 1, 1, 0, 0, 1),
        ("convTransposed2d.k3s2p1o1", 3, 5, 3, 4, 4, 2, 1, 1, 1),
        ("convTransposed2d.k4s2p1.groups2", 6, 8, 4, 3, 3, 2, 1, 0, 2),
    ]:
        inputs = {"x": draw(2, cin, h, w), "weight": draw(cin, cout // groups, k, k, scale=0.3), "bias": draw(cout)}
        file.case(
            name,
            lambda x, weight, bias: F.conv_transpose2d(x, weight, bias, stride, padding, extra, groups),
            inputs, CONV, stride=stride, padding=padding, outputPadding=extra, groups=groups,
        )


def matrices(file: Fixture) -> None:
    file.case(
        "linear", F.linear, {"input": draw(5, 7), "weight": draw(3, 7), "bias": draw(3)}, {"weight": "linear"}
    )
    file.case("matmul", torch.matmul, {"input": draw(2, 3, 4, 5), "other": draw(2, 3, 5, 6)})
    rows = torch.tensor([3, 0, 3, 9, 1])
    file.case(
        "embedding", lambda weight, rows: F.embedding(rows, weight), {"weight": draw(10, 4)}, constants={"rows": rows}
    )


def normalizations(file: Fixture) -> None:
    for name, groups in [("groupNorm.8", 8), ("groupNorm.1", 1)]:
        inputs = {"x": draw(2, 16, 3, 5) + 0.5, "scale": draw(16), "shift": draw(16)}
        file.case(
            name, lambda x, scale, shift: F.group_norm(x, groups, scale, shift, 1e-5), inputs, IMAGE, groups=groups
        )
    inputs = {"x": draw(3, 4, 12) + 0.5, "scale": draw(12), "shift": draw(12)}
    file.case("layerNorm", lambda x, scale, shift: F.layer_norm(x, [12], scale, shift, 1e-5), inputs)
    inputs = {"x": draw(3, 6, 4, 5) * 2 + 1, "scale": draw(6), "shift": draw(6)}
    file.case(
        "batchNorm",
        lambda x, scale, shift: F.batch_norm(x, None, None, scale, shift, training=True, eps=1e-5),
        inputs, IMAGE,
    )
    file.add("batchNorm/mean", exact(inputs["x"]).mean((0, 2, 3)))
    file.add("batchNorm/variance", exact(inputs["x"]).var((0, 2, 3), unbiased=False))


def activations(file: Fixture) -> None:
    ordinary = draw(4, 17) * 3
    extreme = torch.tensor([-1e4, -100, -88, -30, -17, -1e-4, 0, 1e-4, 17, 30, 88, 100, 1e4])
    for name, function in {
        "silu": F.silu,
        "gelu": F.gelu,
        "relu": F.relu,
        "leakyReLU.0.2": lambda input: F.leaky_relu(input, 0.2),
        "leakyReLU.0.01": lambda input: F.leaky_relu(input, 0.01),
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "softplus": lambda input: F.softplus(input, threshold=800),  # without the switch to x above 20
    }.items():
        file.case(name, function, {"input": ordinary})
        file.case(name + ".extremes", function, {"input": extreme})
    for name, function in {"softmax": F.softmax, "logSoftmax": F.log_softmax}.items():
        for axis in [1, 2]:
            file.case(
                f"{name}.axis{axis}", lambda input: function(input, dim=axis), {"input": draw(3, 5, 4) * 3}, axis=axis
            )
        extreme = torch.tensor([[1000.0, 0.0, -1000.0], [-1e4, -1e4, -1e4], [50.0, 49.0, -50.0]]).double()
        file.case(f"{name}.extremes", lambda input: function(input, dim=1), {"input": extreme}, axis=1)


def losses(file: Fixture) -> None:
    file.case("meanSquaredError", F.mse_loss, {"input": draw(2, 3, 4), "target": draw(2, 3, 4)})
    logits = torch.cat([draw(3, 4) * 2, torch.tensor([[-100.0, 100.0, 60.0, -60.0]]).double()])
    targets = torch.rand(4, 4).round().double()
    file.case(
        "binaryCrossEntropy", F.binary_cross_entropy_with_logits, {"input": logits}, constants={"target": targets}
    )
    soft = torch.rand(3, 4).double()
    file.case(
        "binaryCrossEntropy.soft", F.binary_cross_entropy_with_logits, {"input": draw(3, 4)}, constants={"target": soft}
    )
    labels = torch.tensor([2, 0, 6, 2, 5])
    file.case(
        "crossEntropy", lambda input, labels: F.cross_entropy(input, labels), {"input": draw(5, 7) * 2},
        constants={"labels": labels},
    )


def resampling(file: Fixture) -> None:
    for name, function, channels, height, width, settings in [
        ("maxPooled2d.2", lambda x: F.max_pool2d(x, 2), 3, 6, 4, {"window": 2, "stride": 2}),
        ("maxPooled2d.3s2", lambda x: F.max_pool2d(x, 3, 2), 2, 7, 7, {"window": 3, "stride": 2}),
        ("averagePooled2d.2", lambda x: F.avg_pool2d(x, 2), 3, 6, 4, {"window": 2, "stride": 2}),
        ("averagePooled2d.3s2", lambda x: F.avg_pool2d(x, 3, 2), 2, 7, 7, {"window": 3, "stride": 2}),
        ("upsampledNearest", lambda x: F.interpolate(x, scale_factor=2), 3, 3, 4, {"factor": 2}),
        (
            "upsampledBilinear",
            lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False),
            3, 3, 4, {"factor": 2, "alignCorners": 0},
        ),
        (
            "upsampledBilinear.corners",
            lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True),
            3, 3, 4, {"factor": 2, "alignCorners": 1},
        ),
        ("channelShuffled.2", lambda x: F.channel_shuffle(x, 2), 8, 2, 2, {"groups": 2}),
        ("channelShuffled.3", lambda x: F.channel_shuffle(x, 3), 12, 2, 2, {"groups": 3}),
    ]:
        file.case(name, function, {"x": draw(2, channels, height, width)}, IMAGE, **settings)


def attentions(file: Fixture) -> None:
    def attend(query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
        split = lambda a: a.unflatten(-1, (heads, -1)).transpose(1, 2)
        return F.scaled_dot_product_attention(split(query), split(key), split(value)).transpose(1, 2).flatten(-2)

    for name, queries, keys, heads in [
        ("attention.1", 5, 5, 1),
        ("attention.4", 5, 5, 4),
        ("attention.cross", 6, 3, 4),
    ]:
        inputs = {"query": draw(2, queries, 16), "key": draw(2, keys, 16), "value": draw(2, keys, 16)}
        file.case(name, lambda query, key, value: attend(query, key, value, heads), inputs, heads=heads)


def operations() -> int:
    file = Fixture("operations", seed=1)
    convolutions(file)
    matrices(file)
    normalizations(file)
    activations(file)
    losses(file)
    resampling(file)
    attentions(file)
    return file.save()
