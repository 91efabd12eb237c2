"""What measuring costs: features against plain loops, and every metric of a ten-second clip.

usage: python benchmarks/metrics.py

The kinetic loop is the published formula written one frame and one joint at a time; the geometric
one asks the 32 statements of one frame at a time, which costs about what published code costs. Both
run in the same process on the same clip of 20 s at 60 frames a second, both give the same numbers,
and the worst difference is printed beside the ratio.
"""

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from footlights.geometry.rotations import quat_from_rotvec
from footlights.metrics.geometric_features import TEMPLATE, geometric_features_bailando
from footlights.metrics.kinetic_features import kinetic_features_bailando
from footlights.metrics.measure import measure
from footlights.metrics.registry import FEATURES, METRICS
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24

FEATURES_HEAD = (
    "| features of 20 s at 60 frames a second | loop, ms | ours, ms | ratio "
    "| worst relative difference |\n|---|---|---|---|---|"
)


def swaying(seconds: float, fps: float, seed: int = 0) -> Motion:
    """Slow waves in every joint, enough to cost what a dance costs."""
    rng, at = np.random.default_rng(seed), np.arange(round(seconds * fps)) / fps
    rates, starts = rng.uniform(0.2, 2, (24, 3)), rng.uniform(0, 6, (24, 3))
    waves = np.sin(2 * np.pi * at[:, None, None] * rates + starts)
    root = SMPL24.rest[0] + 0.2 * waves[:, 0] + [0, 0, 1.0]
    return Motion(root, quat_from_rotvec(0.3 * waves), fps)


def kinetic_loop(positions: np.ndarray) -> np.ndarray:
    """Published kinetic features, one frame and joint at a time."""
    dt, frames = 1 / 60, len(positions)
    features = []
    for p in positions.swapaxes(0, 1):
        ground = climb = energy = 0.0
        for i in range(1, frames):
            near = [f for f in range(i - 2, i + 3) if 1 <= f <= frames - 1]
            steps = [(p[f] - p[f - 1]) / dt for f in near]
            # The misplaced bracket of the published code, and all.
            seconds = [
                (p[f + 1] - (1 + dt) * p[f] + p[f - 1]) / dt**2 for f in near if f <= frames - 2
            ]
            step, second = sum(steps) / len(steps), sum(seconds) / len(seconds)
            ground, climb = ground + step[0] ** 2 + step[2] ** 2, climb + step[1] ** 2
            energy += math.sqrt(float(second @ second))
        features += [total / (frames - 1) for total in (ground, climb, energy)]
    return np.array(features)


def geometric_loop(positions: np.ndarray) -> np.ndarray:
    """Published geometric features, one frame at a time."""
    pairs = (positions[i - 1 : i + 1] for i in range(1, len(positions)))
    return np.mean([geometric_features_bailando(pair, TEMPLATE) for pair in pairs], axis=0)


def timed(call: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Best wall milliseconds of ``times`` calls, and what the last gave."""
    best = math.inf
    for _ in range(times):
        start = time.perf_counter()
        value = call()
        best = min(best, time.perf_counter() - start)
    return 1000 * best, value


def print_features() -> None:
    """Features against loops, both in this process on the same clip."""
    positions = swaying(20, 60).positions[..., [0, 2, 1]].astype(np.float64)
    print(FEATURES_HEAD)
    for name, loop, ours in (
        ("kinetic", kinetic_loop, kinetic_features_bailando),
        ("geometric", geometric_loop, geometric_features_bailando),
    ):
        slow, expected = timed(lambda loop=loop: loop(positions))
        fast, features = timed(lambda ours=ours: ours(positions), 20)
        error = np.max(np.abs(features - expected) / (np.abs(expected) + 1e-9))
        print(f"| {name} | {slow:.0f} | {fast:.2f} | {slow / fast:.0f} | {error:.1e} |")


def print_metrics() -> None:
    """Every metric of single clips by itself and all together."""
    clip, beats = swaying(10, 30), np.arange(0, 10, 0.5)
    measure(clip, beats)  # compiles its loops
    print("\n| ten seconds at 30 frames a second | ms |\n|---|---|")

    names = [name for name, metric in METRICS.items() if metric.takes in ("motion", "beats")]
    quick = [n for n in names if not n.startswith(("self_penetration", "intersecting_pairs"))]
    rows = {
        f"all {len(names)} metrics of single clips": names,
        f"the {len(quick)} that look for no self-penetration": quick,
        **{name: [name] for name in names},
    }
    # A motion keeps what is computed of it: a new one each time, less what making it costs.
    making, _ = timed(lambda: swaying(10, 30, 1), 3)
    for label, chosen in rows.items():
        cost, _ = timed(lambda chosen=chosen: measure(swaying(10, 30, 1), beats, chosen), 3)
        print(f"| {label} | {max(0.0, cost - making):.1f} |")

    for name, make in FEATURES.items():
        cost, _ = timed(lambda make=make: make(clip), 5)
        print(f"| features {name} | {cost:.1f} |")


if __name__ == "__main__":
    print_features()
    print_metrics()
