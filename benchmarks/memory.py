"""How memory grows: python benchmarks/memory.py

Songs of one and of ten minutes danced to numbers only, folders of 200 and of 1,000 clips converted,
judged and measured, and a motion of 18 minutes as text. Prints the most memory of any process of
each command, and the ratio of the larger to the smaller; for songs beside what the promise allows:
1.1 times the memory of one minute, and the bytes of the dances.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from canaries import stepping
from folders import fill, measured
from footlights.formats import read, write

_RATE = 22050
_MOTION_FRAMES = 32_000  # just short of what is judged at once


def main() -> None:
    """Print the table."""
    print("| command | small, MB | large, MB | ratio | allowed, MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _songs(folder)
        _folders(folder)
        _long_motion(folder)


def _songs(folder: Path) -> None:
    peaks = []
    for minutes in (1, 10):
        song, out = folder / f"{minutes}.wav", folder / f"dances{minutes}"
        soundfile.write(song, _beating(60 * minutes), _RATE)
        words = ["dance", str(song), "-o", str(out), "--formats", "npz"]
        peaks.append(measured(words, folder / "home")[1])

    dances = [read(file) for file in (folder / "dances10").glob("*.npz")]
    size = sum(part.nbytes for d in dances for part in (d.root, d.rotations, d.contacts)) / 1e6
    _row("dance, 1 and 10 minutes", *peaks, f"{1.1 * peaks[0] + size:.0f}")


def _folders(folder: Path) -> None:
    clips = folder / "clips"
    clips.mkdir()
    peaks: dict[str, list[float]] = {"convert": [], "score": [], "evaluate": []}
    for count in (200, 1000):
        fill(clips, count, 1000)
        out = str(folder / f"bvh{count}")
        commands = {
            "convert": ["convert", str(clips), out, "--as", "bvh"],
            "score": ["score", str(clips)],
            "evaluate": ["evaluate", "--generated", str(clips)],
        }
        for command, words in commands.items():
            peaks[command].append(measured(words, folder / "home")[1])
    for command, (small, large) in peaks.items():
        _row(f"{command}, 200 and 1,000 clips", small, large, f"{1.05 * small:.0f}")


def _long_motion(folder: Path) -> None:
    short, long = folder / "short.bvh", folder / "long.bvh"
    write(stepping(20.0), short)
    write(stepping(_MOTION_FRAMES / 30), long)
    for command in ("convert", "score"):
        peaks = []
        for file in (short, long):
            words = [
                command,
                str(file),
                *([str(folder / "o.npz"), "--force"] * (command == "convert")),
            ]
            peaks.append(measured(words, folder / "home")[1])
        _row(f"{command}, a bvh of 20 s and 18 minutes", *peaks, "1074")


def _beating(seconds: int) -> np.ndarray:
    at = np.arange(seconds * _RATE) / _RATE
    tone = 0.3 * np.sin(2 * np.pi * 110 * at) * np.exp(-8 * (2 * at % 1))
    noise = np.random.default_rng(0).standard_normal(len(at))
    return (tone + 0.05 * noise).astype(np.float32)


def _row(command: str, small: float, large: float, allowed: str) -> None:
    print(
        f"| {command} | {small:.0f} | {large:.0f} | {large / small:.2f} | {allowed} |", flush=True
    )


if __name__ == "__main__":
    main()
