"""Pictures of a report as svg text: how a measure spreads over clips beside real dance, and where
in a clip it is bad.
"""

import html
import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

_COLORS = {"real": "#7fb8d8", "generated": "#f2b25c"}
_CONTROL = "#8b8d92"
_WIDTH, _ROW, _LEFT = 340, 16, 78
_HOT = (
    "#e7a13d",
    "#e8503a",
)  # above what 95 of 100 moments of real dance stay below; above twice that


def spread(rows: Mapping[str, Sequence[float]]) -> str:
    """A row of dots for each named list of numbers, one scale for all: that of "real" and
    "generated"; others end in it.

    Numbers beyond the scale are drawn as an arrow at its end. A row without a number stays empty.
    """
    values = {name: [v for v in row if math.isfinite(v)] for name, row in rows.items()}
    shown = values.get("real", []) + values.get("generated", [])
    low, high = (min(shown), max(shown)) if shown else (0.0, 1.0)
    edge = 0.08 * (high - low) or 0.5 * abs(high) or 1.0
    low, high = low - edge if low < 0 else max(0.0, low - edge), high + edge
    parts = [_dots(k, name, row, low, high) for k, (name, row) in enumerate(values.items())]
    bottom = _ROW * len(values) + 4
    scale = "".join(
        f'<text x="{x}" y="{bottom + 9}" text-anchor="{anchor}">{value:.3g}</text>'
        for x, anchor, value in ((_LEFT, "start", low), (_WIDTH - 4, "end", high))
    )
    line = f'<line x1="{_LEFT}" x2="{_WIDTH - 4}" y1="{bottom}" y2="{bottom}" stroke="#43464c"/>'
    return (
        f'<svg viewBox="0 0 {_WIDTH} {bottom + 12}" role="img">{"".join(parts)}{line}{scale}</svg>'
    )


def _dots(row: int, name: str, values: list[float], low: float, high: float) -> str:
    y, color = _ROW * row + 9, _COLORS.get(name, _CONTROL)
    drawn = [f'<text x="0" y="{y + 3}">{html.escape(name)}</text>']
    for value in values:
        x = _LEFT + (value - low) / (high - low) * (_WIDTH - 4 - _LEFT)
        if x > _WIDTH - 4:
            drawn.append(f'<path d="M{_WIDTH - 9} {y - 4}l6 4l-6 4z" fill="{color}"/>')
        elif x < _LEFT:
            drawn.append(f'<path d="M{_LEFT + 5} {y - 4}l-6 4l6 4z" fill="{color}"/>')
        else:
            drawn.append(f'<circle cx="{x:.1f}" cy="{y}" r="3" fill="{color}" fill-opacity="0.6"/>')
    if values:
        x = _LEFT + (float(np.median(values)) - low) / (high - low) * (_WIDTH - 4 - _LEFT)
        if _LEFT <= x <= _WIDTH - 4:
            drawn.append(
                f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 6}" y2="{y + 6}" stroke="{color}" stroke-width="1.5"/>'
            )
    return "".join(dict.fromkeys(drawn))


def strip(
    cells: Mapping[str, Sequence[float | None]], limits: Mapping[str, float], step: float
) -> str:
    """A line of time for each measure that has a limit: coloured where it is above it, redder above
    twice that.

    Args:
        cells: measure -> the worst number of each ``step`` seconds, None or NaN where there is
            none.
    """
    rows = [(name, values) for name, values in cells.items() if name in limits]
    count = max((len(values) for _, values in rows), default=1)
    wide = (_WIDTH * 2 - _LEFT - 4) / count
    parts = []
    for k, (name, values) in enumerate(rows):
        y = 12 * k
        parts.append(f'<text x="0" y="{y + 8}">{html.escape(name)}</text>')
        parts.append(
            f'<rect x="{_LEFT}" y="{y + 1}" width="{wide * len(values):.1f}" height="9" fill="#2c2e32"/>'
        )
        for start, end, heat in _hot(values, limits[name]):
            where = f"{name}, {start * step:g} to {end * step:g} s"
            x, width = _LEFT + start * wide, (end - start) * wide
            box = (
                f'<rect x="{x:.1f}" y="{y + 1}" width="{width:.1f}" height="9" fill="{_HOT[heat]}">'
            )
            parts.append(f"{box}<title>{html.escape(where)}</title></rect>")
    bottom = 12 * len(rows)
    for at in time_marks(count * step, most=14):
        parts.append(f'<text x="{_LEFT + at / step * wide:.1f}" y="{bottom + 9}">{at}</text>')
    return f'<svg viewBox="0 0 {_WIDTH * 2} {bottom + 12}" role="img">{"".join(parts)}</svg>'


def time_marks(seconds: float, most: int) -> range:
    """Whole seconds to write below a line of time: about ``most`` at most, evenly apart."""
    every = next(s for s in (1, 2, 5, 10, 30, 60, 300) if seconds / s <= most or s == 300)
    return range(0, int(seconds) + 1, every)


def _hot(values: Sequence[float | None], limit: float) -> list[tuple[int, int, int]]:
    """(start, end, heat) of runs of cells above the limit."""
    heat = [0 if v is None else int(v > limit) + int(v > max(limit, 2 * limit)) for v in values]
    edges = [0, *(k for k in range(1, len(heat)) if heat[k] != heat[k - 1]), len(heat)]
    return [(a, b, heat[a] - 1) for a, b in itertools.pairwise(edges) if a < b and heat[a]]
