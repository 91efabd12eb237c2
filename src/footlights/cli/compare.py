"""Compare two folders of dances by eye, blinded, or two saved tables by number.

Folders: dances called alike make a pair, one pair a page, sides shuffled; keys 1, 2 and 0 vote, and
the last page saves the votes. With --votes the saved files are counted. Tables: two files of
footlights evaluate --json-file, refused when measured unlike.
"""

import argparse
from pathlib import Path

from . import options

EXAMPLE = """examples:
  footlights compare mine theirs --music songs --html vote
  footlights compare mine theirs --html vote --votes votes-*.json
  footlights compare before.json after.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights compare``."""
    parser.epilog = EXAMPLE
    add = parser.add_argument
    add("a", metavar="A", help="a folder of dances, or a table")
    add("b", metavar="B", help="another")
    add(
        "--html",
        default="comparison",
        metavar="DIR",
        help="where the pages go (default: comparison)",
    )
    add("--music", metavar="DIR", help="the songs, called like the dances")
    add("--votes", nargs="+", metavar="FILE", help="count these votes instead of making pages")
    add(
        "--seconds",
        type=options.seconds,
        default=20.0,
        metavar="S",
        help="of each dance (default: 20)",
    )
    add(
        "--seed",
        type=int,
        default=0,
        metavar="K",
        help="another number, other sides (default: 0)",
    )
    options.add_json(parser)
    options.add_force(parser, "a comparison that exists")


def run(args: argparse.Namespace) -> int:
    """Make the pages and print the first, or count votes, or set two tables side by side."""
    document: dict[str, object] = {"page": None, "votes": None, "table": None, "problems": []}

    if Path(args.a).is_file() and Path(args.b).is_file():
        from ..evaluation import side_by_side
        from ..evaluation.table_text import text_of

        document["table"] = table = side_by_side(args.a, args.b)
        options.show(args, document, [text_of(table)])
        return 0

    if args.votes:
        from ..pipeline.compare import count_votes

        preference = count_votes(args.html, args.votes)
        document["votes"] = preference.as_json()
        options.show(args, document, [preference.text])
        return 0

    from ..basics.progress import Progress
    from ..pipeline.compare import compare

    with Progress() as progress:
        page = compare(
            args.a,
            args.b,
            args.html,
            args.music,
            seed=args.seed,
            seconds=args.seconds,
            force=args.force,
            progress=progress,
        )
    document["page"] = str(page)
    options.show(args, document, [str(page)])
    return 0
