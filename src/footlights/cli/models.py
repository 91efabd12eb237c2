"""List the models here: what they learnt from, under which licences, and how they score.

A model of your own is used by its folder: footlights dance song.mp3 --model runs/mine/model
"""

import argparse

from . import options

EXAMPLE = """examples:
  footlights models
  footlights models runs/mine/model --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights models``."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "names", nargs="*", metavar="MODEL", help="a model, or its folder (default: all there are)"
    )
    options.add_json(parser)
    options.add_force(parser, "a JSON file that exists")


def run(args: argparse.Namespace) -> int:
    """Print a card for each model."""
    from ..pipeline.model_cards import card_lines, model_cards

    cards = model_cards(args.names)
    lines = [line for name, card in cards.items() for line in card_lines(name, card)]
    options.show(args, {"models": cards, "problems": []}, lines)
    return 0
