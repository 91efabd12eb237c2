"""A table's document as a text for terminals."""

from collections.abc import Mapping
from typing import Any

from .verdict import line_of

_CELL = 22  # characters


def text_of(document: Mapping[str, Any]) -> str:
    """A metric a line, a column a row of the table; then what must be known of it."""
    rows, labels = document["rows"], document["labels"]
    width = max(len(label) for label in labels.values())
    first = max(len(name) for name in labels)

    head = "".join(f"  {name:>{_CELL}}" for name in rows)
    lines = [f"{'':{first}}  {'':{width}}{head}"]
    for name, label in labels.items():
        cells = "".join(f"  {_cell(row.get(name)):>{_CELL}}" for row in rows.values())
        lines.append(f"{name:{first}}  {label:{width}}{cells}")
    return "\n".join([*lines, "", *_facts(document)])


def _facts(document: Mapping[str, Any]) -> list[str]:
    protocol, real = document["protocol"], document["real"]
    licence = f" ({real['licence']})" if "licence" in real else ""
    clips = len(document["clips"])
    missing = _missing(next(iter(document["rows"].values())))
    return [
        f"{clips} clips; {protocol['words']}; hash {protocol['hash']}",
        f"real dance: {real['name']}{licence}",
        *(line_of(verdict) for verdict in document.get("verdicts", ())),
        *(f"note: {note}" for note in document["notes"]),
        *(f"missing: {', '.join(names)}: {reason}" for reason, names in missing.items()),
    ]


def _missing(row: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Reason -> names of the metrics without a number."""
    names: dict[str, list[str]] = {}
    for name, figure in row.items():
        if figure["value"] is None:
            names.setdefault(figure["reason"], []).append(name)
    return names


def _cell(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "-"
    value, low, high = (figure[key] for key in ("value", "low", "high"))
    if low is None:
        return short_number(value)
    return f"{short_number(value)} ({short_number(low)} to {short_number(high)})"


def short_number(value: float) -> str:
    """Three digits, or all before the point; what rounds to nothing is 0."""
    if 1000 <= abs(value) < 1e7:
        return f"{value:.0f}"
    return "0" if abs(value) < 5e-5 else f"{value:.3g}"
