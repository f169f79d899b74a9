"""The training of `ddpm train --data mnist`, in PyTorch: what it learns in the same time, and the loss at the same step.

    python benchmarks/train_pytorch.py FOLDER --steps 3000 --minutes 8 > pytorch.jsonl

The network, the batches (each epoch in a new order, the last batch of an epoch smaller), the loss, Adam, the rise and fall of
the learning rate and the averaging of the weights are those of the Swift program; the random numbers are not. A line of JSON
for each step: its number, counted from 0, its loss, and the images and seconds up to its end.
"""

import argparse
import gzip
import json
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from pytorch_bench import FORMATS  # which adds interop/ to the path

from cvpdl_homework3 import UNet
from diffusion import CosineSchedule


def mnist(folder: Path) -> Tensor:
    """The training images [60000, 1, 28, 28] as bytes."""
    names = [f"train-images{mark}idx3-ubyte{ending}" for mark in "-." for ending in ["", ".gz"]]
    path = next((folder / name for name in names if (folder / name).exists()), None)
    if path is None:
        sys.exit(f"{folder}: there is no file {names[0]} or {names[0]}.gz in this folder")
    data = path.read_bytes()
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (OSError, EOFError) as error:
        sys.exit(f"{path}: cannot be unpacked ({error})")
    sizes = [int.from_bytes(data[start:start + 4], "big") for start in (4, 8, 12)]
    if data[:4] != b"\x00\x00\x08\x03" or sizes[1:] != [28, 28] or len(data) != 16 + math.prod(sizes) or sizes[0] == 0:
        sys.exit(f"{path}: these are not the images of MNIST")
    return torch.frombuffer(bytearray(data[16:]), dtype=torch.uint8).view(sizes[0], 1, 28, 28)


def batches(images: Tensor, size: int) -> Iterator[Tensor]:
    """Batches in [-1, 1] without end."""
    while True:
        for indices in torch.randperm(len(images)).split(size):
            yield images[indices].float() / 127.5 - 1


def learning_rate(step: int, steps: int, peak: float) -> float:
    """A linear rise over the first tenth, at most 100 steps, then half a cosine down to 0."""
    warmup = min(100, steps // 10)
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2


def main() -> None:
    parser = argparse.ArgumentParser(description="Train as `ddpm train --data mnist` does, in PyTorch.")
    parser.add_argument("data", type=Path, metavar="FOLDER", help="the folder that holds the files of MNIST")
    parser.add_argument("--steps", type=int, default=3000, help="the length of the training (default: 3000)")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after this time, wherever it is")
    parser.add_argument("--base", type=int, default=16, help="channels at full size (default: 16)")
    parser.add_argument("--batch", type=int, default=128, help="images in a batch (default: 128)")
    parser.add_argument("--lr", type=float, default=2e-3, help="the highest learning rate (default: 2e-3)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, help="by default as many as PyTorch chooses")
    parser.add_argument("--memory-format", choices=FORMATS, default="default", help="how images lie in memory")
    arguments = parser.parse_args()
    if arguments.steps < 1:
        parser.error(f"--steps {arguments.steps}: must be at least 1")
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    memory_format = FORMATS[arguments.memory_format]
    source = batches(mnist(arguments.data), arguments.batch)
    model = UNet(channels=1, base=arguments.base).to(memory_format=memory_format)
    optimizer = torch.optim.Adam(model.parameters(), lr=arguments.lr)
    schedule = CosineSchedule(1000)
    averages = [parameter.detach().clone() for parameter in model.parameters()]
    decay = min(max(1 - 20 / arguments.steps, 0), 0.9999)

    start = time.perf_counter()
    images, last_shown = 0, -math.inf
    for step in range(arguments.steps):
        x0 = next(source).to(memory_format=memory_format)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, arguments.steps, arguments.lr)
        optimizer.zero_grad()
        loss = schedule.loss(model, x0)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for average, parameter in zip(averages, model.parameters()):
                average.lerp_(parameter, 1 - decay)
        images += len(x0)
        seconds = time.perf_counter() - start
        value = loss.item()
        print(json.dumps({"step": step, "loss": value, "images": images, "seconds": seconds}), flush=True)
        if not math.isfinite(value):
            sys.exit(f"the loss became {value} at step {step}")
        if seconds - last_shown > 10:
            print(f"{step + 1}/{arguments.steps} steps, loss {value:.4f}, {images / seconds:.0f} images/s", file=sys.stderr)
            last_shown = seconds
        if seconds > arguments.minutes * 60:
            break


if __name__ == "__main__":
    main()
