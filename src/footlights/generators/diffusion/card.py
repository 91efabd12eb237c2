"""What a diffusion model says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...learning.card import Card


@dataclass(frozen=True, kw_only=True)
class DiffusionCard(Card):
    """The card of a diffusion model.

    Attributes:
        labels: styles it has learnt, in the order of its embedding.
        styles: those of them that are offered.
        minutes: of motion it learnt from, by source.
        clips: how many clips these were.
        parameters: how many numbers its network has.
        trained: on what and how, in words.
    """

    labels: tuple[str, ...]
    styles: tuple[str, ...]
    minutes: Mapping[str, float] = field(default_factory=dict)
    clips: int = 0
    parameters: int = 0
    trained: str = ""

    @classmethod
    def upgraded(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a card from before cards had a format, as this format has them."""
        trained = values.get("trained", values.get("device", ""))
        return super().upgraded({**values, "trained": trained})
