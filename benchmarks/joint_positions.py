"""Joint positions read back through inverse kinematics: python benchmarks/joint_positions.py FILES

Of each motion the positions of 22 and of 24 joints are written as npy and read back: the mean and
the largest distance of a joint from where it was, in millimetres, on the file's own bones, with
one millimetre of noise on every joint, too; and seconds for a minute of motion. The dances of
`footlights dance`, or any recording on the house skeleton, serve as FILES.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from footlights.formats import read
from footlights.motion.motion import Motion
from footlights.retargeting.pose_transfer import on_house_skeleton

NOISE = 0.001  # metres


def main() -> None:
    print("| motion | joints | noise mm | mean mm | 99 % mm | largest mm | s a minute |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for file in map(Path, sys.argv[1:]):
            motion = on_house_skeleton(read(file))
            for joints in (22, 24):
                for noise in (0.0, NOISE):
                    print(row(file.stem, motion, joints, noise, Path(scratch) / "positions.npy"))


def row(name: str, motion: Motion, joints: int, noise: float, file: Path) -> str:
    """One line of the table."""
    positions = motion.positions[:, :joints].astype(np.float64)
    positions += np.random.default_rng(0).normal(0, noise, positions.shape) if noise else 0
    np.save(file, positions.astype(np.float32))

    start = time.perf_counter()
    back = read(file, fps=motion.fps)
    seconds = (time.perf_counter() - start) * 60 / motion.seconds

    apart = 1000 * np.linalg.norm(back.positions[:, :joints] - positions, axis=-1)
    figures = (apart.mean(), np.percentile(apart, 99), apart.max())
    cells = " | ".join(f"{figure:.4f}" for figure in figures)
    return f"| {name} | {joints} | {1000 * noise:g} | {cells} | {seconds:.2f} |"


if __name__ == "__main__":
    main()
