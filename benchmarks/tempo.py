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
from pathlib import Path

import numpy as np

from footlights.basics.errors import FootlightsError
from footlights.music import Music

OCTAVES = (1.0, 2.0, 0.5)


def within(found: float, true: float, factors: tuple[float, ...]) -> bool:
    return any(abs(found / (true * factor) - 1) <= 0.01 for factor in factors)


def truth(folder: Path, name: str) -> tuple[str, np.ndarray] | None:
    """Kind and times (B,) seconds of the known beats of a file, when there are any."""
    path = folder / "beats" / f"{Path(name).stem}.csv"
    if not path.exists():
        return None
    rows = list(csv.DictReader(path.open()))
    return rows[0]["kind"], np.array([float(row["time_s"]) for row in rows])


def f_measure(found: np.ndarray, true: np.ndarray) -> float:
    import mir_eval

    return float(
        mir_eval.beat.f_measure(
            *(mir_eval.beat.trim_beats(b) if b[-1] > 10 else b for b in (true, found))
        )
    )


def heard(
    folder: Path, row: dict[str, str], costs: list[tuple[float, float, float]]
) -> Music | str:
    """The song with its beats tracked, or why there is none; notes the seconds of sound, decoding
    and tracking.
    """
    begin = time.perf_counter()
    try:
        music = Music.load(folder / row["file"])
    except FootlightsError as error:
        return str(error)
    read = time.perf_counter()
    _ = music.beats
    costs.append((music.seconds, read - begin, time.perf_counter() - read))
    return music


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--music", type=Path, required=True, help="folder with music.csv")
    parser.add_argument("--all", action="store_true", help="name every file that is missed")
    options = parser.parse_args()
    tempi, beats = defaultdict(list), defaultdict(list)
    costs: list[tuple[float, float, float]] = []
    beatless, misses = [], []
    for row in csv.DictReader((options.music / "music.csv").open()):
        kind = row["bpm_kind"]
        if not kind:
            continue
        music = heard(options.music, row, costs)
        if isinstance(music, str):
            misses.append(music)
            continue
        if kind == "none" or "NEGATIVE" in row["notes"]:
            beatless.append((row["file"], music.tempo, music.beat_trust))
            continue
        true = float(row["bpm"])
        hits = within(music.tempo, true, OCTAVES[:1]), within(music.tempo, true, OCTAVES)
        for group in (f"{row['file'].split('/')[0]}, {kind}", f"split {row['split']}", "all"):
            tempi[group].append((*hits, abs(music.tempo / true - 1)))
        if not hits[0]:
            misses.append(f"{row['file']}: {true:g} heard as {music.tempo:.2f}")
        known = truth(options.music, row["file"])
        if known and len(music.beats):
            beats[known[0]].append((f_measure(music.beats, known[1]), hits[0]))
    report(tempi, beats, beatless, costs, misses if options.all else [])


def report(tempi, beats, beatless, costs, misses) -> None:  # type: ignore[no-untyped-def]
    print(
        f"{'tempo':28s} {'files':>5s} {'within 1 %':>11s} {'or half/double':>15s} {'median error':>13s}"
    )
    for group, values in tempi.items():
        exact, octave = np.mean([v[:2] for v in values], axis=0)
        error = np.median([v[2] for v in values if v[0]])
        print(f"{group:28s} {len(values):5d} {exact:11.1%} {octave:15.1%} {error:13.4%}")
    print(f"\n{'beats (kind of truth)':28s} {'files':>5s} {'mean F':>11s} {'at its tempo':>15s}")
    for kind, values in beats.items():
        level = [f for f, right in values if right]
        print(
            f"{kind:28s} {len(values):5d} {np.mean([f for f, _ in values]):11.3f} {np.mean(level):15.3f}"
        )
    print("\nwithout a steady beat         tempo  trust")
    for name, tempo, trust in beatless:
        print(f"{name:42s} {tempo:6.1f} {trust:6.2f}")
    seconds, read, tracked = np.sum(costs, axis=0)
    print(
        f"\n{seconds:.0f} s of sound: decoded in {read / seconds:.5f} of its length, tracked in {tracked / seconds:.5f}"
    )
    print(
        f"so 30 s take {30e3 * read / seconds:.0f} ms to decode and {30e3 * tracked / seconds:.0f} ms to track"
    )
    print(*misses, sep="\n")


if __name__ == "__main__":
    main()
