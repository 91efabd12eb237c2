"""How late is the body: foot strikes, arrivals, dips and the pelvis' lowest points on the beat.

usage: python benchmarks/event_lag.py --data DIR [--model small] [--music DIR] [--songs 0]

Rows "real" are dance clips on the beats that the build read from their own motion, so they say how
these beats lie among the events, not how dancers keep a song. Rows of the model are dances of a
minute for songs of the test split on the song's beats; the control pairs the same dances with the
next song's beats. Cells are the mean over clips of the median lag in ms with a 95 % interval from
resampling clips, and the mean concentration of phases.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from footlights.data.dataset import Dataset
from footlights.formats import read
from footlights.generators import load_generator
from footlights.metrics.motion_events import EVENTS, lag_of, motion_events
from footlights.motion.motion import Motion
from quality import LONGEST, load_songs, song_beats

Pair = tuple[Motion, np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="small")
    parser.add_argument("--music", type=Path)
    parser.add_argument("--songs", type=int, default=0, help="how many songs are danced")
    args = parser.parse_args()

    print("| | clips | " + " | ".join(event.replace("_", " ") for event in EVENTS) + " |")
    print("|" + "---|" * (len(EVENTS) + 2))
    for style, pairs in sorted(real_dance(args.data).items()):
        print(row(f"real, {style}", pairs), flush=True)
    if args.songs:
        danced = dances(args.model, args.music, args.songs)
        print(row(f"{args.model}, song's beats", danced), flush=True)
        beats = [beats for _, beats in danced]
        other = zip((dance for dance, _ in danced), beats[1:] + beats[:1], strict=True)
        print(row(f"control: {args.model}, another song's beats", list(other)))


def real_dance(data: Path) -> dict[str, list[Pair]]:
    """Dance clips whose beats are known, by style."""
    pairs = defaultdict(list)
    for clip in Dataset.read(data).clips:
        if clip.dance and clip.beats:
            pairs[clip.style].append((read(clip.file), np.asarray(clip.beats)))
    return pairs


def dances(model: str, music: Path | None, count: int) -> list[Pair]:
    """A dance for each of the first songs that have beats."""
    generator = load_generator(model)
    pairs: list[Pair] = []
    for number, song in enumerate(load_songs(music)):
        beats = song_beats(song)
        if len(pairs) < count and len(beats):
            seconds = min(song.seconds, LONGEST)
            pairs.append((generator.sample(song, 1, number, seconds=seconds)[0], beats))
    return pairs


def row(name: str, pairs: list[Pair]) -> str:
    """A line of the table."""
    lags = [
        {event: lag_of(times, beats) for event, times in motion_events(motion).items()}
        for motion, beats in pairs
    ]
    cells = []
    for event in EVENTS:
        late = np.array([clip[event].median_ms for clip in lags])
        known = np.isfinite(late)
        if not known.any():
            cells.append("-")
            continue
        pull = np.mean([clip[event].concentration for clip in lags], where=known)
        cells.append(f"{late[known].mean():+.0f}{interval(late[known])}, {pull:.2f}")
    return f"| {name} | {len(pairs)} | " + " | ".join(cells) + " |"


def interval(values: np.ndarray) -> str:
    """Half of the 95 % interval of a mean; nothing of a single value."""
    if len(values) < 2:
        return ""
    drawn = np.random.default_rng(0).choice(values, (1000, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), [2.5, 97.5])
    return f" ± {(high - low) / 2:.0f}"


if __name__ == "__main__":
    main()
