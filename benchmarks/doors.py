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
from pathlib import Path

from folders import told

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from canaries import stepping
from footlights.formats import read, write
from footlights.retargeting.unitree_g1 import onto_robot

KINDS = ("bvh", "npz", "glb", "vrma", "amass.npz", "smplx.npz", "csv")


def timed(work, *arguments) -> tuple[float, object]:
    """Seconds of one call, and what it gave."""
    start = time.perf_counter()
    given = work(*arguments)
    return time.perf_counter() - start, given


def formats(folder: Path, minutes: float) -> None:
    dance = stepping(60 * minutes)
    robot = onto_robot(dance)
    write(dance[:30], folder / "warm.bvh")
    read(folder / "warm.bvh")
    baseline = None
    print("\n| file | MB | write, s | read, s | of float() |\n|---|---|---|---|---|")
    for kind in KINDS:
        file = folder / f"dance.{kind}"
        writing, _ = timed(write, robot if kind == "csv" else dance, file)
        if baseline is None:
            rows = file.read_text(encoding="utf-8").partition("Frame Time")[2].partition("\n")[2]
            baseline, _ = timed(lambda rows=rows: [float(number) for number in rows.split()])
        reading = min(timed(read, file)[0] for _ in range(3))
        size = file.stat().st_size / 1e6
        print(
            f"| {kind} | {size:.1f} | {writing:.2f} | {reading:.2f} | {reading / baseline:.2f} |",
            flush=True,
        )


def folders(kept: Path, most: int) -> None:
    print("| clips | bvh to glb | seconds | clips a second | MB |\n|---|---|---|---|---|")
    clips = kept / "clips"
    clips.mkdir()
    for count in (most // 10, most):
        for i in range(len(os.listdir(clips)), count):
            write(stepping(10.0, bpm=100 + 30 * i / most), clips / f"{i:04d}.bvh")
        for name in ("first", "again"):
            seconds, size = told(
                ["convert", str(clips), str(kept / f"out-{count}"), "--as", "glb"], kept / "home"
            )
            print(
                f"| {count} | {name} | {seconds:.1f} | {count / seconds:.1f} | {size:.0f} |",
                flush=True,
            )


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as kept:
        folders(Path(kept), most)
        formats(Path(kept), 10.0)


if __name__ == "__main__":
    main()
