"""The figures of a build, per source: minutes, repairs, floors, and how true the retargeted motion
is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .sources import Clip


def source_report(
    clips: Sequence[Clip], records: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """For each source: clips, minutes of dance and of other motion, seconds bridged and cut, scale,
    floors (cm), mean joint error (cm), limb direction error (degrees), planar speed of resting feet
    (cm/s) in the source and added to it.
    """
    report = {}
    for source in dict.fromkeys(c.source for c in clips):
        of_source = [(c, records[c.id]) for c in clips if c.source == source]
        report[source] = _one([c for c, _ in of_source], [r for _, r in of_source])
    return report


def _one(clips: Sequence[Clip], records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    figures = [figure for record in records for figure in record["figures"]]
    seconds = np.array([f["seconds"] for f in figures])
    minutes = {
        dance: sum(
            f["seconds"]
            for c, r in zip(clips, records, strict=True)
            if c.dance == dance
            for f in r["figures"]
        )
        / 60
        for dance in (True, False)
    }

    def mean(name: str, factor: float) -> float | None:
        values = np.array([f[name] for f in figures], float) * factor
        sound = np.isfinite(values)
        return (
            round(float(np.average(values[sound], weights=seconds[sound])), 3)
            if sound.any()
            else None
        )

    before, after = mean("slide_source", 100), mean("slide", 100)
    floors = [100 * f["floor"] for f in figures]
    return {
        "clips": len(clips),
        "dance_minutes": round(minutes[True], 2),
        "other_minutes": round(minutes[False], 2),
        "bridged_seconds": round(sum(r["bridged"] for r in records), 2),
        "cut_seconds": round(sum(r["cut"] for r in records), 2),
        "scale": round(float(np.median([r["scale"] for r in records])), 4),
        "floor_cm": [round(min(floors), 1), round(max(floors), 1)],
        "joint_error_cm": mean("joint_error", 100),
        "direction_error_degrees": mean("direction_error", 1),
        "slide_source_cm_s": before,
        "slide_added_cm_s": None if before is None or after is None else round(after - before, 3),
    }


def table(report: Mapping[str, Mapping[str, Any]]) -> str:
    """The report as lines of text, one source each."""
    head = f"{'source':20}{'clips':>6}{'dance':>7}{'other':>7}{'cut':>7}{'scale':>7}"
    head += f"{'floor cm':>16}{'joints':>8}{'limbs':>7}{'slide':>7}{'added':>7}"
    unit = f"{'':26}{'min':>7}{'min':>7}{'s':>7}{'':23}{'cm':>8}{'deg':>7}{'cm/s':>7}{'cm/s':>7}"
    return "\n".join([head, unit, *(_line(name, row) for name, row in report.items())])


def _line(name: str, row: Mapping[str, Any]) -> str:
    def number(key: str, width: int, digits: int) -> str:
        return f"{'-' if row[key] is None else format(row[key], f'.{digits}f'):>{width}}"

    floors = "{:.1f} .. {:.1f}".format(*row["floor_cm"])
    return (
        f"{name[:19]:20}{row['clips']:>6}{number('dance_minutes', 7, 1)}{number('other_minutes', 7, 1)}"
        f"{number('cut_seconds', 7, 1)}{number('scale', 7, 3)}{floors:>16}{number('joint_error_cm', 8, 2)}"
        f"{number('direction_error_degrees', 7, 2)}{number('slide_source_cm_s', 7, 2)}{number('slide_added_cm_s', 7, 2)}"
    )
