"""Computes the fixtures: what PyTorch and diffusers answer to small questions, in the layouts of the Swift library.

    python make_fixtures.py            # writes *.safetensors beside this file
    python make_fixtures.py samplers   # writes that one alone

Every number is drawn as float32, computed with in float64 and stored as float32, so that a fixture is wrong by no more
than half a unit in the last place. README.md says what the keys are.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "interop"))  # the networks' twins

from operations import operations  # noqa: E402
from reports import reports  # noqa: E402
from samplers import samplers  # noqa: E402
from schedules import network, schedules  # noqa: E402
from training import layers, optimizers  # noqa: E402

BOUND = 2_700_000  # bytes, of all fixtures together

if __name__ == "__main__":
    makers = {
        "operations": operations, "layers": layers, "optimizers": optimizers, "schedules": schedules, "unet": network,
        "reports": reports, "samplers": samplers,
    }
    for name in sys.argv[1:] or makers:
        makers[name]()
    total = sum(file.stat().st_size for file in Path(__file__).parent.glob("*.safetensors"))
    print(f"{'together':43} {total:8,} bytes")
    assert total < BOUND
