"""How fast is the whole path and how much memory does it take: song in, files out, beside baselines
of the same run.

usage: python benchmarks/pipeline.py [--song FILE] [--model small] [--runs 5]

Times are medians. Every row has a baseline measured in the same run, so that ratios can be compared
between machines and days.
"""

import argparse
import functools
import itertools
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from footlights.formats import read
from footlights.generators import load_generator
from footlights.music import Music, bundled_song
from footlights.pipeline.dance import deliver
from footlights.pipeline.dance_options import DanceOptions
from footlights.show.film import film

DANCE = 34.0  # seconds of dance, the length that published systems were timed with
_PEAK = (
    "import resource, sys; from footlights.cli import main; code = main(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--song",
        type=Path,
        default=bundled_song(),
        help="at least five seconds; it is repeated as needed",
    )
    parser.add_argument("--model", default="small")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    print("| what | got | target | baseline | its | ratio |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), args.model, args.runs)
        songs = {seconds: bench.song_of(args.song, seconds) for seconds in (DANCE, 60.0, 300.0)}
        bench.warm(songs[DANCE])
        bench.starts(songs[60.0])
        bench.films(songs[DANCE])
        bench.memory(songs[60.0], songs[300.0])


class Bench:
    """One run of all measurements, in a folder of its own."""

    def __init__(self, folder: Path, model: str, runs: int) -> None:
        self.folder, self.model, self.runs = folder, model, runs
        self.fresh = (folder / f"out{number}" for number in itertools.count())

    def song_of(self, song: Path, seconds: float) -> Path:
        """A wav of exactly ``seconds``, the song repeated."""
        music = Music.load(song)
        path = self.folder / f"{seconds:g}.wav"
        soundfile.write(path, np.resize(music.samples, round(seconds * music.rate)), music.rate)
        return path

    def median(self, work: Callable[[], object]) -> float:
        times = []
        for _ in range(self.runs):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    def warm(self, song: Path) -> None:
        """In a running program, the model loaded anew each time."""
        base = "decode, onsets", self.median(lambda: Music.load(song).onset)
        for kind, target in (("npz", 1.2), ("glb", 3.0), ("bvh", 3.0)):
            options = DanceOptions(count=1, formats=(kind,))
            work = functools.partial(self.deliver, song, options)
            work()
            timed(f"{DANCE:g} s of dance, song to {kind}, warm", self.median(work), target, *base)
        music, dancer = Music.load(song), load_generator(self.model)
        timed(
            f"of which sampling {DANCE:g} s, feet cleaned",
            self.median(lambda: dancer.sample(music)),
            1.2,
            *base,
        )

    def deliver(self, song: Path, options: DanceOptions) -> None:
        deliver([song], next(self.fresh), options, model=self.model)

    def starts(self, song: Path) -> None:
        """From the start of the process."""
        python = self.median(lambda: self.command("-c", "pass"))
        timed(
            "footlights --help",
            self.median(lambda: self.command("-m", "footlights", "--help")),
            0.3,
            "python starts",
            python,
        )
        imports = self.median(
            lambda: self.command("-c", "import numpy, onnxruntime, soundfile, soxr")
        )
        choices = ["--model", self.model, "--seconds", "10", "--count", "1", "--formats", "npz"]

        def preview() -> None:
            self.command(
                "-m", "footlights", "dance", str(song), "-o", str(next(self.fresh)), *choices
            )

        preview()
        timed(
            "first preview: npz of 10 s, from process start",
            self.median(preview),
            2.0,
            "imports alone",
            imports,
        )

    def films(self, song: Path) -> None:
        """Frames a second of a film without sound, code compiled."""
        motion = load_generator(self.model).sample(Music.load(song))[0]
        film(motion[:2], self.folder / "warm.mp4")
        pace = len(motion) / self.median(
            lambda: film(motion, self.folder / "film.mp4", size=(640, 480))
        )
        row(
            "film 640 x 480",
            f"{pace:.0f} frames/s",
            ">= 60",
            "as it plays",
            f"{motion.fps:g} frames/s",
            pace / motion.fps,
        )

    def memory(self, short: Path, long: Path) -> None:
        """Peak of a process that dances to a one-minute and to a five-minute song; what it makes
        may come on top.
        """
        (small, _), (large, output) = self.peak(short), self.peak(long)
        allowed = 1.3 * small + output
        row(
            "peak memory, 5 min song",
            f"{large:.0f} MB",
            f"<= {allowed:.0f} MB",
            "1 min song",
            f"{small:.0f} MB",
            large / small,
        )

    def peak(self, song: Path) -> tuple[float, float]:
        """Peak resident memory of one dance to npz, and the size of its arrays; MB."""
        out = next(self.fresh)
        words = [
            "dance",
            str(song),
            "-o",
            str(out),
            "--model",
            self.model,
            "--count",
            "1",
            "--formats",
            "npz",
        ]
        told = self.command("-c", _PEAK, *words).stdout.splitlines()[-1]
        motion = read(out / f"{song.stem}-1.npz")
        return int(told) / 1024, (motion.root.nbytes + motion.rotations.nbytes) / 2**20

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *words], check=True, capture_output=True, text=True)


def timed(what: str, took: float, target: float, base: str, base_took: float) -> None:
    row(what, f"{took:.2f} s", f"<= {target:g} s", base, f"{base_took:.3f} s", took / base_took)


def row(what: str, got: str, target: str, base: str, base_got: str, ratio: float) -> None:
    print(f"| {what} | {got} | {target} | {base} | {base_got} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
