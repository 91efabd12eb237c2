"""How real is a generated dance: figures of it, real motion, the collage and failing controls.

usage: python benchmarks/quality.py --data DIR [--model small] [--n 60] [--music DIR] [--seed 0]
       [--energy 0]

Real windows of 10 s (5 s stride) come from the test split; dances are made for the test songs and
cut the same way. Every figure is the mean over windows with a 95 % interval from resampling whole
clips or dances, because windows of one clip are not independent; a single clip has no interval. W1
is the earth mover's distance to real train dance, over all frames.
"""

import argparse
import csv
import dataclasses
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from footlights.data.dataset import Dataset, DatasetClip
from footlights.formats import read
from footlights.generators import Generator, load_generator
from footlights.generators.collage.collage import Collage
from footlights.metrics.beat_alignment import on_beat
from footlights.metrics.derivatives import derivative
from footlights.metrics.foot_contact import foot_contact_scores
from footlights.metrics.motion_statistics import earth_movers_distance, movement_scores
from footlights.metrics.novelty import TrainingSeconds, novelty
from footlights.motion.motion import Motion
from footlights.music import Music, bundled_song
from footlights.music.decode import songs_below
from footlights.music.rhythm import dancer_beats
from footlights.postprocess.foot_lock import clean

SECONDS, STRIDE = 10.0, 5.0  # of a window, and from one to the next
LONGEST = 60.0  # seconds of a song that are danced
ROBOTS = ("lafan1_g1", "g1_moves")  # sources whose dancer is a robot
COLUMNS = {
    "skating": "skate cm/s",
    "slip": "slip cm/s",
    "penetration": "pen cm",
    "float": "float cm",
    "f1": "beat F1",
    "above_chance": "F1 - shifted",
    "speed": "speed m/s",
    "acceleration": "acc m/s2",
    "jerk": "jerk m/s3",
    "frozen": "frozen",
    "novelty": "novelty cm",
}


@dataclass(frozen=True)
class Window:
    """Ten seconds of motion.

    Attributes:
        motion: the ten seconds.
        beats: (B,) what it should keep, seconds from its start; empty where there are none.
        clip: the clip or dance it is from.
        source: the recording the clip belongs to, or "".
    """

    motion: Motion
    beats: np.ndarray
    clip: str
    source: str = ""


def main() -> None:
    args = _arguments()
    clips = [clip for clip in Dataset.read(args.data).clips if clip.dance]
    train = [read(c.file) for c in clips if c.split == "train" and c.commercial]
    print(f"{sum(m.seconds for m in train) / 60:.1f} train minutes read", file=sys.stderr)
    training_seconds = TrainingSeconds.of(train)
    real_values = [_joint_means(train, order) for order in (1, 2)]

    print("| | n (clips) | " + " | ".join([*COLUMNS.values(), "W1 speed", "W1 acc"]) + " |")
    print("|" + "---|" * (len(COLUMNS) + 4))
    for name, windows in systems(args, clips):
        print(_row(name, windows, training_seconds, real_values), flush=True)


def systems(
    args: argparse.Namespace, clips: list[DatasetClip]
) -> Iterator[tuple[str, list[Window]]]:
    """Name and windows of every row of the table."""
    real = list(real_windows(c for c in clips if c.split == "test"))
    human = [w for w in real if w.source not in ROBOTS]
    yield "real, test: all, own beats", real
    yield "real: humans, own beats", human
    yield "real: robot, own beats", [w for w in real if w.source in ROBOTS]
    yield "real: salsa, own beats", [w for w in human if w.source == "cmu_salsa"]
    yield "real: salsa, partner's beats", list(_with_partners(human, clips))
    yield "real, cleaned", _changed(real, clean)
    train = (c for c in clips if c.split == "train" and c.commercial)
    yield "real train (commercial)", list(real_windows(train))
    yield "control: frozen real poses", _changed(real, _freeze)

    songs = list(load_songs(args.music))
    for name, generator in _generators(args):

        def dances(clean: bool, generator: Generator = generator) -> list[Window]:
            request = {"energy": args.energy, "clean": clean}
            return list(generated_windows(generator, songs, args.n, args.seed, request))

        raw = dances(clean=False)
        yield f"{name}, raw", raw
        yield f"{name}, cleaned", dances(clean=True)
        yield f"control: {name}, another song's beats", list(_other_beats(raw, songs))


def real_windows(clips: Iterable[DatasetClip]) -> Iterator[Window]:
    """Windows of built clips with the clip's own tracked beats."""
    for clip in clips:
        yield from _cut(read(clip.file), np.asarray(clip.beats), clip.id, clip.source)


def generated_windows(
    generator: Generator, songs: list[Music], count: int, seed: int, request: dict[str, Any]
) -> Iterator[Window]:
    """At least ``count`` windows of dances for the songs in turn, at most a minute a dance.

    Raw and cleaned dances of the same seed are the same dances.
    """
    made = 0
    for turn in range(10):
        for number, song in enumerate(songs):
            # Another seed for each song, so that the styles take turns.
            own_seed, seconds = seed + turn * len(songs) + number, min(song.seconds, LONGEST)
            dance = generator.sample(song, 1, own_seed, seconds=seconds, **request)[0]
            windows = list(_cut(dance, song_beats(song), f"{song.name} {turn}"))
            yield from windows
            made += len(windows)
        if made >= count:
            return


def load_songs(folder: Path | None) -> Iterator[Music]:
    """The bundled song, or the songs of a folder that are long enough.

    Where a ``music.csv`` says which those are, only the danceable songs of the test split.
    """
    if folder is None:
        yield Music.load(bundled_song())
        return

    paths = songs_below(folder)
    table = folder / "music.csv"
    if table.is_file():
        with table.open(newline="") as file:
            rows = list(csv.DictReader(file))
        rows = [row for row in rows if row["split"] == "test" and row["danceable"] == "1"]
        paths = [folder / row["file"] for row in rows if row["file"].startswith("songs/")]

    for path in paths:
        song = Music.load(path, seconds=LONGEST)
        if song.seconds >= SECONDS:
            yield song


def song_beats(song: Music) -> np.ndarray:
    """(B,) beats as a dancer counts them, 76 to 152 a minute; none where they are not trusted."""
    return dancer_beats(song)[1]


def _generators(args: argparse.Namespace) -> Iterator[tuple[str, Generator]]:
    if args.model != "none":
        yield f"generated ({Path(args.model).name})", load_generator(args.model)
    yield "collage", Collage.load(args.data, commercial_only=True)


def _cut(motion: Motion, beats: np.ndarray, clip: str, source: str = "") -> Iterator[Window]:
    for start in np.arange(0, motion.seconds - SECONDS + 1e-6, STRIDE):
        inside = beats[(beats >= start) & (beats < start + SECONDS)] - start
        yield Window(motion.cut(start, start + SECONDS), inside, clip, source)


def _with_partners(windows: list[Window], clips: list[DatasetClip]) -> Iterator[Window]:
    """The windows of cmu_61_NN with the beats of cmu_60_NN, the partner in the same take."""
    by_id = {clip.id: clip for clip in clips}
    numbers: dict[str, int] = {}
    for window in windows:
        number = numbers[window.clip] = numbers.get(window.clip, -1) + 1
        partner = by_id.get(window.clip.replace("cmu_61_", "cmu_60_"))
        if not window.clip.startswith("cmu_61_") or partner is None or not partner.beats:
            continue

        # Both clips were cut out of the take, at moments of their own.
        start = number * STRIDE + by_id[window.clip].start - partner.start
        beats = np.asarray(partner.beats) - start
        yield dataclasses.replace(window, beats=beats[(beats >= 0) & (beats < SECONDS)])


def _other_beats(windows: list[Window], songs: list[Music]) -> Iterator[Window]:
    """The same windows held against the beats of the song half the list away."""
    names = [song.name for song in songs]
    for window in windows:
        own = names.index(window.clip.rsplit(" ", 1)[0])
        beats = song_beats(songs[(own + len(songs) // 2) % len(songs)])
        yield dataclasses.replace(window, beats=beats[beats < SECONDS])


def _changed(windows: list[Window], change: Callable[[Motion], Motion]) -> list[Window]:
    return [dataclasses.replace(w, motion=change(w.motion)) for w in windows]


def _freeze(motion: Motion) -> Motion:
    """The motion's first pose, as long as the motion."""
    first = np.zeros(len(motion), int)
    contacts = None if motion.contacts is None else motion.contacts[first]
    return motion.replace(
        root=motion.root[first], rotations=motion.rotations[first], contacts=contacts
    )


def _joint_means(motions: Iterable[Motion], order: int) -> np.ndarray:
    """Mean over joints of the speed (order 1) or acceleration (2) of all frames."""
    return np.concatenate([derivative(m.positions, m.fps, order).mean(-1) for m in motions])


def _row(
    name: str,
    windows: list[Window],
    training_seconds: TrainingSeconds,
    real_values: list[np.ndarray],
) -> str:
    """One line of markdown."""
    if not windows:
        return f"| {name} | 0 |" + " - |" * (len(COLUMNS) + 2)

    figures = [_figures(window, training_seconds) for window in windows]
    clips = np.array([window.clip for window in windows])
    cells = [_mean(np.array([f[column] for f in figures]), clips) for column in COLUMNS]
    for order, real in enumerate(real_values, start=1):
        values = _joint_means((window.motion for window in windows), order)
        cells.append(f"{earth_movers_distance(values, real):.2f}")
    return f"| {name} | {len(windows)} ({len(set(clips))}) | " + " | ".join(cells) + " |"


def _figures(window: Window, training_seconds: TrainingSeconds) -> dict[str, float]:
    motion = window.motion
    scores = {
        **foot_contact_scores(motion),
        **movement_scores(motion),
        **on_beat(motion, window.beats),
        "novelty": novelty(motion, training_seconds),
    }
    return {name: scores[name].value for name in COLUMNS}


def _mean(values: np.ndarray, clips: np.ndarray, draws: int = 1000) -> str:
    """Mean of the finite values and its 95 % interval over resampled clips; "-" without any."""
    finite = np.isfinite(values)
    values, clips = values[finite], clips[finite]
    if not len(values):
        return "-"

    sums = np.array([[values[clips == c].sum(), (clips == c).sum()] for c in np.unique(clips)])
    drawn = sums[np.random.default_rng(0).integers(len(sums), size=(draws, len(sums)))].sum(1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])

    # Three digits are all that the intervals bear.
    digits = 0 if abs(values.mean()) >= 100 else 1 if abs(values.mean()) >= 5 else 2
    if len(sums) == 1:
        return f"{values.mean():.{digits}f}"
    return f"{values.mean():.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--data", type=Path, required=True, help="a folder made by: footlights data build")
    add("--model", default="small", help="a model's name or folder, or none")
    add("--n", type=int, default=60, help="least number of windows of each generator")
    add("--music", type=Path, help="a folder of songs; the bundled song without it")
    add("--seed", type=int, default=0)
    add("--energy", type=float, default=0.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
