"""The table: a row of figures for the dances, for real dance and for each control, with intervals,
counts and reasons.
"""

import json
import math
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..basics.errors import FootlightsError, Problem
from ..basics.whole_files import writing
from ..metrics.protocol import Protocol, refuse_unlike
from .clip_measurement import OTHER_MUSIC
from .code_digest import code_digest
from .former_names import with_current_names
from .measurement_cache import Record
from .protocol_metrics import KINETIC, label_of, measures_of
from .reference import Reference
from .resampled_distances import Rows, against, equal_count
from .song_diversity import within_songs

FORMAT = "footlights-table-1"
_DRAWS = 1000
_LABELS = {
    "fid": "FID", "kernel": "kernel distance", "diversity": "diversity", "precision": "precision", "recall": "recall",
    "density": "density", "coverage": "coverage", "excess": "FID over the floor",
    "multimodality": "difference between dances for one song",
}  # fmt: skip
_KINDS = {"k": "kinetic", "g": "geometric"}


@dataclass(frozen=True)
class Figure:
    """A number with its 95 % interval over clips, how many clips have it, and why it is missing
    where it is NaN.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    count: int = 0
    reason: str = ""


@dataclass
class Table:
    """Everything one evaluation says.

    Attributes:
        protocol: how it was measured, settled.
        rows: "generated", "real" and the controls, each measure -> Figure.
        labels: measure -> words.
        clips: for each clip its name, seconds, measures and notes.
        problems: the files that were not measured.
        notes: what a reader must know.
        real: name, licence and hash of the real dances.
    """

    protocol: Protocol
    rows: dict[str, dict[str, Figure]]
    labels: dict[str, str]
    clips: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    real: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """JSON-ready; missing numbers are null, with a reason."""
        rows = {
            name: {m: _plain(figure) for m, figure in row.items()}
            for name, row in self.rows.items()
        }
        protocol = {
            **asdict(self.protocol),
            "words": self.protocol.description,
            "hash": self.protocol.digest,
        }
        return {
            "format": FORMAT,
            "version": __version__,
            "code": code_digest("footlights.evaluation.evaluate"),
            "protocol": protocol,
            "real": self.real,
            "rows": rows,
            "labels": self.labels,
            "clips": self.clips,
            "notes": self.notes,
            "problems": [problem.as_json() for problem in self.problems],
        }

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the document as JSON."""
        with writing(path) as temporary:
            temporary.write_text(
                json.dumps(self.document(), indent=1, allow_nan=False) + "\n", encoding="utf-8"
            )

    @property
    def text(self) -> str:
        """The table for a terminal: a measure a line."""
        return text_of(self.document())


def tabled(
    records: Sequence[Record], real: Reference, protocol: Protocol, problems: Sequence[Problem] = ()
) -> Table:
    """The table of measured clips against real dance.

    Args:
        records: of at least one clip, in order of their names.
        real: under the same protocol.
    """
    sets = {
        variant: _rows(records, variant) for variant in _variants(records) if variant != OTHER_MUSIC
    }
    count = equal_count(len(sets["made"]), len(real.features))
    settled = protocol.settled(real.digest, count)
    drawn = against(Rows(real.features, real.clips), sets, protocol, count)
    named = {
        "generated": "made",
        "real": "real",
        **{v: v for v in _variants(records) if v != "made"},
    }
    rows = {
        row: _clip_figures(row, variant, records, real, protocol) for row, variant in named.items()
    }
    for row, variant in named.items():
        # Other music changes nothing in how a body moves.
        rows[row] |= _distances(drawn, variant, count) if variant in drawn else {}
    if protocol.features == "corrected":
        for name, (value, songs) in within_songs(records, real).items():
            rows["generated"][name] = Figure(
                value, count=songs, reason="" if songs else "no song has two dances"
            )
    labels = {name: label_of(name) for name in measures_of(protocol)}
    labels |= {name: _label(name) for name in rows["generated"] if name not in labels}
    clips = [
        {"name": r["name"], "seconds": r["seconds"], "notes": r["notes"], **r["values"]["made"]}
        for r in records
    ]
    facts: dict[str, Any] = {
        "name": real.name,
        "hash": real.digest,
        **{k: real.card[k] for k in ("licence", "seconds") if k in real.card},
    }
    return Table(
        settled,
        rows,
        labels,
        clips,
        list(problems),
        _notes(records, sets["made"], count, real, protocol),
        facts,
    )


def read_table(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The document of a saved table.

    Raises:
        FootlightsError: not such a file.
    """
    try:
        document: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
        if document["format"] != FORMAT:
            raise ValueError("another format")
        return _with_current_names(document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FootlightsError(
            "is no table of footlights evaluate --json-file", path, "give a table's json"
        ) from error


def _with_current_names(document: dict[str, Any]) -> dict[str, Any]:
    rows = {name: with_current_names(row) for name, row in document["rows"].items()}
    clips = [with_current_names(clip) for clip in document["clips"]]
    labels = with_current_names(document["labels"])
    return {**document, "rows": rows, "clips": clips, "labels": labels}


def side_by_side(a: str | os.PathLike[str], b: str | os.PathLike[str]) -> dict[str, Any]:
    """Two saved tables' generated rows in one table's document; `text_of` makes a text of it.

    Raises:
        FootlightsError: they were measured differently, or are no tables.
    """
    one, other = read_table(a), read_table(b)
    refuse_unlike(_protocol(one, a), _protocol(other, b), b)
    names = [Path(a).stem, Path(b).stem] if Path(a).stem != Path(b).stem else [str(a), str(b)]
    rows = {
        name: document["rows"]["generated"]
        for name, document in zip(names, (one, other), strict=True)
    }
    return {**one, "rows": {**rows, "real": one["rows"]["real"]}, "notes": [], "problems": []}


def _protocol(document: dict[str, Any], where: object) -> Protocol:
    try:
        return Protocol(
            **{k: v for k, v in document["protocol"].items() if k not in ("words", "hash")}
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise FootlightsError("its protocol cannot be read", where, "evaluate again") from error


def text_of(document: dict[str, Any]) -> str:
    """A saved or new table for a terminal."""
    rows, labels = document["rows"], document["labels"]
    width = max(len(label) for label in labels.values())
    first = max(len(name) for name in labels)
    lines = [f"{'':{first}}  {'':{width}}" + "".join(f"  {name:>22}" for name in rows)]
    for name, label in labels.items():
        cells = "".join(f"  {_cell(row.get(name)):>22}" for row in rows.values())
        lines.append(f"{name:{first}}  {label:{width}}{cells}")
    real = document["real"]
    lines += [
        "",
        f"{len(document['clips'])} clips; {document['protocol']['words']}; hash {document['protocol']['hash']}",
    ]
    lines += [
        f"real dance: {real['name']}" + (f" ({real['licence']})" if "licence" in real else "")
    ]
    lines += [f"note: {note}" for note in document["notes"]]
    lines += [
        f"missing: {', '.join(names)}: {why}"
        for why, names in _missing(next(iter(rows.values()))).items()
    ]
    return "\n".join(lines)


def _missing(row: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Reason -> names of the measures without a number."""
    found: dict[str, list[str]] = {}
    for name, figure in row.items():
        if figure["value"] is None:
            found.setdefault(figure["reason"], []).append(name)
    return found


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "-"
    value, low, high = (figure[key] for key in ("value", "low", "high"))
    return short(value) if low is None else f"{short(value)} ({short(low)} to {short(high)})"


def short(value: float) -> str:
    """Three digits, or all before the point; what rounds to nothing is 0."""
    return (
        f"{value:.0f}" if 1000 <= abs(value) < 1e7 else "0" if abs(value) < 5e-5 else f"{value:.3g}"
    )


def _plain(figure: Figure) -> dict[str, Any]:
    bounds = {name: getattr(figure, name) for name in ("value", "low", "high")}
    plain = {name: float(f"{v:.6g}") if math.isfinite(v) else None for name, v in bounds.items()}
    return {**plain, "count": figure.count, **({"reason": figure.reason} if figure.reason else {})}


def _variants(records: Sequence[Record]) -> list[str]:
    return list(dict.fromkeys(v for r in records for v in r["values"]))


def _rows(records: Sequence[Record], variant: str) -> Rows:
    parts = [
        np.array(r["features"].get(variant, []), np.float64).reshape(-1, KINETIC + 32)
        for r in records
    ]
    return Rows(np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(p) for p in parts]))


def _clip_figures(
    row: str, variant: str, records: Sequence[Record], real: Reference, protocol: Protocol
) -> dict[str, Figure]:
    figures = {}
    for measure in measures_of(protocol):
        if row == "real":
            values, reasons = (
                list(real.values.get(measure, ())),
                ["the real dances were not measured so"],
            )
        else:
            values = [r["values"][variant][measure] for r in records if variant in r["values"]]
            reasons = [r["reasons"][measure] for r in records if measure in r["reasons"]]
        known = np.array([v for v in values if v is not None and math.isfinite(v)], np.float64)
        figures[measure] = mean_over_clips(
            known, Counter(reasons).most_common(1)[0][0] if reasons else ""
        )
    return figures


def mean_over_clips(values: np.ndarray, reason: str = "") -> Figure:
    """Mean of one number a clip with a 95 % interval from clips drawn again; ``reason`` says why
    there is none.
    """
    if not len(values):
        return Figure(math.nan, reason=reason or "no clip has it")
    if len(values) == 1:
        return Figure(float(values[0]), count=1)
    drawn = values[np.random.default_rng(0).integers(len(values), size=(_DRAWS, len(values)))].mean(
        axis=1
    )
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(float(values.mean()), float(low), float(high), len(values))


def _distances(
    drawn: dict[str, dict[str, np.ndarray]], variant: str, count: int
) -> dict[str, Figure]:
    """Figures of a set's distances; of each FID also its excess over what real dance scores in the
    same draws.
    """
    figures = {}
    for name, draws in drawn[variant].items():
        figures[name] = _drawn(draws, count)
        if name.startswith("fid"):
            figures[name.replace("fid", "excess")] = _drawn(
                draws - drawn["real"][name][:, :1], count
            )
    return figures


def _drawn(draws: np.ndarray, count: int) -> Figure:
    """Mean over draws; the interval is the spread of clips drawn again, about that mean: clips
    drawn twice look farther.
    """
    draws = draws[np.isfinite(draws[:, 0])]
    if not len(draws):
        return Figure(math.nan, reason="too few windows for a comparison")
    value = float(draws[:, 0].mean())
    if not np.isfinite(draws).all():
        return Figure(value, count=count)
    low, high = value + np.percentile(draws[:, 1] - draws[:, 1].mean(), [2.5, 97.5])
    return Figure(value, float(low), float(high), count)


def _label(name: str) -> str:
    kind, _, source = name.partition("@")
    what, _, part = kind.rpartition("_")
    return f"{_LABELS[what]}, {_KINDS[part]}" + (f", as {source}" if source else "")


def _notes(
    records: Sequence[Record], made: Rows, count: int, real: Reference, protocol: Protocol
) -> list[str]:
    notes = []
    rates = sorted({r["fps"] for r in records})
    if len(rates) > 1:
        every = ", ".join(f"{rate:g}" for rate in rates)
        notes.append(f"clips come at {every} frames a second; all were brought to {protocol.fps:g}")
    for note, many in Counter(n for r in records for n in r["notes"]).items():
        example = next(r["name"] for r in records if note in r["notes"])
        notes.append(
            f"{many} {'clip' if many == 1 else 'clips'} ({example}{' and others' if many > 1 else ''}): {note}"
        )
    short = sum(not len(r["features"]["made"]) for r in records)
    if short:
        notes.append(
            f"{short} clips are shorter than {protocol.seconds:g} s and stand outside the distributions"
        )
    if count and count < len(made):
        notes.append(
            f"{count} of {len(made)} windows at a time are compared: real dance has {len(real.features)}"
        )
    if real.card.get("note"):
        notes.append(real.card["note"])
    return notes
