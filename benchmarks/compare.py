"""Compares the speed and the memory of `ddpm bench` with PyTorch's on this machine, and prints a table in Markdown.

    swift build -c release --product ddpm
    python benchmarks/compare.py                       # with a Python that has torch

In every round the three programs run one after the other: `ddpm bench`, PyTorch with its default layout of images, and
PyTorch with channels_last. Each figure is compared with PyTorch's better layout, round by round, so that whatever slows the
machine down for a while slows both; the ratio is the median over the rounds. Above 1 Swift is the faster, or takes less
memory, which is measured in the first round alone. Nothing but Python's standard library is needed here.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYOUTS = ["default", "channels_last"]
MEMORY = "peak-memory/"
# Otherwise glibc gives large tensors back to the system after each operation and takes them anew: with these PyTorch is
# faster. The Swift engine keeps its memory by itself.
PYTORCH_ENVIRONMENT = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "8000000000"}


def target(name: str) -> float | None:
    """The least ratio that a figure is meant to have; None where there is no such aim."""
    family, *rest = name.split("/")
    if family == "conv":
        kind, channels = rest[0], [int(count) for count in rest[1].split("-")]
        if kind == "3x3-depthwise":
            return None
        if kind != "3x3":
            return 0.95
        return 1.5 if min(channels) >= 32 else 2
    if family == "training-step":
        return {"base16": 1.5, "base32": 1.7, "base128": 1.5}[rest[0]]
    return {"groupnorm-silu": 1.8, "denoising-step": 1.7, "peak-memory": 1.0, "report": 1.0}.get(family)


class Failure(Exception):
    pass


class Programs:
    """Starts the three programs."""

    def __init__(self, ddpm: Path, threads: int):
        if not ddpm.exists():
            raise Failure(f"{ddpm}: not there; build it with: swift build -c release --product ddpm")
        self.swift = [str(ddpm), "bench"]
        self.threads = threads

    def run(self, layout: str | None, arguments: list[str]) -> str:
        """Standard output of PyTorch's program in a layout, or of the Swift program."""
        environment = dict(os.environ)
        command = self.swift
        if layout is not None:
            command = [sys.executable, str(ROOT / "benchmarks/pytorch_bench.py"), "--memory-format", layout]
            environment |= PYTORCH_ENVIRONMENT
        result = subprocess.run(command + arguments, env=environment, capture_output=True, text=True)
        if result.returncode != 0:
            reason = (result.stderr.strip() or f"exit status {result.returncode}").splitlines()[-1]
            raise Failure(f"{' '.join(command)}: {reason}")
        return result.stdout

    def report(self, layout: str | None, names: list[str]) -> dict:
        only = [argument for name in names for argument in ["--only", name]]
        return json.loads(self.run(layout, ["--format", "json", "--threads", str(self.threads)] + only))

    def names(self) -> list[str]:
        """What can be compared: the works that both programs know, and the memory of the training steps."""
        swift = self.run(None, ["--list"]).split()
        pytorch = set(self.run("default", ["--list"]).split())
        works = [name for name in swift if name in pytorch]
        return works + [MEMORY + name for name in works if name.startswith("training-step/")]


@dataclass
class Row:
    """A figure of all rounds, in milliseconds or MiB."""

    name: str
    unit: str
    layout: str
    pytorch: float
    swift: float
    ratios: list[float]
    target: float | None

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    def markdown(self) -> str:
        reached = "" if self.target is None else "yes" if self.ratio >= self.target else "**no**"
        aim = "" if self.target is None else f"{self.target:g}"
        pytorch, swift = f"{self.pytorch:.4g} {self.unit}", f"{self.swift:.4g} {self.unit}"
        return f"| {self.name} | {pytorch} | {self.layout} | {swift} | {self.ratio:.2f} | {aim} | {reached} |"


def measure(programs: Programs, names: list[str], round: str) -> dict[str, dict[str | None, float]]:
    """A round: each figure by layout, where None stands for Swift."""
    works = [name for name in names if not name.startswith(MEMORY)]
    figures: dict[str, dict[str | None, float]] = {name: {} for name in names}
    for layout in [None] + LAYOUTS:
        program = "Swift" if layout is None else f"PyTorch, {layout}"
        if works:
            print(f"{round}: {program}", file=sys.stderr, flush=True)
            report = programs.report(layout, works)
            measured = {figure["name"]: figure["milliseconds"] for figure in report["figures"]}
            for name in works:
                figures[name][layout] = measured[name]
        # In a process of its own, which has done nothing else that could have taken more memory.
        for name in [name for name in names if name.startswith(MEMORY)]:
            print(f"{round}: {program}, {name}", file=sys.stderr, flush=True)
            figures[name][layout] = programs.report(layout, [name.removeprefix(MEMORY)])["peakMemoryMiB"]
    return figures


def summarize(rounds: list[dict]) -> list[Row]:
    rows = []
    for name in rounds[0]:
        having = [one[name] for one in rounds if name in one]
        medians = {layout: statistics.median(one[layout] for one in having) for layout in [None] + LAYOUTS}
        best = min(LAYOUTS, key=lambda layout: medians[layout])
        rows.append(Row(
            name, "MiB" if name.startswith(MEMORY) else "ms", best, medians[best], medians[None],
            [one[best] / one[None] for one in having], target(name)))
    return rows


def output_of(*command: str) -> str:
    """The first line of what a command prints; nothing where it fails."""
    try:
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    lines = result.stdout.strip().splitlines()
    return lines[0] if result.returncode == 0 and lines else ""


def describe(programs: Programs) -> dict[str, str]:
    """The machine and the versions, as the programs themselves see them; the quickest work is measured for it."""
    work = ["groupnorm-silu/128/7/forward"]
    swift, pytorch = programs.report(None, work), programs.report("default", work)
    machine = swift["machine"]
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.platform()
    changed = " and uncommitted changes" if output_of("git", "status", "--porcelain", "--untracked-files=no") else ""
    return {
        "processor": machine["processor"],
        "processors": str(machine["processors"]),
        "threads": str(machine["threads"]),
        "instruction set": f"{machine['instructionSet']} (PyTorch: {pytorch['machine']['instructionSet']})",
        "system": system,
        "Swift": output_of("swift", "--version") or "unknown",
        "PyTorch": pytorch["torch"],
        "commit": (output_of("git", "rev-parse", "--short", "HEAD") or "unknown") + changed,
        "date": datetime.date.today().isoformat(),
    }


def markdown(machine: dict[str, str], rows: list[Row], rounds: int) -> str:
    lines = [f"{key}: {value}  " for key, value in machine.items()]
    lines += [
        "", f"Medians of {rounds} round{'' if rounds == 1 else 's'}; the ratio is PyTorch's figure by Swift's.", "",
        "| figure | PyTorch | its layout | Swift | ratio | at least | reached |", "|---|--:|---|--:|--:|--:|---|",
    ]
    lines += [row.markdown() for row in rows]
    aims = [row for row in rows if row.target is not None]
    lines += ["", f"{sum(row.ratio >= row.target for row in aims)} of {len(aims)} aims reached."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the speed of `ddpm bench` with PyTorch's on this machine.")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default: 5)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME",
        help="a name or its beginning, such as conv/1x1 or peak-memory; repeatable")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of each program (default: all processors)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the table there instead of printing it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all rounds there")
    parser.add_argument("--ddpm", type=Path, default=ROOT / ".build/release/ddpm", help="the Swift program")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error(f"--rounds {arguments.rounds}: must be at least 1")
    programs = Programs(arguments.ddpm, arguments.threads)
    names = programs.names()
    for beginning in arguments.only:
        if not beginning or not any(name.startswith(beginning) for name in names):
            parser.error(f"--only {beginning}: no figure has a name that begins so")
    if arguments.only:
        names = [name for name in names if name.startswith(tuple(arguments.only))]

    machine = describe(programs)
    rounds = []
    for number in range(arguments.rounds):
        # Memory hardly differs from round to round, and training steps take long.
        wanted = names if number == 0 else [name for name in names if not name.startswith(MEMORY)]
        rounds.append(measure(programs, wanted, f"round {number + 1} of {arguments.rounds}"))
    rows = summarize(rounds)
    text = markdown(machine, rows, arguments.rounds)
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    if arguments.json:
        figures = [asdict(row) | {"ratio": row.ratio} for row in rows]
        arguments.json.write_text(json.dumps({"machine": machine, "figures": figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"compare.py: {failure}")
