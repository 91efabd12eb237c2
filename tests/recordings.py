"""Folders of recordings as people have them: a dance on foreign rigs, plain or in an archive."""

import csv
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from footlights import formats
from footlights.geometry.rotations import quat_about, quat_mul
from footlights.motion.motion import Motion
from rigs import any_axes, foreign

RIG_SCALE = 1.2  # of the rig in `motion_folder` against ours

_ROW = {
    "archive": "pack.tar.xz",
    "source": "lab",
    "genre": "salsa",
    "is_dance": "1",
    "fps_true": "30",
    "unit_m": "0.01",
    "up": "z",
    "skip_start_frames": "0",
    "subject": "ann",
    "split": "train",
    "licence": "CC BY 4.0",
    "commercial": "yes",
    "notes": "q=ok",
}


def motion_folder(place: Path, dance: Motion, count: int = 3) -> Path:
    """``count`` takes of one foreign rig as BVH, each at another place and height."""
    place.mkdir(parents=True, exist_ok=True)
    rig = foreign_take(dance)
    for k in range(count):
        formats.write(rig.moved((k, 0, 0.05 * k), yaw=k), place / f"take {k}.bvh")
    return place


def foreign_take(dance: Motion) -> Motion:
    """The dance on the rig of `motion_folder`."""
    return foreign(dance, "motion builder", RIG_SCALE, any_axes(5))


def spiked(motion: Motion, frames: slice) -> Motion:
    """The motion with a knee that in these frames jumps to and fro by 2.5 rad."""
    rotations = motion.rotations.copy()
    knee = motion.skeleton.index("left_knee")
    jumps = quat_about("x", np.resize([2.5, 0.0], len(rotations[frames])))
    rotations[frames, knee] = quat_mul(jumps, rotations[frames, knee].astype(np.float64))
    return motion.replace(rotations=rotations)


def packed_manifest(place: Path, dance: Motion, rows: Sequence[dict[str, str]]) -> Path:
    """A manifest and its archive; each file says 120 frames a second, the manifest knows better."""
    files = place / "pack" / "in"
    files.mkdir(parents=True)
    rows = [_ROW | {"path_in_archive": f"in/{row['id']}.bvh"} | row for row in rows]
    take = foreign(dance, "xsens", 1.0).replace(fps=120.0)
    for row in rows:
        formats.write(take, files / f"{row['id']}.bvh")

    with tarfile.open(place / "pack.tar.xz", "w:xz") as bundle:
        bundle.add(files, "in")
    shutil.rmtree(place / "pack")
    write_table(place / "manifest.csv", rows)
    return place


def change_row(table: Path, **change: str) -> None:
    """Change the first row of a table and leave out the others."""
    with open(table, newline="") as handle:
        first = next(csv.DictReader(handle))
    write_table(table, [first | change])


def write_table(table: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write a table whose columns are all that occur in its rows."""
    with open(table, "w", newline="") as handle:
        writer = csv.DictWriter(handle, sorted({column for row in rows for column in row}))
        writer.writeheader()
        writer.writerows(rows)
