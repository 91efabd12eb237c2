"""Pictures of a report as SVG: how a measure spreads over clips, and where in a clip it is bad."""

import html
import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

_COLORS = {"real": "#7fb8d8", "generated": "#f2b25c"}
_CONTROL = "#8b8d92"
_BACKGROUND, _AXIS = "#2c2e32", "#43464c"
# Above what 95 of 100 moments of real dance stay below; above twice that.
_HOT = ("#e7a13d", "#e8503a")

# In units of the view box.
_WIDTH, _ROW, _LABELS = 340, 16, 78  # of a spread: all of it, a row, the labels
_STRIP_WIDTH, _STRIP_ROW = 680, 12
_END = 4  # free at the right


def spread(rows: Mapping[str, Sequence[float]]) -> str:
    """A row of dots for each named list of numbers, on one scale.

    The scale is that of "real" and "generated". Numbers beyond it are drawn as an arrow at its
    end. A row without a number stays empty.
    """
    values = {name: [v for v in row if math.isfinite(v)] for name, row in rows.items()}
    low, high = _scale(values.get("real", []) + values.get("generated", []))
    dots = "".join(_dots(k, name, row, low, high) for k, (name, row) in enumerate(values.items()))

    right, bottom = _WIDTH - _END, _ROW * len(values) + 4
    numbers = "".join(
        f'<text x="{x}" y="{bottom + 9}" text-anchor="{anchor}">{value:.3g}</text>'
        for x, anchor, value in ((_LABELS, "start", low), (right, "end", high))
    )
    axis = f'<line x1="{_LABELS}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="{_AXIS}"/>'
    return f'<svg viewBox="0 0 {_WIDTH} {bottom + 12}" role="img">{dots}{axis}{numbers}</svg>'


def _scale(values: list[float]) -> tuple[float, float]:
    """Lowest and highest number of the axis: a little beyond the values, but no false zero."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    edge = 0.08 * (high - low) or 0.5 * abs(high) or 1.0
    return (low - edge if low < 0 else max(0.0, low - edge)), high + edge


def _dots(row: int, name: str, values: list[float], low: float, high: float) -> str:
    y, color, right = _ROW * row + 9, _COLORS.get(name, _CONTROL), _WIDTH - _END

    def place(value: float) -> float:
        return _LABELS + (value - low) / (high - low) * (right - _LABELS)

    shapes = [f'<text x="0" y="{y + 3}">{html.escape(name)}</text>']
    for value in values:
        x = place(value)
        if x > right:
            shapes.append(f'<path d="M{right - 5} {y - 4}l6 4l-6 4z" fill="{color}"/>')
        elif x < _LABELS:
            shapes.append(f'<path d="M{_LABELS + 5} {y - 4}l-6 4l6 4z" fill="{color}"/>')
        else:
            shapes.append(
                f'<circle cx="{x:.1f}" cy="{y}" r="3" fill="{color}" fill-opacity="0.6"/>'
            )

    middle = place(float(np.median(values))) if values else math.nan
    if _LABELS <= middle <= right:
        ends = f'x1="{middle:.1f}" x2="{middle:.1f}" y1="{y - 6}" y2="{y + 6}"'
        shapes.append(f'<line {ends} stroke="{color}" stroke-width="1.5"/>')
    # A thousand clips at one end are one arrow, and equal clips one dot.
    return "".join(dict.fromkeys(shapes))


def strip(
    cells: Mapping[str, Sequence[float | None]], limits: Mapping[str, float], step: float
) -> str:
    """A line of time for each measure that has a limit, coloured where it is above it.

    Args:
        cells: measure -> the worst number of each ``step`` seconds, None or NaN where there is
            none.
        limits: measure -> what 95 of 100 moments of real dance stay below; above twice that a
            strip is red.
    """
    rows = [(name, values) for name, values in cells.items() if name in limits]
    count = max((len(values) for _, values in rows), default=1)
    width = (_STRIP_WIDTH - _LABELS - _END) / count  # of a cell

    shapes = []
    for row, (name, values) in enumerate(rows):
        y = _STRIP_ROW * row
        shapes.append(f'<text x="0" y="{y + 8}">{html.escape(name)}</text>')
        shapes.append(_box(_LABELS, y, width * len(values), _BACKGROUND, "/>"))
        for start, end, heat in _hot_runs(values, limits[name]):
            seconds = f"{start * step:g} to {end * step:g} s"
            title = f"><title>{html.escape(f'{name}, {seconds}')}</title></rect>"
            x = f"{_LABELS + start * width:.1f}"
            shapes.append(_box(x, y, (end - start) * width, _HOT[heat], title))

    bottom = _STRIP_ROW * len(rows)
    shapes += [
        f'<text x="{_LABELS + second / step * width:.1f}" y="{bottom + 9}">{second}</text>'
        for second in time_marks(count * step, most=14)
    ]
    return f'<svg viewBox="0 0 {_STRIP_WIDTH} {bottom + 12}" role="img">{"".join(shapes)}</svg>'


def time_marks(seconds: float, most: int) -> range:
    """Whole seconds to write below a line of time: about ``most`` at most, evenly apart."""
    every = next(s for s in (1, 2, 5, 10, 30, 60, 300) if seconds / s <= most or s == 300)
    return range(0, int(seconds) + 1, every)


def _box(x: object, y: int, width: float, color: str, end: str) -> str:
    return f'<rect x="{x}" y="{y + 1}" width="{width:.1f}" height="9" fill="{color}"{end}'


def _hot_runs(values: Sequence[float | None], limit: float) -> list[tuple[int, int, int]]:
    """(start, end, heat) of runs of cells above the limit; heat is 1 above twice the limit."""
    # A limit below zero is not doubled: what passes it passes all.
    heat = [0 if v is None else int(v > limit) + int(v > max(limit, 2 * limit)) for v in values]
    edges = [0, *(k for k in range(1, len(heat)) if heat[k] != heat[k - 1]), len(heat)]
    return [(a, b, heat[a] - 1) for a, b in itertools.pairwise(edges) if a < b and heat[a]]
