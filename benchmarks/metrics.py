"""What measuring costs: features against plain loops over frames and joints, and every metric of a
ten-second clip.

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


def swaying(seconds: float, fps: float, seed: int = 0) -> Motion:
    """Slow waves in every joint, enough to cost what a dance costs."""
    rng, at = np.random.default_rng(seed), np.arange(round(seconds * fps)) / fps
    waves = np.sin(
        2 * np.pi * at[:, None, None] * rng.uniform(0.2, 2, (24, 3)) + rng.uniform(0, 6, (24, 3))
    )
    root = SMPL24.rest[0] + 0.2 * waves[:, 0] + [0, 0, 1.0]
    return Motion(root, quat_from_rotvec(0.3 * waves), fps)


def kinetic_loop(place: np.ndarray) -> np.ndarray:
    """Published kinetic features, one frame and joint at a time."""
    dt, frames = 1 / 60, len(place)
    out = []
    for joint in range(place.shape[1]):
        p = place[:, joint]
        ground = climb = energy = 0.0
        for i in range(1, frames):
            near = [f for f in range(i - 2, i + 3) if 1 <= f <= frames - 1]
            step = sum((p[f] - p[f - 1] for f in near), np.zeros(3)) / len(near) / dt
            bends = [f for f in near if f <= frames - 2]
            bent = (
                sum((p[f + 1] - (1 + dt) * p[f] + p[f - 1] for f in bends), np.zeros(3))
                / len(bends)
                / dt**2
            )
            ground, climb = ground + step[0] ** 2 + step[2] ** 2, climb + step[1] ** 2
            energy += math.sqrt(float(bent @ bent))
        out += [v / (frames - 1) for v in (ground, climb, energy)]
    return np.array(out)


def geometric_loop(place: np.ndarray) -> np.ndarray:
    """Published geometric features, one frame at a time."""
    frames = [
        geometric_features_bailando(place[i - 1 : i + 1], TEMPLATE) for i in range(1, len(place))
    ]
    return np.mean(frames, axis=0)


def timed(call: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Best wall seconds of ``times`` calls, and what the last gave."""
    best = math.inf
    for _ in range(times):
        start = time.perf_counter()
        value = call()
        best = min(best, time.perf_counter() - start)
    return best, value


def main() -> None:
    place = swaying(20, 60).positions[..., [0, 2, 1]].astype(np.float64)
    print(
        "| features of 20 s at 60 frames a second | loop, ms | ours, ms | ratio "
        "| worst relative difference |"
    )
    print("|---|---|---|---|---|")
    pairs = (
        ("kinetic", kinetic_loop, kinetic_features_bailando),
        ("geometric", geometric_loop, geometric_features_bailando),
    )
    for name, loop, ours in pairs:
        slow, expected = timed(lambda loop=loop: loop(place))
        fast, found = timed(lambda ours=ours: ours(place), 20)
        error = np.max(np.abs(found - expected) / (np.abs(expected) + 1e-9))
        print(
            f"| {name} | {1000 * slow:.0f} | {1000 * fast:.2f} | {slow / fast:.0f} | {error:.1e} |"
        )
    clip, beats = swaying(10, 30), np.arange(0, 10, 0.5)
    measure(clip, beats)
    print("\n| ten seconds at 30 frames a second | ms |\n|---|---|")
    clips = [n for n, m in METRICS.items() if m.takes in ("motion", "beats")]
    quick = [n for n in clips if not n.startswith(("self_penetration", "intersecting_pairs"))]
    sets = (
        (clips, f"all {len(clips)} metrics of single clips"),
        (quick, f"the {len(quick)} that look for no self-intersection"),
    )
    for names, label in (*sets, *(([name], name) for name in clips)):
        cost, _ = timed(lambda names=names: measure(swaying(10, 30, 1), beats, names), 3)
        making, _ = timed(lambda: swaying(10, 30, 1), 3)
        print(f"| {label} | {1000 * max(0.0, cost - making):.1f} |")
    for name, make in FEATURES.items():
        cost, _ = timed(lambda make=make: make(clip), 5)
        print(f"| features {name} | {1000 * cost:.1f} |")


if __name__ == "__main__":
    main()
