"""Whole ways from noise to an image, as the schedulers of diffusers walk them.

The network is a formula, 0.625 x + 0.5 sin t, so that a test can ask it at any x and t. The noises are stored. Every state is
rounded to float32 before the next step is computed from it, in float64: a step can be compared by itself.
"""

import math
from itertools import combinations, product
from unittest import mock

import diffusers
import torch
from torch import Tensor

from fixture import Fixture, draw, exact
from schedules import betas_in_double

KINDS = {"linear": "linear", "cosine": "squaredcos_cap_v2"}
VARIANCES = {"posterior": "fixed_small", "beta": "fixed_large"}
PIXELS = 2

# Every other way is in fewer steps than T: a divisor of T and a number that is none.
TIMESTEPS, STEPS, SPACINGS = 100, [10, 7], ["leading", "linspace", "trailing"]

# The ancestral sampler as the reports' recipes have it, each once.
# kind, T, the largest beta, variance, clipping, steps if they are fewer than T
RECIPES = [
    ("cosine", 1000, None, "posterior", True, None), ("cosine", 1000, None, "posterior", False, None),
    ("linear", 1000, None, "posterior", True, None), ("cosine", 200, None, "posterior", True, None),
    ("cosine", 200, None, "posterior", False, None), ("linear", 200, None, "posterior", True, None),
    ("cosine", 100, None, "posterior", True, None), ("cosine", 10, None, "posterior", True, None),
    ("linear", 800, None, "posterior", False, None), ("linear", 800, None, "posterior", True, 100),
    ("linear", 500, None, "posterior", False, None), ("linear", 500, None, "posterior", True, 100),
    ("linear", 1000, None, "beta", False, None), ("linear", 1000, None, "posterior", True, 100),
    ("cosine", 1000, 0.02, "beta", False, None), ("cosine", 1000, 0.02, "posterior", True, 100),
]


def network(x: Tensor, timestep: int) -> Tensor:
    return 0.625 * x + 0.5 * math.sin(timestep)


def alpha_bars(kind: str, count: int, maximum: float | None = None) -> Tensor:
    betas = betas_in_double(kind, count)
    return torch.cumprod(1 - (betas if maximum is None else betas.clamp(max=maximum)), dim=0)


def with_alpha_bars(scheduler, bars: Tensor):
    """The scheduler over products of alphas in float64, which are all that a step looks up."""
    scheduler.alphas_cumprod = bars
    scheduler.one = scheduler.final_alpha_cumprod = torch.tensor(1.0, dtype=torch.float64)
    return scheduler


class Way:
    """A scheduler and its timesteps; `asked` are those that the network is told, if they are not the scheduler's own."""

    def __init__(self, scheduler, step, asked: list[int] | None = None):
        self.scheduler, self.step = scheduler, step
        self.timesteps = scheduler.timesteps.tolist()
        self.asked = asked or self.timesteps

    def states(self, start: Tensor, noises: Tensor) -> Tensor:
        """x_T and what each step makes of it; the step that leaves i more takes the i-th noise, the last one none."""
        states = [start]
        for left, (timestep, asked) in zip(reversed(range(len(self.asked))), zip(self.timesteps, self.asked)):
            # DDPMScheduler leaves the noise away at t = 0, not at the last step; with the spacing "trailing" they are not the same.
            noise = noises[left].view_as(start) if left > 0 else torch.zeros_like(start)
            states.append(exact(self.step(self.scheduler, network(states[-1], asked), timestep, states[-1], noise)))
        return torch.stack([state.flatten() for state in states])


def ancestral(
    kind: str, count: int, variance: str, clips: bool, maximum: float | None = None, steps: int | None = None,
    spacing: str = "leading",
) -> Way:
    scheduler = diffusers.DDPMScheduler(
        num_train_timesteps=count, beta_schedule=KINDS[kind], variance_type=VARIANCES[variance], clip_sample=clips,
        timestep_spacing=spacing)
    with_alpha_bars(scheduler, alpha_bars(kind, count, maximum)).set_timesteps(steps or count)

    def step(scheduler, prediction: Tensor, timestep: int, x: Tensor, noise: Tensor) -> Tensor:
        with mock.patch("diffusers.schedulers.scheduling_ddpm.randn_tensor", return_value=noise):
            return scheduler.step(prediction, timestep, x).prev_sample

    return Way(scheduler, step)


def ddim(kind: str, count: int, eta: float, clips: bool, steps: int, spacing: str) -> Way:
    def scheduler(count: int, steps: int, bars: Tensor) -> diffusers.DDIMScheduler:
        made = diffusers.DDIMScheduler(
            num_train_timesteps=count, beta_schedule=KINDS[kind], clip_sample=clips, set_alpha_to_one=True,
            timestep_spacing=spacing)
        with_alpha_bars(made, bars).set_timesteps(steps)
        return made

    def step(scheduler, prediction: Tensor, timestep: int, x: Tensor, noise: Tensor) -> Tensor:
        return scheduler.step(
            prediction, timestep, x, eta=eta, use_clipped_model_output=True, variance_noise=noise).prev_sample

    bars = alpha_bars(kind, count)
    own = scheduler(count, steps, bars)
    kept = own.timesteps.tolist()
    # DDIMScheduler takes t - T // n for the timestep before t. Where it is another, walk all steps of the respaced schedule.
    if [t - count // steps for t in kept[:-1]] == kept[1:] and kept[-1] - count // steps < 0:
        return Way(own, step)
    return Way(scheduler(steps, steps, bars[kept[::-1]]), step, kept)


def assert_apart(file: Fixture) -> None:
    """No two ways are the same, so that a test can tell each from the others; but with eta = 1 DDIM is the ancestral sampler."""
    ways = {case: states for case, states in file.tensors.items() if case.startswith("way/")}
    for (one, ours), (other, theirs) in combinations(ways.items(), 2):
        if ours.shape == theirs.shape and one.replace("ddim.1.0", "posterior") != other.replace("ddim.1.0", "posterior"):
            assert (ours - theirs).abs().max() > 1e-3, f"{one} and {other} are the same"


def samplers() -> int:
    file = Fixture("samplers", seed=7)
    # The first pixel is clipped at once, the second is not.
    start, noises = torch.tensor([1.5, -0.75], dtype=torch.float64).view(1, 1, 1, PIXELS), draw(1000, PIXELS)
    file.add("start", start.flatten())
    file.add("noises", noises)
    clipping = lambda clips: "clipped" if clips else "plain"
    for steps, spacing in product(STEPS, SPACINGS):
        for kind, clips in product(KINDS, [True, False]):
            ways = {variance: ancestral(kind, TIMESTEPS, variance, clips, None, steps, spacing) for variance in VARIANCES}
            ways |= {f"ddim.{eta}": ddim(kind, TIMESTEPS, eta, clips, steps, spacing) for eta in [0.0, 0.5, 1.0]}
            for name, way in ways.items():
                case = f"{kind}.{TIMESTEPS}.{spacing}.{steps}.{name}.{clipping(clips)}"
                file.add(f"way/{case}", way.states(start, noises))
        file.add(f"timesteps/{TIMESTEPS}.{spacing}.{steps}", ways["posterior"].asked)
        assert all(way.asked == ways["posterior"].asked for way in ways.values())
    for kind, clips in product(KINDS, [True, False]):
        case = f"{kind}.{TIMESTEPS}.ddim.0.5.{clipping(clips)}"
        file.add(f"way/{case}", ddim(kind, TIMESTEPS, 0.5, clips, TIMESTEPS, "leading").states(start, noises))
    for kind, count, maximum, variance, clips, steps in RECIPES:
        schedule = [kind] + ([str(maximum)] if maximum else []) + [str(count)] + (["leading", str(steps)] if steps else [])
        way = ancestral(kind, count, variance, clips, maximum, steps)
        file.add(f"way/{'.'.join(schedule)}.{variance}.{clipping(clips)}", way.states(start, noises))
    assert_apart(file)
    return file.save()
