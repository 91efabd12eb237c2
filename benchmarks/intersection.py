"""How long counting self-intersections takes on the house body, and as a ratio to comparing all
boxes, in the same run.

    python benchmarks/intersection.py [--frames 60]

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


def turning(frames: int, size: float) -> Motion:
    """Every joint swings by ``size`` radians, 30 frames a second: 0.35 dances, 0.8 passes limbs
    through each other.
    """
    rng = np.random.default_rng(0)
    axes, speeds, starts = (
        rng.normal(0, size, (24, 3)),
        rng.uniform(2, 6, 24),
        rng.uniform(0, 6, 24),
    )
    turns = axes * np.sin(np.arange(frames)[:, None] / 30 * speeds + starts)[..., None]
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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=60)
    frames = parser.parse_args().frames
    body = Body.load()
    print(
        f"rest pose: {len(intersecting_pairs(body.vertices, body.faces))} pairs "
        f"of {len(body.faces)} faces"
    )
    print("pose       pairs   ms best  ms median   all scores, ms a frame   share   depth")
    for name, size in (("dancing", 0.35), ("tangled", 0.8)):
        motion = turning(frames, size)
        self_penetration_scores(motion[:2])
        posed = body.skin(motion)
        taken = [milliseconds(lambda v=v: intersecting_pairs(v, body.faces), 3) for v in posed]  # type: ignore[misc]
        begin = time.perf_counter()
        scores = self_penetration_scores(motion)
        whole = 1e3 * (time.perf_counter() - begin) / frames
        best, middle = np.median(taken, axis=0)
        print(
            f"{name:10s} {scores['all_pairs'].value:5.0f} {best:9.1f} {middle:10.1f} {whole:24.1f} "
            f"{scores['rate'].value:7.2f} {scores['depth'].value:7.2f} cm"
        )
    few = body.faces[::6]
    ours = milliseconds(lambda: intersecting_pairs(body.vertices, few), 9)[0]
    theirs = milliseconds(lambda: boxes_by_numpy(body.vertices, few), 3)[0]
    print(
        f"{len(few)} faces: {ours:.2f} ms exact, {theirs:.0f} ms for numpy's boxes alone: "
        f"{theirs / ours:.0f} times"
    )


if __name__ == "__main__":
    main()
