"""Turn motion files into training data: one skeleton, 30 frames a second, one floor, contacts and
rhythm marked.

What is done already is kept: stopped at any time, the same command finishes the rest, and a second
run redoes only what changed. Files that cannot be used are named, the others are built.
"""

import argparse
import sys
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.terminal import plain
from ..basics.whole_files import remove_empty

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
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="worker processes (default: one a core)"
    )


def run(args: argparse.Namespace) -> int:
    """Build, print the figures of every source, and name what failed: exit code 1 if anything did."""
    from ..basics.progress import Progress
    from ..data import build, read_source
    from ..data.build_report import table

    if args.jobs is not None and args.jobs < 1:
        raise FootlightsError(f"{args.jobs} processes", "--jobs", "give a number from 1 on")
    out = Path(args.out)
    new, music = not out.exists(), Path(args.music) if args.music else None
    print(f"The data go to {plain(str(out))}", file=sys.stderr)
    try:
        listing = read_source(args.format, Path(args.source), music, out / "cache")
        with Progress() as progress:
            index = build(listing, out, jobs=args.jobs, progress=progress)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"finished clips are kept in {out}; the same command does the rest"
        ) from None
    finally:
        if new:
            remove_empty(out)
    print(table(index["sources"]))
    clips, failed = index["clips"], index["failed"]
    minutes = sum(c["seconds"] for c in clips) / 60
    print(
        f"{len(clips)} clips, {minutes:.1f} minutes; {len(index['songs'])} songs; {len(index['left_out'])} left out"
    )
    for problem in failed:
        print(plain(f"footlights: {problem['id']}: {problem['error']}"), file=sys.stderr)
    if failed:
        print(
            f"footlights: {len(failed)} of {len(listing.clips) + len(listing.songs)} files failed",
            file=sys.stderr,
        )
    return 1 if failed else 0
