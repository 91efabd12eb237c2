"""Turn motion files into training data: one skeleton, 30 frames a second, one floor, contacts.

What is done already is kept: stopped at any time, the same command finishes the rest, and a second
run redoes only what changed. Files that cannot be used are named, the others are built.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..basics.terminal import plain, tell
from ..basics.whole_files import remove_empty
from . import options

if TYPE_CHECKING:
    from ..data.build import BuildResult

EXAMPLE = """examples:
  footlights data build --source my-mocap --format folder -o built
  footlights data build --source my-mocap --music my-songs --format folder -o built
  footlights data build --source aist_plusplus_final --music aist-songs --format aist -o built
  footlights train diffusion --data built --out runs/mine
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights data``."""
    parser.epilog = EXAMPLE
    parser.add_argument("action", choices=["build"], help="what to do")
    parser.add_argument("--source", required=True, metavar="DIR", help="the folder of motion files")
    parser.add_argument(
        "--music", metavar="DIR", help="a folder of songs; those named like a clip are its song"
    )
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="where the data go")
    parser.add_argument(
        "--format",
        default="manifest",
        choices=["manifest", "folder", "aist"],
        help="manifest.csv with archives, a plain folder, or AIST++ (default: manifest)",
    )
    options.add_jobs(parser)
    options.add_json(parser)
    options.add_force(parser, "a JSON file that exists")


def run(args: argparse.Namespace) -> int:
    """Build, print the figures of every source, and name what failed; 1 if anything did."""
    from ..basics.progress import Progress
    from ..data.build import build
    from ..data.build_report import report_table
    from ..data.sources import read_source

    out = Path(args.out)
    new, music = not out.exists(), Path(args.music) if args.music else None
    tell(f"The data go to {plain(str(out))}")
    try:
        listing = read_source(args.format, Path(args.source), music, out / "cache")
        with Progress() as progress:
            result = build(listing, out, jobs=args.jobs, progress=progress)
    except KeyboardInterrupt:
        kept = f"finished clips are kept in {out}; the same command does the rest"
        raise KeyboardInterrupt(kept) from None
    finally:
        if new:
            remove_empty(out)

    document = {
        "folder": str(out),
        **result.as_json(),
        "problems": [problem.as_json() for problem in result.problems],
    }
    options.show(args, document, [report_table(result.reports), _summary(result)])
    for problem in result.problems:
        tell(f"footlights: {plain(f'{problem.item}: {problem}')}")
    if result.problems:
        total = len(listing.clips) + len(listing.songs)
        tell(f"footlights: {len(result.problems)} of {total} files failed")
    return 1 if result.problems else 0


def _summary(result: "BuildResult") -> str:
    data = result.dataset
    minutes = sum(clip.seconds for clip in data.clips) / 60
    built = f"{len(data.clips)} clips, {minutes:.1f} minutes; {len(data.songs)} songs"
    return f"{built}; {len(result.left_out)} left out"
