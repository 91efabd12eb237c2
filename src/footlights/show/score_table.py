"""Rows of scores as a table for the terminal."""

from collections import Counter
from collections.abc import Sequence

from ..evaluation.judged_files import Row
from ..physics.judgement import AXES, SUB_SCORES

_SHORT = {
    "ground_reaction": "ground",
    "penetration": "penet",
    "velocity": "speed",
    "residual": "unexp",
    "balance": "balan",
    "specific_power": "power",
}
_WIDTH = 7


def table(rows: Sequence[Row]) -> str:
    """One line a motion: score, axes, sub-scores, activity (m/s), its name, and the worst that was
    found.
    """
    names = [
        "score",
        *(axis[:6] for axis in AXES),
        *(_SHORT.get(name, name) for name in SUB_SCORES),
        "m/s",
    ]
    lines = ["".join(f"{name:>{_WIDTH}}" for name in names) + "  motion"]
    for row, name in zip(rows, labels(rows), strict=True):
        said = row.said
        values = [
            said["physics_score"],
            *said["axes"].values(),
            *said["sub_scores"].values(),
            said["activity"],
        ]
        text = "".join(f"{'-' if value is None else f'{value:.2f}':>{_WIDTH}}" for value in values)
        lines.append(f"{text}  {name}: {worst(row)}" if worst(row) else f"{text}  {name}")
    return "\n".join(lines)


def remarks(rows: Sequence[Row]) -> list[str]:
    """What should be known about each file, and how well it hits the beats of a song."""
    lines = []
    for row, name in zip(rows, labels(rows), strict=True):
        lines += [f"{name}: {note}" for note in row.said["notes"]]
        if "beats" in row.said:
            f1, above = (row.said["beats"][of] for of in ("f1", "above_chance"))
            told = (
                "no beats to compare" if f1 is None else f"F1 {f1:.2f}, {above:+.2f} above chance"
            )
            lines.append(f"{name}: hits on the beat: {told}")
    return lines


def labels(rows: Sequence[Row]) -> list[str]:
    """File names; whole paths where two have the same."""
    count = Counter(row.path.name for row in rows)
    return [row.path.name if count[row.path.name] == 1 else str(row.path) for row in rows]


def worst(row: Row) -> str:
    """The worst finding in words, with its time; or why there is no score."""
    if row.said["physics_score"] is None:
        return str(row.said["reason"])
    if not row.said["findings"]:
        return ""
    finding = row.said["findings"][0]
    return f"{finding['text']} at {clock(finding['worst'])}"


def clock(seconds: float) -> str:
    """Seconds as people write them: "0:12.3"."""
    tenths = round(10 * seconds)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
