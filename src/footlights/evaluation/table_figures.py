"""The figures of a table: means over clips and distances of sets, with intervals and reasons."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..metrics.protocol import Protocol
from .clip_measurement import OTHER_MUSIC
from .measured_clip import MeasuredClip, Numbers
from .protocol_metrics import FEATURES
from .reference import Reference
from .resampled_distances import GENERATED, REAL, Windows, equal_count, resampled_distances
from .song_diversity import within_songs

_DRAWS = 1000
_NOT_MEASURED = "the real dances were not measured so"
_NEVER_VARIES = "a feature never varies in these real dances, and its spread is the published unit"
Row = dict[str, "Figure"]


@dataclass(frozen=True)
class Figure:
    """A number of a table.

    Attributes:
        value: NaN where it is missing.
        low, high: 95 % interval over clips; NaN where there is none.
        count: how many clips, windows or songs have it.
        reason: why it is missing.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    count: int = 0
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Six digits; what is not known is null."""
        bounds = {"value": self.value, "low": self.low, "high": self.high}
        plain = {n: float(f"{v:.6g}") if math.isfinite(v) else None for n, v in bounds.items()}
        return {**plain, "count": self.count, **({"reason": self.reason} if self.reason else {})}


def rows_of(
    clips: Sequence[MeasuredClip], real: Reference, protocol: Protocol
) -> tuple[dict[str, Row], int]:
    """The rows of a table by name, and how many windows a side were compared.

    The rows are "generated", "real" and one for each control; each is metric -> figure.
    """
    controls = list(dict.fromkeys(name for clip in clips for name in clip.controls))
    metrics = list(clips[0].numbers.values)
    rows = {GENERATED: _over_clips(clips, GENERATED, metrics), REAL: _real(real, metrics)}
    rows |= {name: _over_clips(clips, name, metrics) for name in controls}

    # Other music changes nothing in how a body moves.
    moved = [name for name in (GENERATED, *controls) if name != OTHER_MUSIC]
    sets = {name: windows_of(clips, name) for name in moved}
    count = equal_count(len(sets[GENERATED]), len(real.features))
    drawn = resampled_distances(Windows(real.features, real.clips), sets, protocol, count)
    for name, distances in drawn.items():
        rows[name] |= _distances(distances, drawn[REAL], count)

    if protocol.features == "corrected":
        for name, (value, songs) in within_songs(clips, real).items():
            reason = "" if songs else "no song has two dances"
            rows[GENERATED][name] = Figure(value, count=songs, reason=reason)
    return rows, count


def windows_of(clips: Sequence[MeasuredClip], row: str) -> Windows:
    """The windows of a row's motions, and which clip each is of."""
    numbers = [_numbers(clip, row) for clip in clips]
    parts = [
        np.zeros((0, FEATURES)) if one is None else np.asarray(one.features, np.float64)
        for one in numbers
    ]
    clip_of_row = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Windows(np.concatenate(parts), clip_of_row)


def _numbers(clip: MeasuredClip, row: str) -> Numbers | None:
    return clip.numbers if row == GENERATED else clip.controls.get(row)


def _over_clips(clips: Sequence[MeasuredClip], row: str, metrics: Sequence[str]) -> Row:
    """The mean of every metric over the row's motions."""
    numbers = [one for clip in clips if (one := _numbers(clip, row)) is not None]
    return {
        metric: mean_over_clips(
            np.array([one.values[metric] for one in numbers]), _usual_reason(clips, metric)
        )
        for metric in metrics
    }


def _usual_reason(clips: Sequence[MeasuredClip], metric: str) -> str:
    reasons = Counter(clip.reasons[metric] for clip in clips if metric in clip.reasons)
    return reasons.most_common(1)[0][0] if reasons else ""


def _real(real: Reference, metrics: Sequence[str]) -> Row:
    values = {metric: real.values.get(metric, np.zeros(0)) for metric in metrics}
    return {metric: mean_over_clips(v, _NOT_MEASURED) for metric, v in values.items()}


def mean_over_clips(values: np.ndarray, reason: str = "") -> Figure:
    """Mean of one number a clip, with a 95 % interval from clips drawn again.

    Args:
        values: (C,); clips with NaN are left out.
        reason: why there is none, where no clip has one.
    """
    values = np.asarray(values, np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return Figure(math.nan, reason=reason or "no clip has it")
    if len(values) == 1:
        return Figure(float(values[0]), count=1)

    # A fixed seed: the same clips give the same interval.
    drawn = np.random.default_rng(0).integers(len(values), size=(_DRAWS, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return Figure(float(values.mean()), float(low), float(high), len(values))


def _distances(distances: dict[str, np.ndarray], real: dict[str, np.ndarray], count: int) -> Row:
    """Figures of a set's distances.

    Of each FID also its excess over what real dance scores in the same draws.
    """
    figures = {}
    for name, draws in distances.items():
        figures[name] = _mean_of_draws(draws, count)
        if name.startswith("fid"):
            # Infinite on both sides is as much without a number as on one.
            floor = real[name][:, :1]
            excess = np.where(np.isinf(draws) | np.isinf(floor), np.inf, draws - floor)
            figures[name.replace("fid", "excess")] = _mean_of_draws(excess, count)
    return figures


def _mean_of_draws(draws: np.ndarray, count: int) -> Figure:
    """Mean over draws (D, 2) of all clips; the interval is the spread of clips drawn again.

    About that mean, for clips drawn twice look farther.
    """
    if np.isinf(draws[:, 0]).any():
        return Figure(math.nan, reason=_NEVER_VARIES)
    draws = draws[np.isfinite(draws[:, 0])]
    if not len(draws):
        return Figure(math.nan, reason="too few windows for a comparison")
    value = float(draws[:, 0].mean())
    if not np.isfinite(draws).all():
        return Figure(value, count=count)
    low, high = value + np.percentile(draws[:, 1] - draws[:, 1].mean(), [2.5, 97.5])
    return Figure(value, float(low), float(high), count)
