"""Show motions side by side on one page, with a song if you like, and open it in the browser.

Motions: whatever `footlights convert` reads and that knows its rate. Other skeletons are moved onto
the house body.
"""

import argparse
import sys
import webbrowser

EXAMPLE = """examples:
  footlights view dances
  footlights view walk.bvh run.bvh --music song.mp3 -o both.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights view``."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "paths", nargs="+", metavar="DIR|MOTION", help="motion files, or a folder of them"
    )
    parser.add_argument("--music", metavar="SONG", help="a song to play with them")
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        help="the page (default: index.html in the folder, or MOTION.html)",
    )
    parser.add_argument("--force", action="store_true", help="replace a page that exists")
    parser.add_argument("--no-open", action="store_true", help="make the page without opening it")


def run(args: argparse.Namespace) -> int:
    """Make and open the page; 2 when some motion could not be shown."""
    from ..basics.errors import FootlightsError
    from ..basics.progress import Progress
    from ..basics.terminal import plain
    from ..pipeline.view import view
    from .options import line_of

    problems: list[FootlightsError] = []

    def failed(problem: FootlightsError) -> None:
        problems.append(problem)
        progress.say(line_of(problem))

    with Progress() as progress:
        page = view(
            args.paths,
            args.out,
            args.music,
            force=args.force,
            failed=failed,
            said=lambda note: progress.say(plain(note)),
            progress=progress,
        )
    print(plain(str(page)))
    if not args.no_open and not webbrowser.open(page.resolve().as_uri()):
        print(f"no browser could be opened here; open {plain(str(page))} yourself", file=sys.stderr)
    return min((problem.exit_code for problem in problems), default=0)
