"""Compare two folders of dances by eye, blinded, or two saved tables by number.

Folders: dances called alike make a pair, one pair a page, sides shuffled; keys 1, 2 and 0 vote, and
the last page saves the votes. With --votes the saved files are counted. Tables: two files of
footlights evaluate --json, refused when measured unlike.
"""

import argparse
from pathlib import Path

EXAMPLE = """examples:
  footlights compare mine theirs --music songs --html vote
  footlights compare mine theirs --html vote --votes votes-*.json
  footlights compare before.json after.json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights compare``."""
    parser.epilog = EXAMPLE
    parser.add_argument("a", metavar="A", help="a folder of dances, or a table")
    parser.add_argument("b", metavar="B", help="another")
    parser.add_argument(
        "--html",
        default="comparison",
        metavar="DIR",
        help="where the pages go (default: comparison)",
    )
    parser.add_argument("--music", metavar="DIR", help="the songs, called like the dances")
    parser.add_argument(
        "--votes", nargs="+", metavar="FILE", help="count these votes instead of making pages"
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, metavar="S", help="of each dance (default: 20)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="K", help="another number, other sides (default: 0)"
    )
    parser.add_argument("--force", action="store_true", help="replace a comparison that exists")


def run(args: argparse.Namespace) -> int:
    """Make the pages and print the first, or count votes, or set two tables side by side."""
    from ..basics.errors import FootlightsError
    from ..basics.progress import Progress
    from ..basics.terminal import plain
    from ..evaluation import side_by_side

    if Path(args.a).is_file() and Path(args.b).is_file():
        _print(side_by_side(args.a, args.b))
        return 0
    if args.votes:
        from ..evaluation.votes import preference, read_key, read_votes

        key = read_key(Path(args.html) / "key.json")
        _print(preference(key, [read_votes(path, key) for path in args.votes]).text)
        return 0
    if not 1 <= args.seconds <= 600:
        raise FootlightsError(f"{args.seconds:g} seconds", "--seconds", "give 1 to 600")
    from ..pipeline.compare import compare

    with Progress() as progress:
        first = compare(
            args.a,
            args.b,
            args.html,
            args.music,
            seed=args.seed,
            seconds=args.seconds,
            force=args.force,
            progress=progress,
        )
    print(plain(str(first)))
    return 0


def _print(text: str) -> None:
    from ..basics.terminal import plain

    print("\n".join(map(plain, text.splitlines())))
