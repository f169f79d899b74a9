"""Computes the fixtures: what PyTorch and diffusers answer to small questions, in the layouts of the Swift library.

    python make_fixtures.py            # writes *.safetensors beside this file

Every number is drawn as float32, computed with in float64 and stored as float32, so that a fixture is wrong by no more
than half a unit in the last place. README.md says what the keys are.
"""

import json
import math
from pathlib import Path
from unittest import mock

import diffusers
import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional as F

from unet import UNet, parameter_count

FOLDER = Path(__file__).parent
BOUND = 1_500_000  # bytes, of all fixtures together

# From PyTorch's layout to ours. One permutation serves both convolutions: [out, in / groups, h, w] becomes
# [h, w, in / groups, out], and a transposed convolution's [in, out / groups, h, w] becomes [h, w, out / groups, in], the
# weight of the convolution whose adjoint it is.
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

    def case(self, case: str, function, inputs: dict, layouts: dict | None = None, constants: dict | None = None, **settings):
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


IMAGE = {"x": "image", "output": "image"}
CONV = IMAGE | {"weight": "conv"}


# MARK: Operations


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
    file.case("embedding", lambda weight, rows: F.embedding(rows, weight), {"weight": draw(10, 4)}, constants={"rows": rows})


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
    extreme = torch.tensor([-1e4, -100, -88, -30, -17, -1e-4, 0, 1e-4, 17, 30, 88, 100, 1e4], dtype=torch.float32).double()
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


# MARK: Layers


def batch_normalization_layer(file: Fixture) -> None:
    layer = nn.BatchNorm2d(5).double()
    layer.weight.data, layer.bias.data = draw(5), draw(5)
    file.add("batchNorm/scale", layer.weight)
    file.add("batchNorm/shift", layer.bias)
    for update in [1, 2]:
        x = exact(draw(3, 5, 4, 3) * 2 + update)
        file.add(f"batchNorm/x{update}", x, "image")
        file.add(f"batchNorm/output{update}", layer(x), "image")
        file.add(f"batchNorm/runningMean{update}", layer.running_mean)
        file.add(f"batchNorm/runningVariance{update}", layer.running_var)
    layer.eval()
    x = draw(2, 5, 3, 3).requires_grad_()
    output = layer(x)
    upstream = draw(*output.shape)
    gradients = torch.autograd.grad(output, [x, layer.weight, layer.bias], upstream)
    file.add("batchNorm.evaluation/x", x, "image")
    file.add("batchNorm.evaluation/output", output, "image")
    file.add("batchNorm.evaluation/upstream", upstream, "image")
    for name, gradient, layout in zip(["x", "scale", "shift"], gradients, ["image", "plain", "plain"]):
        file.add(f"batchNorm.evaluation/grad.{name}", gradient, layout)


def attention_layer(file: Fixture) -> None:
    width, heads = 16, 4
    for case, queries, keys in [("multiheadAttention.self", 5, 5), ("multiheadAttention.cross", 6, 3)]:
        layer = nn.MultiheadAttention(width, heads, batch_first=True).double()
        layer.in_proj_bias.data, layer.out_proj.bias.data = draw(3 * width), draw(width)
        x = draw(2, queries, width).requires_grad_()
        context = x if case.endswith("self") else draw(2, keys, width).requires_grad_()
        output, _ = layer(x, context, context, need_weights=False)
        upstream = draw(*output.shape)
        variables = {
            "in.weight": layer.in_proj_weight, "in.bias": layer.in_proj_bias,
            "out.weight": layer.out_proj.weight, "out.bias": layer.out_proj.bias, "x": x,
        }
        if context is not x:
            variables["context"] = context
        gradients = dict(zip(variables, torch.autograd.grad(output, list(variables.values()), upstream)))
        file.set(case, heads=heads)
        file.add(f"{case}/output", output)
        file.add(f"{case}/upstream", upstream)
        for name, value in variables.items():
            layout = "linear" if name.endswith("weight") else "plain"
            for key, tensor in [(name, value), (f"grad.{name}", gradients[name])]:
                file.add(f"{case}/{key}", tensor, layout)
                if name.startswith("in."):  # the same numbers again, as three projections
                    for role, part in zip(["query", "key", "value"], tensor.chunk(3)):
                        file.add(f"{case}/{key.replace('in.', role + '.')}", part, layout)


def layers() -> int:
    file = Fixture("layers", seed=2)
    batch_normalization_layer(file)
    attention_layer(file)
    return file.save()


# MARK: Optimisers


def optimizers() -> int:
    file = Fixture("optimizers", seed=3)
    start, gradients = draw(7), draw(5, 7)
    gradients[:, 6] *= 2**-26  # as small as Adam's epsilon, so that it matters where that is added
    file.add("optimizer/start", start)
    file.add("optimizer/gradients", gradients)
    for name, make, settings in [
        ("sgd", torch.optim.SGD, {"lr": 0.1}),
        ("sgd.momentum", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        ("sgd.weightDecay", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05}),
        ("adam", torch.optim.Adam, {"lr": 1e-2}),
        ("adam.betas", torch.optim.Adam, {"lr": 2e-4, "betas": (0.5, 0.999)}),
        ("adam.weightDecay", torch.optim.Adam, {"lr": 1e-2, "weight_decay": 0.05}),
        ("adamW", torch.optim.AdamW, {"lr": 1e-2, "weight_decay": 0.01}),
    ]:
        parameter = nn.Parameter(start.clone())
        optimizer = make([parameter], **settings)
        states = []
        for gradient in gradients:
            parameter.grad = gradient.clone()
            optimizer.step()
            states.append(parameter.detach().clone())
        file.add(f"{name}/parameters", torch.stack(states))
        file.set(name, **settings)

    one_cycle(file)
    averaging(file)
    return file.save()


def one_cycle(file: Fixture) -> None:
    for total, steps in [(14070, [0, 1, 1000, 3516, 3517, 7000, 14069]), (20, range(20))]:
        optimizer = torch.optim.AdamW([nn.Parameter(torch.zeros(1))], lr=1e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-3, total_steps=total, pct_start=0.25)
        rates, momenta = [], []
        for step in range(total):
            rates.append(optimizer.param_groups[0]["lr"])
            momenta.append(optimizer.param_groups[0]["betas"][0])
            optimizer.step()
            if step < total - 1:
                schedule.step()
        file.add(f"oneCycle.{total}/steps", list(steps))
        file.add(f"oneCycle.{total}/learningRate", [rates[step] for step in steps])
        file.add(f"oneCycle.{total}/momentum", [momenta[step] for step in steps])
        file.set(f"oneCycle.{total}", max_lr=1e-3, pct_start=0.25, div_factor=25, final_div_factor=1e4)

    # The two together: AdamW whose rate and first momentum follow the schedule of 20 steps.
    start, gradients = draw(7), draw(12, 7)
    parameter = nn.Parameter(start.clone())
    optimizer = torch.optim.AdamW([parameter], lr=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=20, pct_start=0.25)
    states = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        schedule.step()
        states.append(parameter.detach().clone())
    file.add("adamW.oneCycle/start", start)
    file.add("adamW.oneCycle/gradients", gradients)
    file.add("adamW.oneCycle/parameters", torch.stack(states))
    file.set("adamW.oneCycle", max_lr=1e-2, pct_start=0.25, total_steps=20, weight_decay=0.01)


def averaging(file: Fixture) -> None:
    model = nn.BatchNorm1d(4).double()  # parameters and buffers
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9), use_buffers=True
    )
    values, averages, running, running_averages = [], [], [], []
    for _ in range(12):
        model.weight.data, model.running_mean = draw(4), draw(4)
        average.update_parameters(model)
        values.append(model.weight.detach().clone())
        averages.append(average.module.weight.detach().clone())
        running.append(model.running_mean.clone())
        running_averages.append(average.module.running_mean.clone())
    file.add("average/parameters", torch.stack(values))
    file.add("average/parameterAverages", torch.stack(averages))
    file.add("average/buffers", torch.stack(running))
    file.add("average/bufferAverages", torch.stack(running_averages))
    file.set("average", decay=0.9)


# MARK: Schedules and sampling steps


def betas_in_double(kind: str, count: int) -> Tensor:
    """The schedules of diffusers, in float64: it computes them in float32, or rounds them to it."""
    if kind == "linear":
        return torch.linspace(1e-4, 0.02, count, dtype=torch.float64)
    f = lambda u: math.cos((u + 0.008) / 1.008 * math.pi / 2) ** 2
    betas = [min(1 - f((t + 1) / count) / f(t / count), 0.999) for t in range(count)]
    return torch.tensor(betas, dtype=torch.float64)


def scheduler(kind: str, count: int, **settings) -> diffusers.DDPMScheduler:
    return diffusers.DDPMScheduler(
        num_train_timesteps=count, beta_schedule={"linear": "linear", "cosine": "squaredcos_cap_v2"}[kind],
        beta_start=1e-4, beta_end=0.02, variance_type="fixed_small", **settings,
    )


def in_double(reference: diffusers.DDPMScheduler, betas: Tensor) -> diffusers.DDPMScheduler:
    """The same scheduler over the betas in float64."""
    reference.betas, reference.alphas = betas, 1 - betas
    reference.alphas_cumprod = torch.cumprod(1 - betas, dim=0)
    reference.one = torch.tensor(1.0, dtype=torch.float64)
    return reference


def schedules() -> int:
    file = Fixture("schedules", seed=4)
    for kind in ["linear", "cosine"]:
        for count in [100, 1000]:
            case = f"{kind}.{count}"
            timesteps = list(range(100)) if count == 100 else sorted({*range(0, 1000, 37), 1, 998})
            single = scheduler(kind, count)
            file.add(f"{case}/timesteps", timesteps)
            file.add(f"{case}/diffusers.beta", single.betas[timesteps])
            file.add(f"{case}/diffusers.alphaBar", single.alphas_cumprod[timesteps])
            file.add(f"{case}/diffusers.posteriorVariance", [single._get_variance(t) for t in timesteps])
            betas = betas_in_double(kind, count)
            double = in_double(scheduler(kind, count), betas)
            # The float32 schedule of diffusers differs from the exact one by the rounding of 1 - f/f.
            assert torch.allclose(single.betas.double(), betas, rtol=2e-3, atol=1e-7)
            file.add(f"{case}/beta", betas[timesteps])
            file.add(f"{case}/alphaBar", double.alphas_cumprod[timesteps])
            file.add(f"{case}/posteriorVariance", [double._get_variance(t) for t in timesteps])

    for kind in ["linear", "cosine"]:
        for clipping in [False, True]:
            for step in [999, 500, 1, 0]:
                case = f"step.{kind}.{'clipped' if clipping else 'plain'}.{step}"
                double = in_double(scheduler(kind, 1000, clip_sample=clipping), betas_in_double(kind, 1000))
                sample, prediction = draw(2, 3, 4, 4), draw(2, 3, 4, 4)
                noise = draw(2, 3, 4, 4)
                with mock.patch("diffusers.schedulers.scheduling_ddpm.randn_tensor", return_value=noise):
                    result = double.step(prediction, step, sample)
                file.add(f"{case}/sample", sample, "image")
                file.add(f"{case}/prediction", prediction, "image")
                file.add(f"{case}/noise", noise, "image")  # drawn but not used at step 0
                file.add(f"{case}/output", result.prev_sample, "image")
                file.add(f"{case}/original", result.pred_original_sample, "image")
                file.set(case, kind=kind, steps=1000, timestep=step, clip=int(clipping))

    # q(x_t | x_0) of diffusers.
    for kind in ["linear", "cosine"]:
        double = in_double(scheduler(kind, 1000), betas_in_double(kind, 1000))
        original, noise, timesteps = draw(3, 2, 3, 3), draw(3, 2, 3, 3), torch.tensor([0, 417, 999])
        file.add(f"forward.{kind}/original", original, "image")
        file.add(f"forward.{kind}/noise", noise, "image")
        file.add(f"forward.{kind}/timesteps", timesteps)
        file.add(f"forward.{kind}/output", double.add_noise(original, noise, timesteps), "image")
    return file.save()


# MARK: The whole network


def network() -> int:
    whole = parameter_count(UNet(channels=3, base=128, time=256))
    print(f"U-Net at base 128, 3 channels, time 256: {whole:,} parameters")
    assert whole == 17_951_747

    file = Fixture("unet", seed=5)
    # Not 8 groups of one channel each: the norm would take away all that the time embedding adds.
    model = UNet(channels=1, base=8, time=32, groups=4)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith((".scale", ".shift")):
                parameter.add_(torch.randn_like(parameter) * 0.3)
    model = model.double()
    x, target, timesteps = draw(2, 1, 12, 12).requires_grad_(), draw(2, 1, 12, 12), torch.tensor([3, 417])
    output = model(x, timesteps)
    loss = F.mse_loss(output, target)
    loss.backward()
    file.add("unet/x", x, "image")
    file.add("unet/timesteps", timesteps)
    file.add("unet/timeEmbedding", model.timeEmbedding(timesteps))
    file.add("unet/target", target, "image")
    file.add("unet/output", output, "image")
    file.add("unet/loss", loss)
    file.add("unet/grad.x", x.grad, "image")
    for name, parameter in model.named_parameters():
        layout = {4: "conv", 2: "linear", 1: "plain"}[parameter.ndim]
        file.add(f"unet/parameter.{name}", parameter, layout)
        file.add(f"unet/grad.{name}", parameter.grad, layout)
    file.set("unet", channels=1, base=8, time=32, groups=4, parameters=parameter_count(model))

    eight = UNet(channels=1, base=8, time=32, groups=8).double()
    eight.load_state_dict(model.state_dict())
    file.add("unet.groups8/output", eight(x, timesteps), "image")
    return file.save()


if __name__ == "__main__":
    total = operations() + layers() + optimizers() + schedules() + network()
    print(f"{'together':43} {total:8,} bytes")
    assert total < BOUND
