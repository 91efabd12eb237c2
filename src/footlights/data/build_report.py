"""The figures of a build, per source: minutes, repairs, floors, and how true the motion is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .build_records import ClipRecord
from .sources.base import SourceClip

_MOST_RIGS = 5  # of a source that have a line in the table; all of them are in data.json


@dataclass(frozen=True)
class SourceReport:
    """Figures of the clips of one source, or of those on one rig.

    Attributes:
        clips: how many files were built.
        dance_minutes, other_minutes: of dance and of other motion.
        bridged_seconds, cut_seconds: that were repaired and cut away.
        scale: our leg over theirs.
        floor_cm: lowest and highest floor of a clip before it was put to 0, cm.
        joint_error_cm: mean distance of joints from theirs carried to our bone lengths, cm.
        direction_error_degrees: mean error of limb directions.
        slide_source_cm_s: planar speed of their resting feet; None where none rests.
        slide_added_cm_s: what retargeting added to it.
        rigs: the same of each rig by its first clip's id, where the source has several.
    """

    clips: int
    dance_minutes: float
    other_minutes: float
    bridged_seconds: float
    cut_seconds: float
    scale: float
    floor_cm: tuple[float, float]
    joint_error_cm: float | None
    direction_error_degrees: float | None
    slide_source_cm_s: float | None
    slide_added_cm_s: float | None
    rigs: Mapping[str, "SourceReport"] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What stands in ``data.json``; rigs only where there are several."""
        figures = {name: value for name, value in vars(self).items() if name != "rigs"}
        if self.rigs:
            figures["rigs"] = {name: report.as_json() for name, report in self.rigs.items()}
        return figures


def source_reports(
    clips: Sequence[SourceClip], records: Mapping[str, ClipRecord], rigs: Mapping[str, str]
) -> dict[str, SourceReport]:
    """The figures of each source.

    Args:
        clips: what was to be built; those without a record are passed over.
        records: what came of them, by id.
        rigs: the rig of each, by id.
    """
    built = [clip for clip in clips if clip.id in records]
    reports = {}
    for source in dict.fromkeys(clip.source for clip in built):
        of_source = [clip for clip in built if clip.source == source]
        by_rig: dict[str, list[SourceClip]] = {}
        for clip in of_source:
            by_rig.setdefault(rigs[clip.id], []).append(clip)
        # A rig has no name of its own; its first clip says which it is.
        parts = {group[0].id: _report(group, records) for group in by_rig.values()}
        reports[source] = _report(of_source, records, parts if len(by_rig) > 1 else {})
    return reports


def _report(
    clips: Sequence[SourceClip],
    records: Mapping[str, ClipRecord],
    rigs: Mapping[str, SourceReport] | None = None,
) -> SourceReport:
    of_clips = [records[clip.id] for clip in clips]
    figures = [figure for record in of_clips for figure in record.figures]
    seconds = np.array([figure.seconds for figure in figures])
    # A source may have lost all its clips to what no body can have done.
    floors = [100 * figure.floor for figure in figures] or [0.0]

    def mean(name: str, factor: float) -> float | None:
        """Weighted by length; clips in which it could not be measured do not count."""
        values = np.array([getattr(figure.fidelity, name) for figure in figures], float) * factor
        finite = np.isfinite(values)
        if not finite.any():
            return None
        return round(float(np.average(values[finite], weights=seconds[finite])), 3)

    def minutes(dance: bool) -> float:
        total = sum(
            figure.seconds
            for clip, record in zip(clips, of_clips, strict=True)
            if clip.dance == dance
            for figure in record.figures
        )
        return round(total / 60, 2)

    before, after = mean("slide_source", 100), mean("slide", 100)
    return SourceReport(
        clips=len(clips),
        dance_minutes=minutes(True),
        other_minutes=minutes(False),
        bridged_seconds=round(sum(record.bridged for record in of_clips), 2),
        cut_seconds=round(sum(record.cut for record in of_clips), 2),
        scale=round(float(np.median([record.scale for record in of_clips])), 4),
        floor_cm=(round(min(floors), 1), round(max(floors), 1)),
        joint_error_cm=mean("joint_error", 100),
        direction_error_degrees=mean("direction_error", 1),
        slide_source_cm_s=before,
        slide_added_cm_s=None if before is None or after is None else round(after - before, 3),
        rigs=rigs or {},
    )


def report_table(reports: Mapping[str, SourceReport]) -> str:
    """The reports as lines of text: one a source, and one a rig where a source has several."""
    head = f"{'source':20}{'clips':>6}{'dance':>7}{'other':>7}{'cut':>7}{'scale':>7}"
    head += f"{'floor cm':>16}{'joints':>8}{'limbs':>7}{'slide':>7}{'added':>7}"
    unit = f"{'':26}{'min':>7}{'min':>7}{'s':>7}{'':23}{'cm':>8}{'deg':>7}{'cm/s':>7}{'cm/s':>7}"

    lines = [head, unit]
    for name, report in reports.items():
        lines.append(_line(name, report))
        rigs = list(report.rigs.items())
        lines += [_line(f"  rig of {rig}", figures) for rig, figures in rigs[:_MOST_RIGS]]
        if len(rigs) > _MOST_RIGS:
            lines.append(f"  and {len(rigs) - _MOST_RIGS} rigs more, see data.json")
    return "\n".join(lines)


def _line(name: str, report: SourceReport) -> str:
    columns = (
        (report.dance_minutes, 7, 1),
        (report.other_minutes, 7, 1),
        (report.cut_seconds, 7, 1),
        (report.scale, 7, 3),
        ("{:.1f} .. {:.1f}".format(*report.floor_cm), 16, 0),
        (report.joint_error_cm, 8, 2),
        (report.direction_error_degrees, 7, 2),
        (report.slide_source_cm_s, 7, 2),
        (report.slide_added_cm_s, 7, 2),
    )
    cells = "".join(_cell(value, digits).rjust(width) for value, width, digits in columns)
    return f"{name[:19]:20}{report.clips:>6}{cells}"


def _cell(value: float | str | None, digits: int) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else f"{value:.{digits}f}"
