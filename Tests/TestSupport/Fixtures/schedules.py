"""What diffusers answers about schedules and sampling steps, and PyTorch about a whole U-Net."""

import math
from unittest import mock

import diffusers
import torch
from torch import Tensor
from torch.nn import functional as F

from fixture import Fixture, draw
from cvpdl_homework3 import UNet
from layers import parameter_count


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
