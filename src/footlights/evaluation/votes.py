"""Votes of a blinded comparison: read with care, counted into a preference with its interval."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.budget import MAX_RECORD
from ..basics.errors import FootlightsError
from ..data.json_fields import read_json

KEY_FORMAT, VOTES_FORMAT = "footlights-comparison-1", "footlights-votes-1"
CHOICES = ("left", "right", "same")
_Z = 1.959964  # standard deviations that hold 95 % of a normal distribution
_WINS = ("a", "b", "same")


@dataclass(frozen=True)
class ComparedPair:
    """Two dances called ``name``, and whether A's stood on the left."""

    name: str
    a_left: bool


@dataclass(frozen=True)
class ComparisonKey:
    """Who stood where on the pages of a comparison.

    Attributes:
        id: of the comparison; votes carry it.
        a, b: names of the two.
        pairs: in the order of the pages.
    """

    id: str
    a: str
    b: str
    pairs: tuple[ComparedPair, ...]

    def as_json(self) -> dict[str, Any]:
        """What a key's file holds."""
        pairs = [{"name": pair.name, "a_left": pair.a_left} for pair in self.pairs]
        return {"format": KEY_FORMAT, "id": self.id, "a": self.a, "b": self.b, "pairs": pairs}


@dataclass(frozen=True)
class Preference:
    """How often A was preferred to B.

    Attributes:
        names: of A and B.
        wins: votes for A, votes for B, votes for neither.
        pairs: per pair its name and its (A, B, neither).
    """

    names: tuple[str, str]
    wins: tuple[int, int, int]
    pairs: dict[str, tuple[int, int, int]]

    @property
    def share(self) -> float:
        """Share of A among votes for one of the two; NaN without any."""
        return self.wins[0] / sum(self.wins[:2]) if sum(self.wins[:2]) else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share."""
        return wilson(self.wins[0], sum(self.wins[:2]))

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; share and interval are null without a vote for either."""
        known = not math.isnan(self.share)
        pairs = self.pairs.items()
        return {
            "a": self.names[0],
            "b": self.names[1],
            "wins": dict(zip(_WINS, self.wins, strict=True)),
            "share": self.share if known else None,
            "interval": list(self.interval) if known else None,
            "pairs": {name: dict(zip(_WINS, counts, strict=True)) for name, counts in pairs},
        }

    @property
    def text(self) -> str:
        """The table for a terminal."""
        a, b = self.names
        width = max(len(name) for name in (*self.pairs, "all"))
        lines = [f"{'':{width}}  {a}  {b}  same"]
        for name, counts in {**self.pairs, "all": self.wins}.items():
            cells = (f"{n:>{len(head)}}" for n, head in zip(counts, (a, b, "same"), strict=True))
            lines.append(f"{name:{width}}  {'  '.join(cells)}")
        return "\n".join([*lines, self._verdict()])

    def _verdict(self) -> str:
        if math.isnan(self.share):
            return "nobody preferred either"
        low, high = self.interval
        share = f"{100 * self.share:.0f} % of votes ({100 * low:.0f} to {100 * high:.0f} %)"
        verdict = f"{self.names[0]} is preferred in {share}"
        return f"{verdict}: that decides nothing" if low < 0.5 < high else verdict


def wilson(wins: int, count: int) -> tuple[float, float]:
    """95 % interval of a share of ``count`` votes (Wilson 1927); (NaN, NaN) without votes."""
    if not count:
        return math.nan, math.nan
    p, shrink = wins / count, 1 + _Z * _Z / count
    middle = (p + _Z * _Z / (2 * count)) / shrink
    variance = p * (1 - p) / count + _Z * _Z / (4 * count * count)
    half = _Z / shrink * math.sqrt(variance)
    return max(0.0, middle - half), min(1.0, middle + half)


def sides(pairs: int, seed: int) -> list[bool]:
    """For each pair whether A stands on the left: half of them, in random order."""
    return [bool(v) for v in np.random.default_rng(seed).permutation(np.arange(pairs) % 2 == 0)]


def preference(key: ComparisonKey, votes: Sequence[Sequence[str | None]]) -> Preference:
    """Count votes by the key of their comparison.

    Args:
        key: from `read_key`.
        votes: one list of choices a person, from `read_votes`.
    """
    counts = {pair.name: [0, 0, 0] for pair in key.pairs}
    for choices in votes:
        # Who stopped early has fewer choices than there are pairs.
        for pair, choice in zip(key.pairs, choices, strict=False):
            if choice is not None:
                chosen = 2 if choice == "same" else int((choice == "left") != pair.a_left)
                counts[pair.name][chosen] += 1

    pairs = {name: (a, b, same) for name, (a, b, same) in counts.items()}
    a, b, same = (sum(counted[k] for counted in pairs.values()) for k in range(3))
    return Preference((key.a, key.b), (a, b, same), pairs)


def read_key(path: str | os.PathLike[str]) -> ComparisonKey:
    """The key of a comparison.

    Raises:
        FootlightsError: not such a file; the line names the field that is wrong.
    """
    document = read_json(Path(path), "make the comparison again", limit=MAX_RECORD)
    document.require_format(KEY_FORMAT)
    pairs = [ComparedPair(p.text("name"), p.flag("a_left")) for p in document.objects("pairs")]
    identifier, a, b = (document.text(name) for name in ("id", "a", "b"))
    return ComparisonKey(identifier, a, b, tuple(pairs))


def read_votes(path: str | os.PathLike[str], key: ComparisonKey) -> list[str | None]:
    """One person's choices on the comparison of ``key``.

    At most one for each pair, None where there is none.

    Raises:
        FootlightsError: no file of votes, or of another comparison.
    """
    document = read_json(Path(path), "give what the last page saved", limit=MAX_RECORD)
    document.require_format(VOTES_FORMAT)
    if document.text("comparison") != key.id:
        raise FootlightsError("holds votes on another comparison", path, f"give votes on {key.id}")

    choices = document.choices("votes", CHOICES)
    if len(choices) > len(key.pairs):
        raise document.wrong("votes", f"are {len(choices)}, for {len(key.pairs)} pairs")
    return choices
