"""Several rewards as one: "physics=.5, foot_ground=.2, energy=.3"."""

from collections.abc import Sequence

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from ..music import Music
from .beat_align import beats
from .energy import energy, energy_s2s
from .foot_ground import foot_ground, foot_ground_s2s
from .physics import phymotion, physics
from .reward import Reward, Rewarding

REWARDS: dict[str, Rewarding] = {
    "physics": physics,
    "phymotion": phymotion,
    "foot_ground": foot_ground,
    "foot_ground_s2s": foot_ground_s2s,
    "energy": energy,
    "energy_s2s": energy_s2s,
    "beats": beats,
}


def combine(spec: str) -> Rewarding:
    """The reward that ``spec`` names: "NAME=WEIGHT, ...", a weight alone left out is 1. The total
    is the weighted sum.

    Nothing is normalised: the house's own rewards lie between 0 and 1 ("beats" may be below 0),
    published ones as published. Terms are each reward's total under its name and its own terms as
    "NAME.TERM". A motion that lacks one reward has no total.

    Raises:
        FootlightsError: an unknown name, a weight that is no number, a name twice, or nothing at
            all.
    """
    weights = _parsed(spec)

    def combined(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
        total = np.zeros(len(motions))
        terms: dict[str, np.ndarray] = {}
        reasons: dict[int, str] = {}
        for name, weight in weights.items():
            found = REWARDS[name](motions, musics)
            total = total + weight * found.total
            terms |= {name: found.total} | {
                f"{name}.{term}": values for term, values in found.terms.items()
            }
            for index, why in found.reasons.items():
                reasons[index] = (
                    f"{reasons[index]}; {name}: {why}" if index in reasons else f"{name}: {why}"
                )
        return Reward(total, terms, reasons)

    return combined


def _parsed(spec: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in spec.split(","))):
        name, equals, number = (word.strip() for word in part.partition("="))
        if name not in REWARDS:
            raise FootlightsError(
                f"no reward is called {name!r}", "reward", f"the rewards are {', '.join(REWARDS)}"
            )
        if name in weights:
            raise FootlightsError(f"{name!r} stands there twice", "reward", "name each reward once")
        try:
            weights[name] = float(number) if equals else 1.0
        except ValueError:
            weights[name] = float("nan")
        if not np.isfinite(weights[name]):
            raise FootlightsError(
                f"{number!r} is no weight for {name!r}",
                "reward",
                'write them like "physics=.5, energy=.5"',
            )
    if not weights:
        raise FootlightsError(
            "no reward is named", "reward", 'write them like "physics=.5, energy=.5"'
        )
    return weights
