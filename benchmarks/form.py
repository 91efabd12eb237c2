"""Does a phrase of the dance return where the song's does: python benchmarks/form.py --music DIR

usage: python benchmarks/form.py --music DIR [--data DIR] [--model small] [--split S] [--songs 8]

Dances of a minute for songs in which some phrase returns, at several settings of `repeat`. Printed
is the mean distance of joints, without place and heading, between a phrase and its next return (the
mirror image where it is danced to the other side), over that between random moments of the dance:
1 is no return. Means over songs, with a 95 % interval from resampling songs. The controls compare
with the wrong side, and with the returns of another song. Rows "real" are recorded dances of known
beats: the distance to what comes 16 counts later over that between random moments.
"""

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from dynamics import songs_of
from footlights.data.dataset import Dataset
from footlights.formats import read
from footlights.generators import load_generator
from footlights.motion.heading import heading_free_positions
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.music import Music
from footlights.music.structure import COUNTS, Phrase

_REPEATS = (0.0, 0.5, 0.85, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--music", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--model", default="small")
    parser.add_argument("--split", default="train")
    parser.add_argument("--songs", type=int, default=8)
    args = parser.parse_args()

    print("| | n | returns | distance over random moments | wrong side | another song's returns |")
    print("|---|---|---|---|---|---|")
    if args.data:
        ratios = real_ratios(args.data)
        print(f"| real, 16 counts | {len(ratios)} | - | {interval(ratios)} | - | - |")

    model = load_generator(args.model)
    songs = [s for s in songs_of(args.music, args.split, 3 * args.songs) if returns_of(s.phrases)]
    songs = songs[: args.songs]
    count = sum(len(returns_of(song.phrases)) for song in songs)
    for repeat in _REPEATS:
        rows = []
        for number, song in enumerate(songs):
            style = model.info.styles[number % len(model.info.styles)]
            dance = model.sample(song, 1, number, style=style, repeat=repeat)[0]
            rows.append(ratios_of(dance, song, songs[(number + 1) % len(songs)]))
        cells = " | ".join(interval(column) for column in zip(*rows, strict=True))
        print(f"| {args.model}, repeat {repeat:g} | {len(rows)} | {count} | {cells} |", flush=True)


def interval(values: Sequence[float]) -> str:
    """The mean of the values that are known, and its interval."""
    known = np.array([value for value in values if np.isfinite(value)])
    if not len(known):
        return "-"
    drawn = np.random.default_rng(0).choice(known, (1000, len(known))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{known.mean():.2f} ({low:.2f}-{high:.2f})"


def returns_of(phrases: tuple[Phrase, ...]) -> list[tuple[Phrase, Phrase]]:
    """Each phrase that returns, and its next return."""
    pairs = []
    for label in {phrase.label for phrase in phrases}:
        pairs += pairwise(phrase for phrase in phrases if phrase.label == label)
    return pairs


def ratios_of(dance: Motion, song: Music, other: Music) -> tuple[float, float, float]:
    """Distance of returns over that of random moments: right side, wrong side, other song's."""
    poses, mirrored = poses_of(dance), poses_of(dance.mirrored())
    any_moment = random_distance(poses)
    right, wrong, strange = [], [], []
    for a, b in returns_of(song.phrases):
        to_other_side = (a.returns + b.returns) % 2 == 1
        same, swapped = (mirrored, poses) if to_other_side else (poses, mirrored)
        right.append(distance(poses, same, a, b, dance.fps))
        wrong.append(distance(poses, swapped, a, b, dance.fps))
    for a, b in returns_of(other.phrases):
        side = mirrored if (a.returns + b.returns) % 2 else poses
        strange.append(distance(poses, side, a, b, dance.fps))
    means = (np.nanmean(part) / any_moment for part in (right, wrong, strange))
    return tuple(float(mean) for mean in means)  # type: ignore[return-value]


def random_distance(poses: np.ndarray) -> float:
    """Mean distance of joints between moments drawn at random, metres."""
    shuffled = np.random.default_rng(0).permutation(len(poses))
    return float(np.linalg.norm(poses - poses[shuffled], axis=-1).mean())


def poses_of(motion: Motion) -> np.ndarray:
    """(T, J, 3) metres, without place and heading."""
    return heading_free_positions(motion, SMPL24.names)


def distance(poses: np.ndarray, others: np.ndarray, a: Phrase, b: Phrase, fps: float) -> float:
    """Mean distance of joints, metres, of a phrase of ``poses`` and one of ``others``."""
    starts = [round(phrase.start * fps) for phrase in (a, b)]
    length = round(min(a.end - a.start, b.end - b.start) * fps)
    length = min(length, len(poses) - max(starts))
    if length < 1:
        return float("nan")
    one, other = poses[starts[0] :][:length], others[starts[1] :][:length]
    return float(np.linalg.norm(one - other, axis=-1).mean())


def real_ratios(data: Path) -> list[float]:
    """Of each recorded dance of known beats: distance after 16 counts over that of any moment."""
    ratios = []
    for clip in Dataset.read(data).clips:
        if not (clip.dance and clip.bpm and clip.split in ("train", "val")):
            continue
        poses = poses_of(read(clip.file))
        lag = round(COUNTS * 60 / clip.bpm * 30)
        if len(poses) < 2 * lag:
            continue
        near = np.linalg.norm(poses[lag:] - poses[:-lag], axis=-1).mean()
        ratios.append(float(near / random_distance(poses)))
    return ratios


if __name__ == "__main__":
    main()
