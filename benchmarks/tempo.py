"""How well tempo and beats are found, against music of known tempo, and what it costs.

    python benchmarks/tempo.py --music DIR

DIR holds ``music.csv`` (file, bpm, bpm_kind, notes, split) and ``beats/NAME.csv`` (time_s, beat,
kind). Prints, by kind of truth: how many tempi lie within 1 % (and when half and double count), and
the F-measure of the beats at 70 ms after 5 s (``mir_eval``). Beats of kind grid_fit were fitted by
a program, so they stand apart from what people marked.
"""

import argparse
import csv
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from footlights.basics.errors import FootlightsError
from footlights.music import Music

OCTAVES = (1.0, 2.0, 0.5)
TOLERANCE = 0.01  # of a tempo
_SECONDS_LEFT_OUT = 5  # at the start, by mir_eval, of beats that go on for twice as long


@dataclass
class Results:
    """What was found of all files.

    Attributes:
        tempi: by group, (within 1 %, or so by an octave, relative error) of each file.
        beats: by kind of truth, (F-measure, tempo within 1 %) of each file.
        beatless: name, tempo and trust of what has no steady beat.
        costs: seconds of sound, of decoding and of tracking.
        misses: what to say of each file whose tempo was missed.
    """

    tempi: dict[str, list[tuple[bool, bool, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    beats: dict[str, list[tuple[float, bool]]] = field(default_factory=lambda: defaultdict(list))
    beatless: list[tuple[str, float, float]] = field(default_factory=list)
    costs: list[tuple[float, float, float]] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--music", type=Path, required=True, help="folder with music.csv")
    parser.add_argument("--all", action="store_true", help="name every file that is missed")
    options = parser.parse_args()

    results = Results()
    for row in csv.DictReader((options.music / "music.csv").open()):
        if row["bpm_kind"]:
            try:
                measure(options.music, row, results)
            except FootlightsError as error:
                results.misses.append(str(error))
    report(results)
    if options.all:
        print(*results.misses, sep="\n")


def measure(folder: Path, row: dict[str, str], results: Results) -> None:
    """Track the beats of one file of the list."""
    music = tracked(folder / row["file"], results)
    if row["bpm_kind"] == "none" or "NEGATIVE" in row["notes"]:
        results.beatless.append((row["file"], music.tempo, music.beat_trust))
        return

    bpm = float(row["bpm"])
    exact, octave = is_near(music.tempo, bpm, OCTAVES[:1]), is_near(music.tempo, bpm, OCTAVES)
    for group in (
        f"{row['file'].split('/')[0]}, {row['bpm_kind']}",
        f"split {row['split']}",
        "all",
    ):
        results.tempi[group].append((exact, octave, abs(music.tempo / bpm - 1)))
    if not exact:
        results.misses.append(f"{row['file']}: {bpm:g} heard as {music.tempo:.2f}")

    truth = known_beats(folder, row["file"])
    if truth and len(music.beats):
        kind, beats = truth
        results.beats[kind].append((f_measure(music.beats, beats), exact))


def tracked(path: Path, results: Results) -> Music:
    """The song with its beats tracked; its costs are noted."""
    start = time.perf_counter()
    music = Music.load(path)
    decoded = time.perf_counter()
    _ = music.beats
    results.costs.append((music.seconds, decoded - start, time.perf_counter() - decoded))
    return music


def is_near(tempo: float, bpm: float, factors: tuple[float, ...]) -> bool:
    return any(abs(tempo / (bpm * factor) - 1) <= TOLERANCE for factor in factors)


def known_beats(folder: Path, name: str) -> tuple[str, np.ndarray] | None:
    """Kind and times (B,) seconds of the known beats of a file, when there are any."""
    path = folder / "beats" / f"{Path(name).stem}.csv"
    if not path.exists():
        return None
    rows = list(csv.DictReader(path.open()))
    return rows[0]["kind"], np.array([float(row["time_s"]) for row in rows])


def f_measure(tracked_beats: np.ndarray, true_beats: np.ndarray) -> float:
    from mir_eval import beat

    true, estimated = (
        beat.trim_beats(beats) if beats[-1] > 2 * _SECONDS_LEFT_OUT else beats
        for beats in (true_beats, tracked_beats)
    )
    return float(beat.f_measure(true, estimated))


def report(results: Results) -> None:
    columns = ("tempo", "files", "within 1 %", "or half/double", "median error")
    print("{:28s} {:>5s} {:>11s} {:>15s} {:>13s}".format(*columns))
    for group, values in results.tempi.items():
        exact, octave = np.mean([value[:2] for value in values], axis=0)
        error = np.median([value[2] for value in values if value[0]])
        print(f"{group:28s} {len(values):5d} {exact:11.1%} {octave:15.1%} {error:13.4%}")

    print(f"\n{'beats (kind of truth)':28s} {'files':>5s} {'mean F':>11s} {'at its tempo':>15s}")
    for kind, values in results.beats.items():
        mean = np.mean([f for f, _ in values])
        at_tempo = np.mean([f for f, exact in values if exact])
        print(f"{kind:28s} {len(values):5d} {mean:11.3f} {at_tempo:15.3f}")

    print("\nwithout a steady beat         tempo  trust")
    for name, tempo, trust in results.beatless:
        print(f"{name:42s} {tempo:6.1f} {trust:6.2f}")

    seconds, decoding, tracking = np.sum(results.costs, axis=0)
    decoding, tracking = decoding / seconds, tracking / seconds
    print(
        f"\n{seconds:.0f} s of sound: decoded in {decoding:.5f} of its length, "
        f"tracked in {tracking:.5f}"
    )
    print(f"so 30 s take {30e3 * decoding:.0f} ms to decode and {30e3 * tracking:.0f} ms to track")


if __name__ == "__main__":
    main()
