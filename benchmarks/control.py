"""Does a dancer do as it is told: energy asked against joint speed got, style asked against style
got.

usage: python benchmarks/control.py --data DIR --music DIR [--model small] [--songs 8] [--seconds
20]

Energy: mean joint speed of the same takes at five settings, as a ratio to setting 0. Style: the
share of one-second windows whose nearest training second belongs to the asked style, and the share
among real training windows of that style when their own clip is left out, which is as well as
anyone could do.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from footlights.data.dataset import Dataset
from footlights.formats import read
from footlights.generators import load_generator
from footlights.generators.diffusion.clips import style_of
from footlights.metrics.motion_statistics import movement_scores
from footlights.metrics.novelty import Seconds, seconds_of
from footlights.music import Music

ENERGIES = (-1.0, -0.5, 0.0, 0.5, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="a folder made by: footlights data build --music DIR",
    )
    parser.add_argument("--music", type=Path, required=True, help="a folder of songs")
    parser.add_argument("--model", default="small")
    parser.add_argument("--songs", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20.0)
    args = parser.parse_args()
    model = load_generator(args.model)
    songs = [
        Music.load(path, seconds=args.seconds)
        for path in sorted(args.music.iterdir())[:: max(1, 40 // args.songs)]
    ]
    songs = songs[: args.songs]
    energy_table(model, songs)
    style_table(model, songs, args.data)


def energy_table(model, songs: list[Music]) -> None:
    print(f"n = {len(songs)} songs x {songs[0].seconds:.0f} s\n")
    print("| energy asked | joint speed, m/s | ratio to 0 | |\n|---|---|---|---|")
    speeds = {
        e: [movement_scores(model.sample(s, 1, seed=1, energy=e)[0])["speed"].value for s in songs]
        for e in ENERGIES
    }
    for e in ENERGIES:
        rising = np.mean([a < b for a, b in zip(speeds[e], speeds[min(1.0, e + 0.5)], strict=True)])
        note = f"the next is faster in {rising:.0%} of songs" if e < 1 else ""
        print(
            f"| {e:+.1f} | {np.mean(speeds[e]):.2f} | {np.mean(speeds[e]) / np.mean(speeds[0.0]):.2f} | {note} |"
        )


def style_table(model, songs: list[Music], data: Path) -> None:
    clips = Dataset.read(data).dances("train", commercial_only=True)
    motions = [(style_of(clip, model.config), read(clip.file)) for clip in clips]
    parts = [(style, Seconds.of([motion]).windows) for style, motion in motions]
    owner = np.concatenate([np.full(len(w), model.labels.index(s)) for s, w in parts])
    clip = np.concatenate([np.full(len(w), i) for i, (_, w) in enumerate(parts)])
    bank = np.concatenate([w for _, w in parts])
    print(
        "\n| style asked | seconds got in that style | real, own clip left out | most taken for |\n|---|---|---|---|"
    )
    model.info = replace(model.info, styles=model.labels)  # also the labels that are not offered, to see why
    for k, style in enumerate(model.labels):
        dances = [model.sample(song, 1, seed=2, style=style)[0] for song in songs]
        got = owner[nearest(np.concatenate([seconds_of(d, 0.5) for d in dances]), bank)]
        real = [
            owner[np.flatnonzero(clip != i)][nearest(seconds_of(m, 1.0), bank[clip != i])] == k
            for i, (s, m) in enumerate(motions)
            if s == style and np.any((owner == k) & (clip != i))
        ]
        most = model.labels[int(np.bincount(got, minlength=len(model.labels)).argmax())]
        print(
            f"| {style} | {np.mean(got == k):.2f} | {np.mean(np.concatenate(real)) if real else float('nan'):.2f} | {most} |"
        )


def nearest(windows: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """Index (M,) of the nearest row of ``bank`` (N, D) to each of ``windows`` (M, D)."""
    return ((bank**2).sum(1) - 2 * windows @ bank.T).argmin(1)


if __name__ == "__main__":
    main()
