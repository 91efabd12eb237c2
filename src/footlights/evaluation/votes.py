"""Votes of a blinded comparison: read with care, counted into a preference with its interval."""

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError

KEY_FORMAT, VOTES_FORMAT = "footlights-comparison-1", "footlights-votes-1"
CHOICES = ("left", "right", "same")
_LARGEST = 1 << 22  # bytes of a file of votes


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
        return {
            "a": self.names[0],
            "b": self.names[1],
            "wins": dict(zip(("a", "b", "same"), self.wins, strict=True)),
            "share": self.share if known else None,
            "interval": list(self.interval) if known else None,
            "pairs": {
                name: dict(zip(("a", "b", "same"), counts, strict=True))
                for name, counts in self.pairs.items()
            },
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
        if math.isnan(self.share):
            return "\n".join([*lines, "nobody preferred either"])
        low, high = self.interval
        says = f"{a} is preferred in {100 * self.share:.0f} % of votes ({100 * low:.0f} to {100 * high:.0f} %)"
        return "\n".join(
            [*lines, says if not low < 0.5 < high else f"{says}: that decides nothing"]
        )


def wilson(wins: int, count: int) -> tuple[float, float]:
    """95 % interval of a share of ``count`` votes (Wilson 1927); (NaN, NaN) without votes."""
    if not count:
        return math.nan, math.nan
    z, p = 1.959964, wins / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def sides(pairs: int, seed: int) -> list[bool]:
    """For each pair whether A stands on the left: half of them, in random order."""
    return [bool(v) for v in np.random.default_rng(seed).permutation(np.arange(pairs) % 2 == 0)]


def preference(key: dict[str, Any], votes: list[dict[str, Any]]) -> Preference:
    """Count votes by the key of their comparison.

    Args:
        key: from `read_key`.
        votes: one dict a person, from `read_votes`.
    """
    counts = {pair["name"]: [0, 0, 0] for pair in key["pairs"]}
    for person in votes:
        for pair, choice in zip(key["pairs"], person["votes"], strict=False):
            if choice is not None:
                chosen = 2 if choice == "same" else int((choice == "left") != pair["a_left"])
                counts[pair["name"]][chosen] += 1
    pairs = {name: (a, b, same) for name, (a, b, same) in counts.items()}
    a, b, same = (sum(counted[k] for counted in pairs.values()) for k in range(3))
    return Preference((key["a"], key["b"]), (a, b, same), pairs)


def read_key(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The key of a comparison: its id, the names of A and B, and per pair which stood on the left.

    Raises:
        FootlightsError: not such a file.
    """
    key = _json(path)
    try:
        if key["format"] != KEY_FORMAT or not all(
            isinstance(key[k], str) for k in ("id", "a", "b")
        ):
            raise ValueError
        if not all(
            isinstance(p["name"], str) and isinstance(p["a_left"], bool) for p in key["pairs"]
        ):
            raise ValueError
    except (KeyError, TypeError, ValueError) as error:
        raise FootlightsError(
            "is no key of a comparison", path, "make the comparison again"
        ) from error
    return key


def read_votes(path: str | os.PathLike[str], key: dict[str, Any]) -> dict[str, Any]:
    """One person's votes on the comparison of ``key``; at most one for each pair, None where there
    is none.

    Raises:
        FootlightsError: no file of votes, or of another comparison.
    """
    votes = _json(path)
    try:
        if votes["format"] != VOTES_FORMAT or not isinstance(votes["votes"], list):
            raise ValueError
        if not all(v is None or v in CHOICES for v in votes["votes"]) or len(votes["votes"]) > len(
            key["pairs"]
        ):
            raise ValueError
        if votes["comparison"] != key["id"]:
            raise FootlightsError(
                "holds votes on another comparison", path, f"give votes on {key['id']}"
            )
    except (KeyError, TypeError, ValueError) as error:
        raise FootlightsError(
            "is no file of votes", path, "give what the last page saved"
        ) from error
    return votes


def _json(path: str | os.PathLike[str]) -> dict[str, Any]:
    try:
        if Path(path).stat().st_size > _LARGEST:
            raise FootlightsError("is too large for what it should be", path, "give another")
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FootlightsError(
            "cannot be read", path, "give a json file that footlights compare or its page made"
        ) from error
