"""Reward: what each of several motions is worth, what makes it so, and why a number is missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..music import Music

TOTAL = "total"  # the name of the reward itself among frames and in logs


@dataclass(frozen=True, eq=False)
class Reward:
    """What N motions are worth.

    Attributes:
        total: (N,) float64; NaN where it is missing. A missing number changes no other motion's.
        terms: by name, (N,) each.
        frames: by name, an array (T,) for each motion: what its frames are worth, under "total",
            and terms frame by frame; empty for a motion that has none. Only of rewards to which
            frames mean something.
        reasons: by index of the motion, why its total is missing.
    """

    total: np.ndarray
    terms: dict[str, np.ndarray] = field(default_factory=dict)
    frames: dict[str, list[np.ndarray]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def log(self) -> dict[str, dict[str, float]]:
        """Mean, spread, least and most of the total and of every term over the motions that have
        one, and how many lack it.
        """
        columns = {TOTAL: self.total, **self.terms}
        return {name: _summary(values) for name, values in columns.items()}


@dataclass(frozen=True, eq=False)
class Worth:
    """What one motion is worth: the entries of a `Reward`; ``reason``: why ``total`` is NaN."""

    total: float = float("nan")
    terms: dict[str, float] = field(default_factory=dict)
    frames: dict[str, np.ndarray] = field(default_factory=dict)
    reason: str = ""


Rewarding = Callable[[Sequence[Motion], Sequence[Music | None]], Reward]


def each(
    motions: Sequence[Motion],
    musics: Sequence[Music | None],
    worth: Callable[[Motion, Music | None], Worth],
) -> Reward:
    """The reward of motions one by one.

    A motion that ``worth`` refuses with a FootlightsError, such as one on another skeleton, is
    missing and the others are not.
    """
    if len(motions) != len(musics):
        counts = f"{len(motions)} motions and {len(musics)} songs"
        raise ValueError(f"{counts}: give one song (or None) a motion")
    return gathered([_attempt(worth, *pair) for pair in zip(motions, musics, strict=True)])


def gathered(worths: Sequence[Worth]) -> Reward:
    """The worth of motions, one after the other, as one reward."""
    nan, nothing = float("nan"), np.zeros(0)
    terms = {
        name: np.array([worth.terms.get(name, nan) for worth in worths], np.float64)
        for name in _names(worth.terms for worth in worths)
    }
    frames = {
        name: [worth.frames.get(name, nothing) for worth in worths]
        for name in _names(worth.frames for worth in worths)
    }

    total = np.array([worth.total for worth in worths], np.float64)
    missing = np.flatnonzero(~np.isfinite(total)).tolist()
    reasons = {index: worths[index].reason for index in missing if worths[index].reason}
    return Reward(total, terms, frames, reasons)


def _names(parts: Iterable[Mapping[str, object]]) -> list[str]:
    """Every name in the order in which it comes first."""
    return list(dict.fromkeys(name for part in parts for name in part))


def _attempt(
    worth: Callable[[Motion, Music | None], Worth], motion: Motion, music: Music | None
) -> Worth:
    try:
        return worth(motion, music)
    except FootlightsError as error:
        return Worth(reason=f"{error.what}: {error.do}" if error.do else error.what)


def _summary(values: np.ndarray) -> dict[str, float]:
    known = values[np.isfinite(values)]
    names = ("mean", "spread", "least", "most")
    if known.size:
        numbers = (known.mean(), known.std(), known.min(), known.max())
        figures = {name: float(number) for name, number in zip(names, numbers, strict=True)}
    else:
        figures = dict.fromkeys(names, float("nan"))
    return figures | {"missing": len(values) - known.size}
