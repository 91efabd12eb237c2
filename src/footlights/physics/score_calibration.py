"""From quantities to scores: what is tolerated, taken from real dance, and how fast a score falls
beyond that.
"""

import functools
import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError

LEAST_LOG_SCORE = -700.0  # a score stays a number above 0: exp(-745) is none
_ROUNDING = 0.2  # of the scale: how softly the fall begins
_FORMAT = "footlights-physics-calibration-2"
# What quantities were called in the format before, which is read until the next version.
_FORMAT_BEFORE = "footlights-physics-calibration-1"
_NAMES_BEFORE = {
    "self_depth": "self_penetration",
    "balance": "residual_moment",
    "overload": "excess_ground_reaction",
    "missing_force": "residual_force",
    "effort": "specific_power",
    "unexplained": "slip_aware_residual",
}


@dataclass(frozen=True, eq=False)
class Calibration:
    """Tolerances and scales by quantity.

    Attributes:
        name: version and hash, as results carry it.
        tolerance: what real dance stays below, 95 windows in 100.
        scale: how far beyond that the score is about 1/e.
        speed_band: m/s, steady speeds of the middle 80 % of real dance; NaN when it is not told.
    """

    name: str
    tolerance: dict[str, float]
    scale: dict[str, float]
    speed_band: tuple[float, float] = (float("nan"), float("nan"))

    @staticmethod
    def shipped() -> "Calibration":
        """The calibration that comes with footlights: real dance of the train split."""
        return _shipped()

    @staticmethod
    def read(text: str, source: str) -> "Calibration":
        """The calibration that the JSON ``text`` of the file ``source`` holds.

        Raises:
            FootlightsError: it is none, or of another version.
        """
        try:
            return _parse(json.loads(text), hashlib.sha256(text.encode()).hexdigest()[:12])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = f"no calibration of format {_FORMAT} ({error})"
            raise FootlightsError(
                what, source, "make it with tools/calibrate_physics.py"
            ) from error

    def score(self, quantity: str, value: Any) -> Any:
        """Scores in (0, 1] of values of any shape: 1 at 0, about 0.9 at the tolerance, falling by
        1/e a scale beyond it.

        The exponential of `log_score`: never 0, and the same for everything more than about 700
        scales beyond.
        """
        return np.exp(np.maximum(self.log_score(quantity, value), LEAST_LOG_SCORE))

    def log_score(self, quantity: str, value: Any) -> Any:
        """Its logarithm: h(0) - h(x) with h(x) = (x - a + sqrt((x - a)^2 + (b / 5)^2)) / (2 b), a
        the tolerance, b the scale.

        Strictly falling everywhere; of numbers, and of arrays of any kind, with gradients where
        they have them.
        """
        a, b = self.tolerance[quantity], self.scale[quantity]
        return _soft_hinge(0.0, a, b) - _soft_hinge(value, a, b)


def _parse(content: dict[str, Any], digest: str) -> Calibration:
    if content["format"] not in (_FORMAT, _FORMAT_BEFORE):
        raise KeyError(content["format"])
    names = _NAMES_BEFORE if content["format"] == _FORMAT_BEFORE else {}
    rows = {names.get(name, name): row for name, row in content["quantities"].items()}

    low, high = content.get("energy", {}).get("band", Calibration.speed_band)
    return Calibration(
        name=f"{content['version']}-{digest}",
        tolerance={name: float(row["tolerance"]) for name, row in rows.items()},
        scale={name: float(row["scale"]) for name, row in rows.items()},
        speed_band=(float(low), float(high)),
    )


def _soft_hinge(x: Any, a: float, b: float) -> Any:
    return (x - a + ((x - a) ** 2 + (_ROUNDING * b) ** 2) ** 0.5) / (2 * b)


@functools.cache
def _shipped() -> Calibration:
    file = resources.files("footlights").joinpath("assets/physics.json")
    return Calibration.read(file.read_text(encoding="utf-8"), file.name)
