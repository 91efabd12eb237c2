"""The table: a row of figures for the dances, for real dance and for each control."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .. import __version__
from ..basics.errors import Problem
from ..basics.whole_files import writing
from ..metrics.protocol import Protocol
from .code_digest import code_digest
from .measured_clip import MeasuredClip, without_nan
from .protocol_metrics import label_of
from .reference import Reference
from .resampled_distances import GENERATED
from .table_figures import Row, rows_of
from .table_text import text_of
from .verdict import verdicts_of

FORMAT = "footlights-table-1"
_DISTANCES = {
    "fid": "FID",
    "kernel": "kernel distance",
    "diversity": "diversity",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
    "excess": "FID over the floor",
    "multimodality": "difference between dances for one song",
}
_KINDS = {"k": "kinetic", "g": "geometric"}


@dataclass
class Table:
    """Everything one evaluation says.

    Attributes:
        protocol: how it was measured, settled.
        rows: "generated", "real" and the controls, each metric -> `Figure`.
        labels: metric -> words.
        real: the real dances.
        clips: what was measured of each, in order of their names.
        problems: of the files that were not measured.
        notes: what a reader must know.
    """

    protocol: Protocol
    rows: dict[str, Row]
    labels: dict[str, str]
    real: Reference
    clips: list[MeasuredClip] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        clips: Sequence[MeasuredClip],
        real: Reference,
        protocol: Protocol,
        problems: Sequence[Problem] = (),
    ) -> "Table":
        """The table of measured clips against real dance.

        Args:
            clips: at least one, in order of their names.
            real: under the same protocol.
        """
        rows, count = rows_of(clips, real, protocol)
        labels = {name: label_of(name) for name in clips[0].numbers.values}
        labels |= {name: _distance_label(name) for name in rows[GENERATED] if name not in labels}
        return cls(
            protocol=protocol.settled(real.digest, count),
            rows=rows,
            labels=labels,
            real=real,
            clips=list(clips),
            problems=list(problems),
            notes=_notes(clips, real, protocol, count),
        )

    def document(self) -> dict[str, Any]:
        """JSON-ready; missing numbers are null, with a reason."""
        description = {"words": self.protocol.description, "hash": self.protocol.digest}
        facts = {
            key: self.real.card[key] for key in ("licence", "seconds") if key in self.real.card
        }
        return {
            "format": FORMAT,
            "version": __version__,
            # Of all that makes a table, not only of what measures clips.
            "code": code_digest("footlights.evaluation.evaluate"),
            "protocol": {**asdict(self.protocol), **description},
            "real": {"name": self.real.name, "hash": self.real.digest, **facts},
            "rows": {name: _row_as_json(row) for name, row in self.rows.items()},
            "verdicts": [verdict.as_json() for verdict in verdicts_of(self.rows)],
            "labels": self.labels,
            "clips": [_clip_as_json(clip) for clip in self.clips],
            "notes": self.notes,
            "problems": [problem.as_json() for problem in self.problems],
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the document as JSON."""
        with writing(path) as temporary:
            text = json.dumps(self.document(), indent=1, allow_nan=False)
            temporary.write_text(text + "\n", encoding="utf-8")

    @property
    def text(self) -> str:
        """The table for a terminal: a metric a line."""
        return text_of(self.document())


def _row_as_json(row: Row) -> dict[str, Any]:
    return {name: figure.as_json() for name, figure in row.items()}


def _clip_as_json(clip: MeasuredClip) -> dict[str, Any]:
    facts = {"name": clip.name, "seconds": clip.seconds, "notes": list(clip.notes)}
    return {**facts, **without_nan(clip.numbers.values)}


def _distance_label(name: str) -> str:
    kind, _, source = name.partition("@")
    what, _, part = kind.rpartition("_")
    return f"{_DISTANCES[what]}, {_KINDS[part]}" + (f", as {source}" if source else "")


def _notes(
    clips: Sequence[MeasuredClip], real: Reference, protocol: Protocol, count: int
) -> list[str]:
    """What a reader must know before believing the numbers.

    Args:
        count: windows a side that were compared.
    """
    notes = []
    rates = sorted({clip.fps for clip in clips})
    if len(rates) > 1:
        every = ", ".join(f"{rate:g}" for rate in rates)
        notes.append(f"clips come at {every} frames a second; all were brought to {protocol.fps:g}")
    notes += _clip_notes(clips)

    windows = [len(clip.numbers.features) for clip in clips]
    short = windows.count(0)
    if short:
        outside = f"shorter than {protocol.seconds:g} s and stand outside the distributions"
        notes.append(f"{short} clips are {outside}")
    if count and count < sum(windows):
        compared = f"{count} of {sum(windows)} windows at a time are compared"
        notes.append(f"{compared}: real dance has {len(real.features)}")
    if real.card.get("note"):
        notes.append(real.card["note"])
    return notes


def _clip_notes(clips: Sequence[MeasuredClip]) -> list[str]:
    """Each note once, with an example and how many clips it is true of."""
    notes = []
    for note, many in Counter(note for clip in clips for note in clip.notes).items():
        example = next(clip.name for clip in clips if note in clip.notes)
        who = f"1 clip ({example})" if many == 1 else f"{many} clips ({example} and others)"
        notes.append(f"{who}: {note}")
    return notes
