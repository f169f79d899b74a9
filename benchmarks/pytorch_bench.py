"""Measures in PyTorch what `ddpm bench` measures in Swift: the same works under the same names, and the same JSON.

    python benchmarks/pytorch_bench.py --only conv/3x3 --only training-step --memory-format channels_last

Images are [N, C, H, W] in PyTorch's words; the memory format says how they lie in memory. Everything is eager.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))  # the networks' twins

from assignment2 import ShuffleUNet  # noqa: E402
from cifar_cats import DCGAN, CIFARUNet  # noqa: E402
from cs771_homework4 import TransformerUNet  # noqa: E402
from cvpdl_homework3 import UNet  # noqa: E402
from diffusion import CosineSchedule  # noqa: E402
from dlp_lab6 import DiffusersUNet  # noqa: E402

FORMATS = {"default": torch.contiguous_format, "channels_last": torch.channels_last}


@dataclass
class Benchmark:
    """A piece of work; `amount` of `unit`, but for the seconds, is what one call does."""

    name: str
    amount: float
    unit: str
    # Takes the memory format, makes the operands and returns the work.
    prepare: Callable[[torch.memory_format], Callable[[], object]]

    def seconds(self, memory_format: torch.memory_format) -> float:
        """The median time of five calls at least, and of as many as fit into half a second."""
        torch.manual_seed(0)
        work = self.prepare(memory_format)
        for _ in range(2):
            work()
        times = []
        end = time.perf_counter() + 0.5
        while len(times) < 5 or time.perf_counter() < end:
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        return statistics.median_high(times)


# MARK: Convolutions


def convolutions() -> list[Benchmark]:
    found = []
    for inputs, outputs, side in [
        (1, 32, 28), (32, 32, 28), (64, 64, 28), (64, 64, 14), (128, 128, 14), (128, 128, 7), (256, 256, 7), (32, 1, 28),
    ]:
        found += directions("3x3", inputs, outputs, side)
    for inputs, outputs, side in [(32, 64, 28), (64, 64, 14)]:
        found += directions("3x3-stride2", inputs, outputs, side, stride=2)
    for inputs, outputs, side in [(64, 32, 28), (128, 64, 14)]:
        found += directions("1x1", inputs, outputs, side, kernel=1)
    return found + directions("3x3-depthwise", 64, 64, 28, groups=64)


def directions(
    kind: str, inputs: int, outputs: int, side: int, kernel: int = 3, stride: int = 1, groups: int = 1
) -> list[Benchmark]:
    padding = kernel // 2
    output_side = (side + 2 * padding - kernel) // stride + 1
    gigaflops = 2e-9 * kernel * kernel * (inputs // groups) * 32 * outputs * output_side * output_side

    def operands(memory_format):
        x = torch.randn(32, inputs, side, side).to(memory_format=memory_format)
        weight = torch.randn(outputs, inputs // groups, kernel, kernel).to(memory_format=memory_format)
        upstream = torch.randn(32, outputs, output_side, output_side).to(memory_format=memory_format)
        return x, weight, upstream

    def forward(memory_format):
        x, weight, _ = operands(memory_format)
        return lambda: F.conv2d(x, weight, None, stride, padding, 1, groups)

    def backward(*wanted: bool):
        def prepare(memory_format):
            x, weight, upstream = operands(memory_format)
            return lambda: torch.ops.aten.convolution_backward(
                upstream, x, weight, None, [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], groups, wanted)

        return prepare

    name = f"conv/{kind}/{inputs}-{outputs}/{side}"
    return [
        Benchmark(f"{name}/forward", gigaflops, "GFLOP/s", forward),
        Benchmark(f"{name}/input-gradient", gigaflops, "GFLOP/s", backward(True, False, False)),
        Benchmark(f"{name}/weight-gradient", gigaflops, "GFLOP/s", backward(False, True, False)),
    ]


# MARK: Other layers


def normalizations(channels: int, side: int) -> list[Benchmark]:
    def operands(memory_format):
        x = torch.randn(64, channels, side, side).to(memory_format=memory_format)
        upstream = torch.randn(64, channels, side, side).to(memory_format=memory_format)
        return x, torch.randn(channels), torch.randn(channels), upstream

    def forward(memory_format):
        x, scale, shift, _ = operands(memory_format)
        return lambda: F.silu(F.group_norm(x, 8, scale, shift))

    def backward(memory_format):
        *inputs, upstream = operands(memory_format)
        for operand in inputs:
            operand.requires_grad_()
        y = F.silu(F.group_norm(inputs[0], 8, *inputs[1:]))
        return lambda: torch.autograd.grad(y, inputs, upstream, retain_graph=True)

    name = f"groupnorm-silu/{channels}/{side}"
    return [
        Benchmark(f"{name}/forward", 64, "images/s", forward),
        Benchmark(f"{name}/backward", 64, "images/s", backward),
    ]


def attentions() -> list[Benchmark]:
    def attention(query, key, value):
        by_head = lambda x: x.view(16, 256, 4, 16).transpose(1, 2)
        result = F.scaled_dot_product_attention(by_head(query), by_head(key), by_head(value))
        return result.transpose(1, 2).reshape(16, 256, 64)

    def forward(_):
        inputs = [torch.randn(16, 256, 64) for _ in range(3)]
        return lambda: attention(*inputs)

    def both(_):
        inputs = [torch.randn(16, 256, 64, requires_grad=True) for _ in range(3)]
        upstream = torch.randn(16, 256, 64)
        return lambda: torch.autograd.grad(attention(*inputs), inputs, upstream)

    return [
        Benchmark("attention/64/16/forward", 16, "images/s", forward),
        Benchmark("attention/64/16/both-directions", 16, "images/s", both),
    ]


# MARK: Steps


def training_step(base: int, channels: int, batch: int) -> Benchmark:
    def prepare(memory_format):
        model = UNet(channels, base).to(memory_format=memory_format)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
        schedule = CosineSchedule()
        x0 = (torch.rand(batch, channels, 28, 28) * 2 - 1).to(memory_format=memory_format)

        def step():
            optimizer.zero_grad()
            schedule.loss(model, x0).backward()
            optimizer.step()

        return step

    return Benchmark(f"training-step/base{base}", batch, "images/s", prepare)


def denoising_step(base: int, channels: int, batch: int) -> Benchmark:
    def prepare(memory_format):
        model = UNet(channels, base).to(memory_format=memory_format)
        schedule = CosineSchedule()
        xt = torch.randn(batch, channels, 28, 28).to(memory_format=memory_format)

        @torch.inference_mode()
        def step():
            schedule.step_back(model, xt, 500)

        return step

    return Benchmark(f"denoising-step/base{base}", batch, "images/s", prepare)


# MARK: The networks of the reports


@dataclass
class ReportNetwork:
    """A report's network at full size, and its training."""

    name: str
    make: Callable[[], nn.Module]
    batch: int
    channels: int
    side: int
    timesteps: int
    optimizer: Callable[..., torch.optim.Optimizer]
    # The labels of so many images.
    labels: Callable[[int], torch.Tensor | None] = field(default=lambda count: None)

    def benchmarks(self) -> list[Benchmark]:
        def images(memory_format):
            shape = (self.batch, self.channels, self.side, self.side)
            return (torch.rand(shape) * 2 - 1).to(memory_format=memory_format)

        def training_step(memory_format):
            model = self.make().to(memory_format=memory_format)
            optimizer = self.optimizer(model.parameters(), lr=1e-4)
            schedule, x0, labels = CosineSchedule(self.timesteps), images(memory_format), self.labels(self.batch)

            def step():
                optimizer.zero_grad()
                schedule.loss(model, x0, labels).backward()
                optimizer.step()

            return step

        def denoising_step(memory_format):
            model = self.make().to(memory_format=memory_format).eval()
            schedule, xt, labels = CosineSchedule(self.timesteps), images(memory_format), self.labels(self.batch)

            @torch.inference_mode()
            def step():
                schedule.step_back(model, xt, self.timesteps // 2, labels)

            return step

        return [
            Benchmark(f"report/{self.name}/training-step", self.batch, "images/s", training_step),
            Benchmark(f"report/{self.name}/denoising-step", self.batch, "images/s", denoising_step),
        ]


def adversarial_round() -> Benchmark:
    """Report 004's game: the discriminator's half of a round and the generator's."""
    batch = 128

    def prepare(memory_format):
        model = DCGAN().to(memory_format=memory_format)
        generator = torch.optim.Adam(model.generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
        discriminator = torch.optim.Adam(model.discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
        real = (torch.rand(batch, 3, 32, 32) * 2 - 1).to(memory_format=memory_format)
        ones, zeros = torch.ones(batch), torch.zeros(batch)
        entropy = F.binary_cross_entropy_with_logits

        def step():
            fake = model.generate(torch.randn(batch, 128))
            discriminator.zero_grad()
            loss = entropy(model.discriminate(real), ones) + entropy(model.discriminate(fake.detach()), zeros)
            loss.backward()
            discriminator.step()
            generator.zero_grad()
            entropy(model.discriminate(fake), ones).backward()
            generator.step()

        return step

    return Benchmark("report/cifar-gan/training-step", batch, "images/s", prepare)


def report_benchmarks() -> list[Benchmark]:
    adam, adam_w = torch.optim.Adam, torch.optim.AdamW
    sets = lambda count: torch.eye(24)[:count] + torch.eye(24)[1:count + 1]
    networks = [
        ReportNetwork("assignment2", ShuffleUNet, 128, 1, 28, 1000, adam_w),
        ReportNetwork("cvpdl", UNet, 16, 3, 28, 800, adam),
        ReportNetwork("lab6", DiffusersUNet, 1, 3, 64, 100, adam, sets),
        ReportNetwork("cs771", TransformerUNet, 16, 1, 28, 500, adam_w, lambda count: torch.arange(count) % 10),
        ReportNetwork("cifar-cats", CIFARUNet, 16, 3, 32, 1000, adam_w),
    ]
    return sum([network.benchmarks() for network in networks], []) + [adversarial_round()]


def all_benchmarks() -> list[Benchmark]:
    """All of them, in the order in which they are measured."""
    sizes = [(16, 1, 128), (32, 1, 64), (128, 3, 16)]
    norms = [normalizations(*size) for size in [(32, 28), (64, 14), (128, 7)]]
    return (
        convolutions() + sum(norms, []) + attentions()
        + [training_step(*size) for size in sizes] + [denoising_step(*size) for size in sizes] + report_benchmarks())


# MARK: The program


def processor_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def peak_memory() -> float:
    """The most memory that this process has held at a time, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure in PyTorch what `ddpm bench` measures.")
    parser.add_argument("--memory-format", choices=FORMATS, default="default", help="how images lie in memory")
    parser.add_argument("--threads", type=int, help="by default as many as PyTorch chooses")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="a name or its beginning; repeatable")
    parser.add_argument("--list", action="store_true", help="print the names and measure nothing")
    parser.add_argument("--format", choices=["table", "json"], default="table", help="how to print it")
    arguments = parser.parse_args()
    benchmarks = all_benchmarks()
    for beginning in arguments.only:
        if not beginning or not any(benchmark.name.startswith(beginning) for benchmark in benchmarks):
            parser.error(f"--only {beginning}: no benchmark has a name that begins so; --list prints the names")
    if arguments.only:
        benchmarks = [one for one in benchmarks if one.name.startswith(tuple(arguments.only))]
    if arguments.list:
        print("\n".join(benchmark.name for benchmark in benchmarks))
        return
    if arguments.threads is not None:
        if arguments.threads < 1:
            parser.error(f"--threads {arguments.threads}: must be at least 1")
        torch.set_num_threads(arguments.threads)

    figures = []
    start = time.perf_counter()
    for done, benchmark in enumerate(benchmarks):
        if time.perf_counter() - start > 2 and sys.stderr.isatty():
            print(f"\r\033[K{done}/{len(benchmarks)} {benchmark.name}", end="", file=sys.stderr, flush=True)
        seconds = benchmark.seconds(FORMATS[arguments.memory_format])
        rate = benchmark.amount / seconds
        figures.append({"name": benchmark.name, "milliseconds": seconds * 1e3, "rate": rate, "unit": benchmark.unit})
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    report = {
        "machine": {
            "processor": processor_name(),
            "instructionSet": torch.backends.cpu.get_cpu_capability(),
            "processors": os.cpu_count(),
            "threads": torch.get_num_threads(),
        },
        "torch": torch.__version__,
        "memoryFormat": arguments.memory_format,
        "figures": figures,
        "peakMemoryMiB": peak_memory(),
    }
    if arguments.format == "json":
        print(json.dumps(report, indent=2))
        return
    machine = report["machine"]
    print(
        f"{machine['processor']}, {machine['instructionSet']}, {machine['threads']} threads, PyTorch {report['torch']}, "
        f"{report['memoryFormat']}; medians")
    for figure in figures:
        print(f"{figure['name']:46}{figure['milliseconds']:11.3f} ms {figure['rate']:10.1f} {figure['unit']}")
    print(f"peak memory of the process: {report['peakMemoryMiB']:.0f} MiB")


if __name__ == "__main__":
    main()
