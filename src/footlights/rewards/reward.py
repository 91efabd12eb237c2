"""Reward: a number for each of several motions, the terms behind it, and why a number is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..music import Music


@dataclass(frozen=True, eq=False)
class Reward:
    """What N motions are worth.

    Attributes:
        total: (N,) float64; NaN where it is missing. A missing number changes no other motion's.
        terms: by name, (N,) each.
        reasons: by index of the motion, why its total is missing.
    """

    total: np.ndarray
    terms: dict[str, np.ndarray] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def log(self) -> dict[str, dict[str, float]]:
        """Mean, spread, least and most of the total and of every term over the motions that have
        one, and how many lack it.
        """
        return {
            name: _summary(values) for name, values in {"total": self.total, **self.terms}.items()
        }


One = Callable[[Motion, Music | None], tuple[Mapping[str, float], str]]
Rewarding = Callable[[Sequence[Motion], Sequence[Music | None]], Reward]


def each(motions: Sequence[Motion], musics: Sequence[Music | None], one: One, name: str) -> Reward:
    """The reward of motions one by one: ``one`` gives terms, the total under ``name``, and why it
    is NaN.

    A motion that ``one`` refuses with a FootlightsError, such as one on another skeleton, is
    missing and the others are not.
    """
    if len(motions) != len(musics):
        raise ValueError(
            f"{len(motions)} motions and {len(musics)} songs: give one song (or None) a motion"
        )
    said = [_asked(one, motion, music) for motion, music in zip(motions, musics, strict=True)]
    keys = list(dict.fromkeys(key for terms, _ in said for key in terms if key != name))
    total = np.array([terms.get(name, np.nan) for terms, _ in said], np.float64)
    reasons = {i: why for i, (_, why) in enumerate(said) if not np.isfinite(total[i])}
    return Reward(
        total,
        {key: np.array([terms.get(key, np.nan) for terms, _ in said], np.float64) for key in keys},
        reasons,
    )


def _asked(one: One, motion: Motion, music: Music | None) -> tuple[Mapping[str, float], str]:
    try:
        return one(motion, music)
    except FootlightsError as error:
        return {}, f"{error.what}: {error.do}" if error.do else error.what


def _summary(values: np.ndarray) -> dict[str, float]:
    known = values[np.isfinite(values)]
    if not known.size:
        return {
            "mean": float("nan"),
            "spread": float("nan"),
            "least": float("nan"),
            "most": float("nan"),
            "missing": len(values),
        }
    found = {"mean": known.mean(), "spread": known.std(), "least": known.min(), "most": known.max()}
    return {key: float(value) for key, value in found.items()} | {
        "missing": len(values) - known.size
    }
