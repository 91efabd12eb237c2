"""Score: a number with its unit and per-frame values, or NaN with the reason for it."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Score:
    """What a metric says of one clip.

    Attributes:
        value: the number; NaN when it could not be computed.
        unit: "cm/s", "cm", "m/s" or "" for a share.
        reason: why ``value`` is NaN; empty otherwise.
        frames: (N,) values per frame (or per window), NaN where the metric does not apply; empty
            when it has none.
    """

    value: float
    unit: str = ""
    reason: str = ""
    frames: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))

    def __float__(self) -> float:
        return self.value

    @classmethod
    def mean(cls, frames: np.ndarray, unit: str, empty: str) -> "Score":
        """The mean of the finite ``frames``; NaN with the reason ``empty`` when there is none."""
        frames = np.asarray(frames, np.float32)
        finite = frames[np.isfinite(frames)].astype(np.float64)
        if not finite.size:
            return cls(float("nan"), unit, empty, frames)
        return cls(float(finite.mean()), unit, "", frames)

    @classmethod
    def of(cls, value: float, unit: str, reason: str) -> "Score":
        """A number without values per frame; ``reason`` says why it is NaN where it is."""
        return cls(value, unit) if np.isfinite(value) else cls.none(unit, reason)

    @classmethod
    def none(cls, unit: str, reason: str) -> "Score":
        """NaN, and why."""
        return cls(float("nan"), unit, reason)
