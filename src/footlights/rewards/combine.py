"""Several rewards as one: "physics=.5, foot_ground=.2, energy=.3"."""

from collections.abc import Sequence
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

from ..basics import plugins
from ..basics.errors import FootlightsError
from ..basics.suggestions import advice
from ..motion.motion import Motion
from ..music import Music
from .beat_align import beats
from .energy import energy, energy_s2s
from .foot_ground import foot_ground, foot_ground_s2s
from .physics import phymotion, physics
from .reward import TOTAL, Reward, Rewarding
from .spec import Term, parse

GROUP = "footlights.rewards"

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
    published ones as published. Terms and frames are each reward's own under its name, and what
    it is made of as "NAME.TERM". A motion that lacks one reward has no total.

    Args:
        spec: names of the house, entry points of other packages (group "footlights.rewards") and
            "package.module:name"; "NAME(PARAMETER=VALUE)" calls a factory, or fixes parameters of
            a reward of the house.

    Raises:
        FootlightsError: an unknown name, a weight that is no number, a name twice, or nothing at
            all.
    """
    rewards = [(term, _reward(term)) for term in parse(spec)]

    def combined(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
        results = [
            (term, _checked(reward(motions, musics), term.name, len(motions)))
            for term, reward in rewards
        ]
        return _mixed(results, len(motions))

    return combined


def reward_names() -> tuple[str, ...]:
    """The house's rewards, then what other installed packages offer."""
    return (*REWARDS, *plugins.offered(GROUP))


def _mixed(results: list[tuple[Term, Reward]], count: int) -> Reward:
    total = np.zeros(count)
    terms: dict[str, np.ndarray] = {}
    frames: dict[str, list[np.ndarray]] = {}
    reasons: dict[int, str] = {}

    for term, result in results:
        total = total + term.weight * result.total
        terms[term.name] = result.total
        terms |= {f"{term.name}.{name}": values for name, values in result.terms.items()}
        frames |= {
            term.name if name == TOTAL else f"{term.name}.{name}": arrays
            for name, arrays in result.frames.items()
        }

        for index, why in result.reasons.items():
            before = f"{reasons[index]}; " if index in reasons else ""
            reasons[index] = f"{before}{term.name}: {why}"
    return Reward(total, terms, frames, reasons)


def _reward(term: Term) -> Rewarding:
    own = REWARDS.get(term.name)
    if own is not None:
        return own if term.parameters is None else partial(own, **_accepted(own, term))

    offered = plugins.find(GROUP, term.name)
    if offered is None:
        names = reward_names()
        do = advice(term.name, names, f"the rewards are {', '.join(names)}")
        raise FootlightsError(f"no reward is called {term.name!r}", "reward", do)
    if term.parameters is not None:
        offered = offered(**term.parameters)
    if not callable(offered):
        raise FootlightsError("is no reward", term.name, "it must be callable: docs/extending.md")
    reward: Rewarding = offered
    return reward


def _accepted(reward: Rewarding, term: Term) -> dict[str, Any]:
    """The parameters of ``term``, all of which ``reward`` takes by name."""
    known = list(signature(reward).parameters)[2:]
    for name in term.parameters or {}:
        if name not in known:
            takes = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
            raise FootlightsError(f"{term.name} has no parameter {name!r}", "reward", takes)
    return term.parameters or {}


def _checked(result: Any, name: str, count: int) -> Reward:
    """A stranger's reward as it must be: a `Reward`, or just (N,) totals."""
    worth = result if isinstance(result, Reward) else Reward(np.asarray(result, np.float64))
    if worth.total.shape != (count,):
        raise FootlightsError(
            f"gave totals of shape {worth.total.shape} for {count} motions",
            name,
            "it must give one a motion",
            usage=False,
        )
    return worth
