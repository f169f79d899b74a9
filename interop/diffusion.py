"""The cosine schedule, the loss and the sampling step of the Swift package, in PyTorch."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class CosineSchedule:
    """Nichol and Dhariwal 2021, over T timesteps, computed in float64."""

    def __init__(self, count: int = 1000):
        f = lambda u: math.cos((u + 0.008) / 1.008 * math.pi / 2) ** 2
        betas = [min(1 - f((t + 1) / count) / f(t / count), 0.999) for t in range(count)]
        self.count = count
        self.betas = torch.tensor(betas, dtype=torch.float64)
        self.alphas = 1 - self.betas
        self.alpha_bars = torch.cumprod(self.alphas, dim=0)
        self.signal = self.alpha_bars.sqrt().float()
        self.noise = (1 - self.alpha_bars).sqrt().float()

    def loss(self, model: nn.Module, x0: Tensor, labels: Tensor | None = None) -> Tensor:
        """The mean squared error of the predicted noise; draws a timestep for each image, and the noise."""
        timesteps = torch.randint(self.count, (x0.shape[0],))
        noise = torch.randn_like(x0)
        xt = self.signal[timesteps].view(-1, 1, 1, 1) * x0 + self.noise[timesteps].view(-1, 1, 1, 1) * noise
        return F.mse_loss(model(xt, timesteps, labels), noise)

    def step_back(self, model: nn.Module, xt: Tensor, t: int, labels: Tensor | None = None) -> Tensor:
        """A sample of p(x_{t-1} | x_t), t > 0, with the predicted image held to [-1, 1] (Ho et al. 2020, algorithm 2)."""
        noise = torch.randn_like(xt)
        predicted = model(xt, torch.full((xt.shape[0],), t), labels)
        alpha, beta = self.alphas[t].item(), self.betas[t].item()
        bar, before = self.alpha_bars[t].item(), self.alpha_bars[t - 1].item()
        x0 = ((xt - math.sqrt(1 - bar) * predicted) / math.sqrt(bar)).clamp(-1, 1)
        mean = x0 * (math.sqrt(before) * beta / (1 - bar)) + xt * (math.sqrt(alpha) * (1 - before) / (1 - bar))
        return mean + noise * math.sqrt(beta * (1 - before) / (1 - bar))
