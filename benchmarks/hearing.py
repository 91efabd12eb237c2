"""How well beats are heard in songs whose beats are known by construction.

    python benchmarks/hearing.py [--all] [--only KIND] [--seed K]

`benchmarks/hearing_songs.py` makes the songs. Each is judged at the level at which the beats fit
best of those that people dance to (the beat, every second, twice as many, a waltz's bar), by the
F-measure at 70 ms. What is below 0.9 is told apart: **phase**, the right pace beside the beats;
**metre**, three beats for two or the like; **other**. Octave: fits at another level than the beat.
The last row is librosa's tracker in the same run, as our published feature sets compute it.
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np

from footlights.music import Music
from footlights.music.published.mel import HOP
from footlights.music.published.pulse import onset_strength, published_beats
from hearing_songs import RATE, Song, songs

TOLERANCE = 0.07  # seconds
GOOD, TRUSTED = 0.9, 0.5
_PACE = 0.04  # by which a pace may differ from a level's and be the same


@dataclass(frozen=True)
class Verdict:
    """One song as heard: its best F-measure, at which level, and what is wrong ("" for nothing)."""

    f_measure: float
    level: str
    fault: str
    trust: float
    tempo_is_of_beats: bool


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="a line for each song")
    parser.add_argument("--only", default="", help="songs whose names begin so")
    parser.add_argument(
        "--seed", type=int, default=0, help="other tempi and beginnings (default: 0)"
    )
    options = parser.parse_args()

    chosen = [song for song in songs(options.seed) if song.name.startswith(options.only)]
    columns = ("songs", "F >= .9", "mean F", "octave", "phase", "metre", "other", "sure, bad", "s")
    print(f"{'tracker':12s}" + "".join(f"{column:>10s}" for column in columns))
    for name, hear in (("footlights", heard), ("librosa's", heard_by_librosa)):
        start = time.perf_counter()
        verdicts = [hear(song) for song in chosen]
        print(row(name, verdicts, time.perf_counter() - start), flush=True)
        if options.all:
            for song, verdict in zip(chosen, verdicts, strict=True):
                print(line(song, verdict))


def heard(song: Song) -> Verdict:
    music = Music(song.samples)
    beats = music.beats
    own = 60 / np.median(np.diff(beats)) if len(beats) > 1 else music.tempo
    fits = bool(abs(own / music.tempo - 1) < 0.02)
    return judged(song, beats, music.beat_trust, fits)


def heard_by_librosa(song: Song) -> Verdict:
    beats = published_beats(onset_strength(song.samples, RATE), RATE) * HOP / RATE
    return judged(song, beats, 1.0, True)


def judged(song: Song, beats: np.ndarray, trust: float, fits: bool) -> Verdict:
    scores = {name: f_measure(beats, true) for name, true in song.levels.items()}
    level = max(scores, key=lambda name: scores[name])
    fault = "" if scores[level] >= GOOD else fault_of(song, beats)
    return Verdict(scores[level], level, fault, trust, fits)


def f_measure(beats: np.ndarray, true: np.ndarray) -> float:
    """F-measure of beats (B,) against true ones at 70 ms, each true one matched once."""
    if not len(beats):
        return 0.0
    hits, i, j = 0, 0, 0
    while i < len(beats) and j < len(true):
        apart = beats[i] - true[j]
        if abs(apart) <= TOLERANCE:
            hits, i, j = hits + 1, i + 1, j + 1
        elif apart < 0:
            i += 1
        else:
            j += 1
    return 2 * hits / (len(beats) + len(true))


def fault_of(song: Song, beats: np.ndarray) -> str:
    """Why beats miss: "phase", "metre" or "other"."""
    if len(beats) < 8:
        return "other"
    pace = np.median(np.diff(song.beats)) / np.median(np.diff(beats))
    steady = np.std(np.diff(song.beats)) < 0.02 * np.mean(np.diff(song.beats))

    def near(*paces: float) -> bool:
        return any(abs(pace / other - 1) < _PACE for other in paces)

    if steady and near(1, 0.5, 2, *((1 / 3,) if song.metre == 3 else ())):
        return "phase"
    return "metre" if near(1.5, 2 / 3, 0.75, 4 / 3, 3) else "other"


def row(name: str, verdicts: list[Verdict], seconds: float) -> str:
    good = [verdict.f_measure >= GOOD for verdict in verdicts]
    octaves = sum(v.level != "beat" for v in verdicts if v.f_measure >= GOOD)
    faults = [sum(v.fault == fault for v in verdicts) for fault in ("phase", "metre", "other")]
    sure = sum(v.fault != "" and v.trust >= TRUSTED for v in verdicts)
    mean = np.mean([v.f_measure for v in verdicts])
    counts = "".join(f"{count:10d}" for count in (octaves, *faults, sure))
    return f"{name:12s}{len(verdicts):10d}{np.mean(good):10.1%}{mean:10.3f}{counts}{seconds:10.1f}"


def line(song: Song, verdict: Verdict) -> str:
    tempo = "" if verdict.tempo_is_of_beats else "  tempo is not that of the beats"
    return (
        f"  {song.name:24s} F {verdict.f_measure:.2f} {verdict.level:12s} "
        f"trust {verdict.trust:.2f} {verdict.fault}{tempo}"
    )


if __name__ == "__main__":
    main()
