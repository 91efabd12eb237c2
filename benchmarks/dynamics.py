"""Does a dance follow the song's loudness as dancers do: python benchmarks/dynamics.py --data DIR

usage: python benchmarks/dynamics.py --data DIR --music DIR [--model small] [--split S] [--songs N]

Dances of a minute for the danceable songs of a split, one of each style in turn. Printed are, as
means over dances: Spearman's correlation of loudness with mean joint speed (both over 0.7 s), mean
speed in the quietest and the loudest fifth of the song, seconds a minute of holds (mean joint speed
below a fifth of the dance's median for half a second or more), and the ratio of the calmest to the
liveliest song. Rows "real" are recorded dances of the styles, which have no song; the control pairs
each dance with the next song's loudness.
"""

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from footlights.data.dataset import Dataset
from footlights.formats import read
from footlights.generators import load_generator
from footlights.geometry.signals import gaussian_smoothed, runs
from footlights.motion.motion import Motion
from footlights.music import Music

_LONGEST = 60.0  # seconds of a song that are danced
_SMOOTH = 0.7  # seconds
_HOLD_SHARE, _HOLD_SECONDS = 0.2, 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--music", type=Path, required=True)
    parser.add_argument("--model", default="small")
    parser.add_argument("--split", default="val")
    parser.add_argument("--songs", type=int, default=8)
    args = parser.parse_args()

    print("| | n | Spearman | quietest fifth, m/s | loudest | holds, s a minute |")
    print("|---|---|---|---|---|---|")
    for style, motions in sorted(real_dance(args.data).items()):
        print(f"| real, {style} | {len(motions)} | - | - | - | {mean_holds(motions):.2f} |")

    model = load_generator(args.model)
    danced = []
    for number, song in enumerate(songs_of(args.music, args.split, args.songs)):
        style = model.info.styles[number % len(model.info.styles)]
        seconds = min(song.seconds, _LONGEST)
        danced.append((song, model.sample(song, 1, number, seconds=seconds, style=style)[0]))
    print(row(args.model, danced))

    loudness = [song for song, _ in danced]
    other = zip(loudness[1:] + loudness[:1], (motion for _, motion in danced), strict=True)
    print(row("control: another song's loudness", list(other)))
    for style in model.info.styles:
        motions = [motion for _, motion in danced if motion.meta["style"] == style]
        if motions:
            print(f"| {args.model}, {style} | {len(motions)} | | | | {mean_holds(motions):.2f} |")


def songs_of(folder: Path, split: str, count: int) -> list[Music]:
    """The first danceable songs of a split."""
    with (folder / "music.csv").open(newline="", encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["split"] == split]
    files = [folder / row["file"] for row in rows if row["danceable"] == "1"]
    return [Music.load(file, 0.0, _LONGEST) for file in files[:count]]


def real_dance(data: Path) -> dict[str, list[Motion]]:
    """Dance clips of training and validation of ten seconds or more, by style."""
    motions = defaultdict(list)
    for clip in Dataset.read(data).clips:
        if clip.dance and clip.split in ("train", "val") and clip.seconds >= 10:
            motions[clip.style].append(read(clip.file))
    return motions


def speed_of(motion: Motion) -> np.ndarray:
    """(T,) m/s mean joint speed."""
    velocity = np.gradient(motion.positions.astype(np.float64), 1 / motion.fps, axis=0)
    speed: np.ndarray = np.linalg.norm(velocity, axis=-1).mean(axis=1)
    return speed


def mean_holds(motions: list[Motion]) -> float:
    """Seconds a minute in which the dancers hold still."""
    held = sum(held_seconds(motion) for motion in motions)
    return 60 * held / sum(motion.seconds for motion in motions)


def held_seconds(motion: Motion) -> float:
    speed = gaussian_smoothed(speed_of(motion), 0.1 * motion.fps)
    still = runs(speed < _HOLD_SHARE * np.median(speed))
    lengths = [(stop - start) / motion.fps for start, stop in still]
    return sum(length for length in lengths if length >= _HOLD_SECONDS)


def row(name: str, danced: list[tuple[Music, Motion]]) -> str:
    figures = []
    for song, motion in danced:
        speed = gaussian_smoothed(speed_of(motion), _SMOOTH * motion.fps)
        loudness = gaussian_smoothed(song.loudness, _SMOOTH * song.onset_rate)
        at = np.arange(len(speed)) / motion.fps * song.onset_rate
        level = np.interp(at, np.arange(len(loudness)), loudness)
        low, high = np.quantile(level, [0.2, 0.8])
        pull = spearmanr(level, speed).statistic
        figures.append((pull, speed[level <= low].mean(), speed[level >= high].mean()))
    means = " | ".join(f"{value:.2f}" for value in np.nanmean(figures, axis=0))
    return f"| {name} | {len(danced)} | {means} | {mean_holds([m for _, m in danced]):.2f} |"


if __name__ == "__main__":
    main()
