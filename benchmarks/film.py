"""How fast films are made, beside merely coding the same pictures, measured in the same run.

    python benchmarks/film.py [--seconds 10]

The aim is 60 frames a second at 640 x 480 on two cores, everything included. Memory is the growth
of the process's peak from a film to one four times as long.
"""

import argparse
import resource
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from footlights.geometry.rotations import quat_from_rotvec
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.music import Music
from footlights.show.film import film, frame

SIZES = ((640, 480), (1280, 720))
RATE = 22050  # samples of sound a second
REPEATS = 3  # of which the fastest counts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    seconds = parser.parse_args().seconds

    with tempfile.TemporaryDirectory() as name:
        folder, motion = Path(name), swaying(seconds)
        for size in SIZES:
            film(motion[:2], folder / "warm.mp4", None, size)  # compiles
        print_memory(seconds, folder)

        print("size       film frames/s  per core-second  coding alone  ratio")
        for size in SIZES:
            speed, per_core = max(film_speed(motion, size, folder) for _ in range(REPEATS))
            alone = max(coding_speed(motion, size, folder) for _ in range(REPEATS))
            print(
                f"{size[0]}x{size[1]:<6} {speed:13.1f} {per_core:16.1f} {alone:13.1f} "
                f"{speed / alone:6.2f}"
            )

        clock = time.perf_counter()
        Body.load().skin(motion)
        print(f"skinning alone: {len(motion) / (time.perf_counter() - clock):.0f} frames/s")


def print_memory(seconds: float, folder: Path) -> None:
    """The peak after a film, and how much more a film four times as long needs."""
    film(swaying(seconds), folder / "film.mp4", tone(seconds), SIZES[0])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    film(swaying(4 * seconds), folder / "long.mp4", tone(4 * seconds), SIZES[0])
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"peak memory: {before / 1024:.0f} MB, {more / 1024:+.0f} MB for four times the film")


def film_speed(motion: Motion, size: tuple[int, int], folder: Path) -> tuple[float, float]:
    """Frames a second of a film with sound, by the clock and by the time of all threads."""
    clock, work = time.perf_counter(), time.process_time()
    film(motion, folder / "film.mp4", tone(motion.seconds), size)
    return len(motion) / (time.perf_counter() - clock), len(motion) / (time.process_time() - work)


def coding_speed(motion: Motion, size: tuple[int, int], folder: Path) -> float:
    """Frames a second of coding pictures that are drawn already, with the film's coder."""
    every = max(1, len(motion) // 30)
    pictures = [frame(motion, index, size) for index in range(0, len(motion), every)]

    clock = time.perf_counter()
    with av.open(str(folder / "coded.mp4"), "w") as container:
        video = container.add_stream("libx264", rate=Fraction(30))
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        video.options = {"preset": "veryfast", "crf": "22", "x264-params": "threads=1:mbtree=0"}
        for picture in pictures:
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode(None))
    return len(pictures) / (time.perf_counter() - clock)


def swaying(seconds: float) -> Motion:
    """A dance that turns every joint and walks about, 30 frames a second."""
    rng = np.random.default_rng(0)
    times = np.arange(round(seconds * 30)) / 30
    axes = rng.normal(0, 0.35, (24, 3))
    speeds, starts = rng.uniform(2, 6, 24), rng.uniform(0, 6, 24)
    rotvecs = axes * np.sin(times[:, None] * speeds + starts)[..., None]
    root = SMPL24.rest[0] + np.stack([np.sin(times), 0.5 * np.sin(2 * times), 0 * times], axis=1)
    return Motion(root, quat_from_rotvec(rotvecs), 30)


def tone(seconds: float) -> Music:
    """A quiet tone, so that sound is coded too."""
    return Music((0.3 * np.sin(np.arange(round(seconds * RATE)) * 0.06)).astype(np.float32), RATE)


if __name__ == "__main__":
    main()
