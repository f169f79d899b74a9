"""Computes the fixtures: what PyTorch and diffusers answer to small questions, in the layouts of the Swift library.

    python make_fixtures.py            # writes *.safetensors beside this file

Every number is drawn as float32, computed with in float64 and stored as float32, so that a fixture is wrong by no more
than half a unit in the last place. README.md says what the keys are.
"""

from diffusion import network, schedules
from operations import operations
from training import layers, optimizers

BOUND = 1_500_000  # bytes, of all fixtures together

if __name__ == "__main__":
    total = operations() + layers() + optimizers() + schedules() + network()
    print(f"{'together':43} {total:8,} bytes")
    assert total < BOUND
