"""List the models that come with footlights: what they learnt from, under which licences, and how
they score.

A model of your own is used by its folder: footlights dance song.mp3 --model runs/mine/model
"""

import argparse
import json
import sys
from typing import Any

_ABOUT_COLLAGE = (
    "dances with pieces of your own built data, without training; give it with --library DATA"
)
_UNTOLD = ("name", "labels")  # labels: all that was learnt, styles: what can be asked for
_CALLED = {"device": "trained"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights models``."""
    parser.epilog = "examples:\n  footlights models\n  footlights models runs/mine/model --json\n"
    parser.add_argument(
        "names",
        nargs="*",
        metavar="MODEL",
        help="a shipped model or a model's folder (default: all shipped)",
    )
    parser.add_argument("--json", action="store_true", help="print the whole cards")


def run(args: argparse.Namespace) -> int:
    """Print a card for each model."""
    from ..generators import generator_names, load_generator

    collage = "collage"
    cards: dict[str, dict[str, Any]] = {}
    for name in args.names or generator_names():
        cards[name] = (
            {"about": _ABOUT_COLLAGE} if name == collage else dict(load_generator(name).info.card)
        )
    if args.json:
        json.dump(cards, sys.stdout, indent=1)
        print()
        return 0
    for name, card in cards.items():
        print(name)
        for key, value in card.items():
            if key not in _UNTOLD and value not in ([], {}, None, ""):
                print(_row(key, value))
    return 0


def _row(key: str, value: Any) -> str:
    """A fact of a card as a row; the minutes of every source as rows of their own, the most first."""
    label = _CALLED.get(key, key.replace("_", " "))
    if key != "minutes" or not isinstance(value, dict):
        return f"  {label:12}{_told(value)}"
    rows = [
        f"{minutes:7.1f}  {source}"
        for source, minutes in sorted(value.items(), key=lambda item: -item[1])
    ]
    return "\n".join(
        [f"  {label:12}{sum(value.values()):7.1f}  in all", *(f"{'':14}{row}" for row in rows)]
    )


def _told(value: Any) -> str:
    """A card's value in one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_told(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    return (
        f"{value:,}".replace(",", " ")
        if isinstance(value, int) and not isinstance(value, bool)
        else str(value)
    )
