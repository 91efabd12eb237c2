"""Does a dancer do as it is told: energy asked against speed got, style asked against style got.

usage: python benchmarks/control.py --data DIR --music DIR [--model small] [--songs 8]
       [--seconds 20]

Energy: mean joint speed of the same takes at five settings, as a ratio to setting 0. Style: the
share of one-second windows whose nearest training second belongs to the asked style, and the share
among real training windows of that style when their own clip is left out, which is as well as
anyone could do.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from footlights.data.dataset import Dataset
from footlights.formats import read
from footlights.generators import load_generator
from footlights.generators.diffusion.clips import style_of
from footlights.generators.diffusion.sample import Diffusion
from footlights.metrics.motion_statistics import movement_scores
from footlights.metrics.novelty import TrainingSeconds, one_second_windows
from footlights.motion.motion import Motion
from footlights.music import Music

ENERGIES = (-1.0, -0.5, 0.0, 0.5, 1.0)
ENERGY_HEAD = "| energy asked | joint speed, m/s | ratio to 0 | |\n|---|---|---|---|"
STYLE_HEAD = (
    "| style asked | seconds got in that style | real, own clip left out | most taken for |\n"
    "|---|---|---|---|"
)


@dataclass(frozen=True, eq=False)
class Bank:
    """Every second of the training clips and of their mirror images.

    Attributes:
        windows: (M, D) one second each, see `metrics.novelty`.
        label: (M,) the style they belong to, as an index into the model's labels.
        clip: (M,) the clip they belong to.
        motions: the clips, in order.
        styles: the clips' styles.
    """

    windows: np.ndarray
    label: np.ndarray
    clip: np.ndarray
    motions: list[Motion]
    styles: list[str]


def main() -> None:
    args = _arguments()
    model = load_generator(args.model)
    if not isinstance(model, Diffusion):
        raise SystemExit("only a diffusion model has styles that it learnt")

    paths = sorted(args.music.iterdir())[:: max(1, 40 // args.songs)]
    songs = [Music.load(path, seconds=args.seconds) for path in paths][: args.songs]
    energy_table(model, songs)
    style_table(model, songs, read_bank(model, args.data))


def energy_table(model: Diffusion, songs: list[Music]) -> None:
    """Print joint speeds at every energy, and whether more energy is more speed in every song."""
    print(f"n = {len(songs)} songs x {songs[0].seconds:.0f} s\n")
    print(ENERGY_HEAD)
    speeds = {energy: [_speed(model, song, energy) for song in songs] for energy in ENERGIES}
    still = np.mean(speeds[0.0])

    for energy in ENERGIES:
        mean, note = np.mean(speeds[energy]), ""
        if energy < max(ENERGIES):
            pairs = zip(speeds[energy], speeds[energy + 0.5], strict=True)
            note = f"the next is faster in {np.mean([a < b for a, b in pairs]):.0%} of songs"
        print(f"| {energy:+.1f} | {mean:.2f} | {mean / still:.2f} | {note} |")


def style_table(model: Diffusion, songs: list[Music], bank: Bank) -> None:
    """Print how much of what is asked for in a style is nearest to real dance of that style."""
    print(f"\n{STYLE_HEAD}")
    # The labels that are not offered are asked for, too, to see why.
    model.info = replace(model.info, styles=model.labels)

    for label, style in enumerate(model.labels):
        dances = [model.sample(song, 1, seed=2, style=style)[0] for song in songs]
        windows = np.concatenate([one_second_windows(dance, 0.5) for dance in dances])
        got = bank.label[_nearest(windows, bank.windows)]
        most = model.labels[int(np.bincount(got, minlength=len(model.labels)).argmax())]
        share = np.mean(got == label)
        print(f"| {style} | {share:.2f} | {_real_share(bank, style, label):.2f} | {most} |")


def read_bank(model: Diffusion, data: Path) -> Bank:
    """The seconds of the clips that ``model`` may have learnt from."""
    clips = Dataset.read(data).dances("train", commercial_only=True)
    motions = [read(clip.file) for clip in clips]
    styles = [style_of(clip, model.config) for clip in clips]
    windows = [TrainingSeconds.of([motion]).windows for motion in motions]
    counts = [len(part) for part in windows]
    return Bank(
        np.concatenate(windows),
        np.repeat([model.labels.index(style) for style in styles], counts),
        np.repeat(np.arange(len(clips)), counts),
        motions,
        styles,
    )


def _speed(model: Diffusion, song: Music, energy: float) -> float:
    dance = model.sample(song, 1, seed=1, energy=energy)[0]
    return movement_scores(dance)["speed"].value


def _real_share(bank: Bank, style: str, label: int) -> float:
    """Share of real seconds of a style whose nearest second of another clip has that style, too.

    NaN for a style that only one clip has.
    """
    hits = []
    for number, motion in enumerate(bank.motions):
        others = bank.clip != number
        if bank.styles[number] == style and np.any((bank.label == label) & others):
            nearest = _nearest(one_second_windows(motion, 1.0), bank.windows[others])
            hits.append(bank.label[others][nearest] == label)
    return float(np.mean(np.concatenate(hits))) if hits else float("nan")


def _nearest(windows: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """Index (M,) of the nearest row of ``bank`` (N, D) to each of ``windows`` (M, D)."""
    return ((bank**2).sum(1) - 2 * windows @ bank.T).argmin(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, required=True, help="made by: footlights data build --music DIR")
    add("--music", type=Path, required=True, help="a folder of songs")
    add("--model", default="small")
    add("--songs", type=int, default=8)
    add("--seconds", type=float, default=20.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
