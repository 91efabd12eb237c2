"""How long looking for self-penetration takes on the house body, and as a ratio to numpy's boxes.

usage: python benchmarks/intersection.py [--frames 60]

The aim is 15 ms a frame for the exact pairs of all 13320 faces, one thread. The ratio is to numpy
finding only which boxes of every sixth face overlap, without a look at a triangle. Columns: exact
pairs alone, and everything `self_penetration_scores` says.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from footlights.geometry.rotations import quat_from_rotvec
from footlights.metrics.self_penetration import self_penetration_scores
from footlights.metrics.triangle_intersection import intersecting_pairs
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24

POSES = {"dancing": 0.35, "tangled": 0.8}  # radians that every joint swings by


def swinging(frames: int, size: float) -> Motion:
    """Every joint swings by ``size`` radians, 30 frames a second."""
    rng = np.random.default_rng(0)
    axes = rng.normal(0, size, (24, 3))
    rates, starts = rng.uniform(2, 6, 24), rng.uniform(0, 6, 24)
    phases = np.arange(frames)[:, None] / 30 * rates + starts
    turns = axes * np.sin(phases)[..., None]
    return Motion(np.repeat(SMPL24.rest[:1], frames, axis=0), quat_from_rotvec(turns), 30)


def boxes_by_numpy(vertices: np.ndarray, faces: np.ndarray) -> int:
    """Pairs of faces whose boxes overlap, all against all."""
    corners = vertices[faces]
    low, high = corners.min(axis=1), corners.max(axis=1)
    meet = ((low[:, None] <= high) & (low <= high[:, None])).all(axis=-1)
    return int(np.triu(meet, 1).sum())


def milliseconds(function: Callable[[], object], times: int) -> tuple[float, float]:
    """The best and the median of several runs."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        function()
        taken.append(1e3 * (time.perf_counter() - begin))
    return min(taken), float(np.median(taken))


def print_poses(body: Body, frames: int) -> None:
    """Exact pairs and all scores, dancing and tangled."""
    still = len(intersecting_pairs(body.vertices, body.faces))
    print(f"rest pose: {still} pairs of {len(body.faces)} faces")
    print("pose       pairs   ms best  ms median   all scores, ms a frame   share   depth")

    for name, size in POSES.items():
        motion = swinging(frames, size)
        self_penetration_scores(motion[:2])  # compiles its loops
        posed = body.skin(motion)
        taken = [milliseconds(lambda v=v: intersecting_pairs(v, body.faces), 3) for v in posed]
        best, middle = np.median(taken, axis=0)

        begin = time.perf_counter()
        scores = self_penetration_scores(motion)
        whole = 1e3 * (time.perf_counter() - begin) / frames
        pairs, share, depth = (scores[key].value for key in ("all_pairs", "rate", "depth"))
        print(
            f"{name:10s} {pairs:5.0f} {best:9.1f} {middle:10.1f} {whole:24.1f} "
            f"{share:7.2f} {depth:7.2f} cm"
        )


def print_ratio(body: Body) -> None:
    """Exact pairs of every sixth face against all its boxes by numpy."""
    few = body.faces[::6]
    ours = milliseconds(lambda: intersecting_pairs(body.vertices, few), 9)[0]
    boxes = milliseconds(lambda: boxes_by_numpy(body.vertices, few), 3)[0]
    print(
        f"{len(few)} faces: {ours:.2f} ms exact, {boxes:.0f} ms for numpy's boxes alone: "
        f"{boxes / ours:.0f} times"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=60)
    arguments = parser.parse_args()
    print_poses(Body.load(), arguments.frames)
    print_ratio(Body.load())
