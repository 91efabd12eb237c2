"""MeasuredClip: all that was measured of one clip and of the controls made of it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .protocol_metrics import FEATURES


@dataclass(frozen=True, eq=False)
class Numbers:
    """What was measured of one motion.

    Attributes:
        values: metric -> number, NaN where it has none.
        features: (W, 104) float32 of its windows, those that are whole numbers of features.
    """

    values: dict[str, float]
    features: np.ndarray = field(default_factory=lambda: np.zeros((0, FEATURES), np.float32))

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; NaN is null. Nine digits tell every float32 from its neighbours."""
        rows = [[float(f"{value:.9g}") for value in row] for row in self.features.tolist()]
        return {"values": without_nan(self.values), "features": rows}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Numbers":
        """What `as_json` gave; KeyError, TypeError or ValueError when it did not."""
        values = {name: _number(value) for name, value in record["values"].items()}
        return cls(values, np.array(record["features"], np.float32).reshape(-1, FEATURES))


@dataclass(frozen=True, eq=False)
class MeasuredClip:
    """The record of one clip.

    Attributes:
        name: what tables call it.
        seconds: its length.
        fps: frames a second of its file.
        notes: what a person should know before believing its numbers.
        numbers: of the clip itself.
        reasons: metric -> why it has no number.
        strips: metric -> (S,) its worst value in each quarter of a second, to four digits; NaN
            where there is none.
        controls: by name, numbers of what was made of the clip to be bad.
    """

    name: str
    seconds: float
    fps: float
    notes: tuple[str, ...]
    numbers: Numbers
    reasons: dict[str, str]
    strips: dict[str, np.ndarray]
    controls: dict[str, Numbers]

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; what is not known is null."""
        return {
            "name": self.name,
            "seconds": self.seconds,
            "fps": self.fps,
            "notes": list(self.notes),
            "numbers": self.numbers.as_json(),
            "reasons": self.reasons,
            "strips": {name: _nulls(cells.tolist()) for name, cells in self.strips.items()},
            "controls": {name: numbers.as_json() for name, numbers in self.controls.items()},
        }

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "MeasuredClip":
        """What `as_json` gave; KeyError, TypeError, AttributeError or ValueError otherwise."""
        strips = record["strips"].items()
        controls = record["controls"].items()
        return cls(
            name=str(record["name"]),
            seconds=float(record["seconds"]),
            fps=float(record["fps"]),
            notes=tuple(map(str, record["notes"])),
            numbers=Numbers.from_json(record["numbers"]),
            reasons={name: str(reason) for name, reason in record["reasons"].items()},
            strips={name: np.array([_number(v) for v in c], float) for name, c in strips},
            controls={name: Numbers.from_json(numbers) for name, numbers in controls},
        )


def without_nan(values: Mapping[str, float]) -> dict[str, float | None]:
    """JSON-ready: NaN is null."""
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _nulls(cells: Iterable[float]) -> list[float | None]:
    return [cell if math.isfinite(cell) else None for cell in cells]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
