"""Judged files as a table for the terminal."""

import math
from collections import Counter
from collections.abc import Sequence

from ..evaluation.judged_files import JudgedFile
from ..physics.judgement import AXES, SUB_SCORES

_SHORT_NAMES = {
    "ground_reaction": "ground",
    "penetration": "penet",
    "velocity": "speed",
    "residual": "unexp",
    "balance": "balan",
    "specific_power": "power",
}
_WIDTH = 7  # characters of a column


def table(files: Sequence[JudgedFile]) -> str:
    """One line a motion: score, axes, sub-scores, activity (m/s), name and worst finding."""
    names = [
        "score",
        *(axis[:6] for axis in AXES),
        *(_SHORT_NAMES.get(name, name) for name in SUB_SCORES),
        "m/s",
    ]
    lines = ["".join(f"{name:>{_WIDTH}}" for name in names) + "  motion"]

    for file, label in zip(files, labels(files), strict=True):
        cells = "".join(f"{_number(value):>{_WIDTH}}" for value in numbers(file))
        finding = worst_finding(file)
        lines.append(f"{cells}  {label}: {finding}" if finding else f"{cells}  {label}")
    return "\n".join(lines)


def numbers(file: JudgedFile) -> list[float]:
    """The row of a file: physics score, axes, sub-scores, activity; NaN where there is none."""
    judgement = file.judgement
    return [
        judgement.physics_score,
        *judgement.axes.values(),
        *judgement.sub_scores.values(),
        judgement.activity,
    ]


def remarks(files: Sequence[JudgedFile]) -> list[str]:
    """What should be known about each file, and how well it hits the beats of a song."""
    lines = []
    for file, label in zip(files, labels(files), strict=True):
        lines += [f"{label}: {note}" for note in file.notes]
        if file.beats is not None:
            hits = (
                "no beats to compare"
                if math.isnan(file.beats.f1)
                else f"F1 {file.beats.f1:.2f}, {file.beats.above_chance:+.2f} above chance"
            )
            lines.append(f"{label}: hits on the beat: {hits}")
    return lines


def labels(files: Sequence[JudgedFile]) -> list[str]:
    """File names; whole paths where two have the same."""
    count = Counter(file.path.name for file in files)
    return [file.path.name if count[file.path.name] == 1 else str(file.path) for file in files]


def worst_finding(file: JudgedFile) -> str:
    """The worst finding in words, with its time; or why there is no score."""
    judgement = file.judgement
    if math.isnan(judgement.physics_score):
        return judgement.reason
    if not judgement.findings:
        return ""
    finding = judgement.findings[0]
    return f"{finding.text} at {clock(finding.worst)}"


def clock(seconds: float) -> str:
    """Seconds as people write them: "0:12.3"."""
    tenths = round(10 * seconds)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"
