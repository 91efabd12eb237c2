"""Show motions side by side on one page, with a song if you like, and open it in the browser.

Motions: whatever `footlights convert` reads and that knows its rate. Other skeletons are moved onto
the house body.
"""

import argparse
import webbrowser

from . import options

EXAMPLE = """examples:
  footlights view dances
  footlights view walk.bvh run.bvh --music song.mp3 -o both.html
  footlights view strange-names.bvh --map strange.toml
  footlights view hangs-from-the-ceiling.bvh --up minus-y
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights view``."""
    parser.epilog = EXAMPLE
    add = parser.add_argument
    add("paths", nargs="+", metavar="DIR|MOTION", help="motion files, or a folder of them")
    add("--music", metavar="SONG", help="a song to play with them")
    add(
        "-o",
        "--out",
        metavar="FILE",
        help="the page (default: index.html in the folder, or MOTION.html)",
    )
    options.add_reading(parser)
    add("--no-open", action="store_true", help="make the page without opening it")
    options.add_json(parser)
    options.add_force(parser, "a page that exists")


def run(args: argparse.Namespace) -> int:
    """Make and open the page; 2 when some motion could not be shown."""
    from ..basics.progress import Progress
    from ..basics.terminal import plain, tell
    from ..pipeline.view import view

    with Progress() as progress:
        delivery = view(
            args.paths,
            args.out,
            args.music,
            reading=options.reading_options(args),
            force=args.force,
            failed=lambda problem: progress.say(options.line_of(problem)),
            noted=lambda name, note: progress.say(plain(f"{name}: {note}")),
            progress=progress,
        )

    options.show(args, delivery.as_json(), [str(delivery.page)])
    if not args.no_open and not webbrowser.open(delivery.page.resolve().as_uri()):
        tell(f"no browser could be opened here; open {plain(str(delivery.page))} yourself")
    return delivery.exit_code
