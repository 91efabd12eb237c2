"""How fast motions come in and go out: python benchmarks/doors.py [COUNT, default 1000]

Folders first: a tenth of COUNT clips of ten seconds, and COUNT of them, from bvh to glb by
`footlights convert` on all cores, and the same command again when all is done: seconds, clips a
second, MB of the largest process. Then ten minutes of one dance at 30 frames a second in every
format that is written without another program: its size, seconds to write and to read it, and
reading over what Python's own float() needs for the numbers of the BVH in the same run.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from folders import told

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from canaries import stepping
from footlights.formats import read, write
from footlights.retargeting.unitree_g1 import onto_robot

KINDS = ("bvh", "npz", "glb", "vrma", "amass.npz", "smplx.npz", "csv")
MINUTES = 10.0
READS = 3  # of which the fastest counts


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as scratch:
        time_folders(Path(scratch), most)
        time_formats(Path(scratch))


def time_folders(scratch: Path, most: int) -> None:
    print("| clips | bvh to glb | seconds | clips a second | MB |\n|---|---|---|---|---|")
    clips = scratch / "clips"
    clips.mkdir()
    for count in (most // 10, most):
        for i in range(len(os.listdir(clips)), count):
            write(stepping(10.0, bpm=100 + 30 * i / most), clips / f"{i:04d}.bvh")
        command = ["convert", str(clips), str(scratch / f"out-{count}"), "--as", "glb"]
        for name in ("first", "again"):
            taken, megabytes = told(command, scratch / "home")
            print(
                f"| {count} | {name} | {taken:.1f} | {count / taken:.1f} | {megabytes:.0f} |",
                flush=True,
            )


def time_formats(scratch: Path) -> None:
    dance = stepping(60 * MINUTES)
    robot = onto_robot(dance)
    # What is imported at the first call is not the format's.
    write(dance[:30], scratch / "warm.bvh")
    read(scratch / "warm.bvh")

    print("\n| file | MB | write, s | read, s | of float() |\n|---|---|---|---|---|")
    float_seconds = None
    for kind in KINDS:
        file, motion = scratch / f"dance.{kind}", robot if kind == "csv" else dance
        writing = seconds(lambda motion=motion, file=file: write(motion, file))
        if float_seconds is None:
            float_seconds = seconds_of_float(file)
        reading = min(seconds(lambda file=file: read(file)) for _ in range(READS))
        megabytes = file.stat().st_size / 1e6
        print(
            f"| {kind} | {megabytes:.1f} | {writing:.2f} | {reading:.2f} "
            f"| {reading / float_seconds:.2f} |",
            flush=True,
        )


def seconds_of_float(bvh: Path) -> float:
    """What Python's float() needs for the numbers of a BVH."""
    rows = bvh.read_text(encoding="utf-8").partition("Frame Time")[2].partition("\n")[2]
    return seconds(lambda: [float(number) for number in rows.split()])


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
