"""The cards of models for people: what a model learnt from, under which licences, how it scores."""

from collections.abc import Mapping, Sequence
from typing import Any

from .. import generators
from ..generators.registry import COLLAGE

_ABOUT_COLLAGE = (
    "dances with pieces of your own built data, without training; give it with --library DATA"
)
# Digests are for programs; labels are all that was learnt: the styles that are offered are shown.
_HIDDEN = ("format", "name", "labels", "representation", "data", "statistics")
_LABEL_WIDTH = 12  # characters


def model_cards(names: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """The card of each model called by its name or folder; of all there are without names.

    Raises:
        FootlightsError: there is no such model.
    """
    cards: dict[str, dict[str, Any]] = {}
    for name in names or generators.generator_names():
        # The collage has no card of its own before it has data.
        collage = {"about": _ABOUT_COLLAGE}
        cards[name] = (
            collage if name == COLLAGE else dict(generators.load_generator(name).info.card)
        )
    return cards


def card_lines(name: str, card: Mapping[str, Any]) -> list[str]:
    """A model's name and the facts of its card, a line each."""
    lines = [name]
    for key, value in card.items():
        if key not in _HIDDEN and value not in ([], {}, None, ""):
            lines += _fact_lines(key, value)
    return lines


def _fact_lines(key: str, value: Any) -> list[str]:
    """A fact in a line; the minutes of every source in lines of their own, the most first."""
    label = key.replace("_", " ")
    if key != "minutes" or not isinstance(value, dict):
        return [f"  {label:{_LABEL_WIDTH}}{_plain(value)}"]

    sources = sorted(value.items(), key=lambda item: -item[1])
    total = f"  {label:{_LABEL_WIDTH}}{sum(value.values()):7.1f}  in all"
    indent = " " * (_LABEL_WIDTH + 2)
    return [total, *(f"{indent}{minutes:7.1f}  {source}" for source, minutes in sources)]


def _plain(value: Any) -> str:
    """A card's value in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", " ")
    return str(value)
