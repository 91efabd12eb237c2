"""Say how possible motions are: a physical judgement of any motion, in words, numbers, a page and a
film.

Eleven sub-scores on three axes, each 1 for what real dancers do: kinematic (speed, trembling,
body), contact (sliding, sinking, floating, balance) and dynamic (torques, ground reaction, power,
what no contact explains). The worst motion comes first.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..evaluation.judged_files import Row

EXAMPLE = """examples:
  footlights score dance.npz
  footlights score dances --html report.html
  footlights score walk.bvh --floor auto --json > walk.json
  footlights score dance.npz --music song.mp3 --film
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights score``."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="MOTION|DIR",
        help="motion files of any format, or folders of them",
    )
    parser.add_argument(
        "--music", metavar="SONG", help="also say how well they hit its beats, beside the score"
    )
    parser.add_argument(
        "--floor",
        metavar="auto|HEIGHT",
        help="metres, or auto to find it (default: 0 for our npz, auto for other files)",
    )
    told = "print everything as JSON: of one file an object, else {motions, problems}"
    parser.add_argument("--json", action="store_true", help=told)
    parser.add_argument(
        "--html",
        metavar="FILE",
        help="also make a page: strips of time, what is wrong where, forces",
    )
    parser.add_argument(
        "--film",
        action="store_true",
        help="also film the worst motions here, red where they are wrong",
    )
    parser.add_argument("--force", action="store_true", help="replace a page or films that exist")
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="worker processes (default: one a core)"
    )


def run(args: argparse.Namespace) -> int:
    """Print the scores; 2 when some motion could not be judged."""
    from ..basics.errors import FootlightsError
    from ..basics.progress import Progress
    from ..basics.terminal import plain
    from ..evaluation.judged_files import score
    from ..show.score_table import remarks, table

    floor = _floor(args.floor)
    if args.jobs is not None and args.jobs < 1:
        raise FootlightsError(f"{args.jobs} processes", "--jobs", "give a number from 1 on")
    if args.html and Path(args.html).exists() and not args.force:
        raise FootlightsError(
            "exists already", args.html, "give --force to replace it, or another name"
        )
    if args.html and not Path(args.html).absolute().parent.is_dir():
        raise FootlightsError(
            "no such folder", Path(args.html).parent, "make it, or give another place with --html"
        )
    problems: list[Row] = []
    with Progress() as progress:

        def failed(row: "Row") -> None:
            problems.append(row)
            progress.say(plain(f"footlights: {row.problem}"))

        rows = score(
            args.paths, floor, _beats(args.music), findings=None if args.json else 1, jobs=args.jobs, failed=failed,
            progress=progress,
        )  # fmt: skip
    if args.json:
        alone = len(args.paths) == len(rows) == 1 and Path(args.paths[0]).is_file()
        failures = [{"file": str(row.path), "problem": row.problem} for row in problems]
        said = (
            rows[0].said if alone else {"motions": [row.said for row in rows], "problems": failures}
        )
        print(json.dumps(said, indent=1), flush=True)
    elif rows:
        for line in [*table(rows).splitlines(), *remarks(rows)]:
            print(plain(line))
    if rows and (args.html or args.film):
        for made in _shown(rows, floor, args):
            print(plain(str(made)), file=sys.stderr if args.json else sys.stdout)
    if problems:
        print(
            f"footlights: {len(problems)} of {len(problems) + len(rows)} motions could not be judged",
            file=sys.stderr,
        )
    return min((row.exit_code for row in problems), default=0)


def _floor(text: str | None) -> float | str | None:
    from ..basics.errors import FootlightsError

    if text is None or text == "auto":
        return text
    try:
        height = float(text)
    except ValueError:
        height = float("nan")
    if not abs(height) < 1000:
        raise FootlightsError(
            f"{text!r} is no height", "--floor", "give metres, such as 0 or 0.35, or auto"
        )
    return height


def _beats(song: str | None):  # type: ignore[no-untyped-def]
    if song is None:
        return None
    from ..music import Music

    return Music.load(song).beats


def _shown(rows: "list[Row]", floor: float | str | None, args: argparse.Namespace) -> list[Path]:
    from ..basics.progress import Progress

    made = []
    if args.html:
        from ..show.score_page import score_page

        score_page(rows, args.html, floor)
        made.append(Path(args.html))
    if args.film:
        from ..show.score_film import score_films

        with Progress() as progress:
            made += score_films(rows, Path(), floor, force=args.force, progress=progress)
    return made
