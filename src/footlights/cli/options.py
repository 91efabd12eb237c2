"""Options that mean the same in every command, and how results and problems are told.

``--json`` prints the result as JSON (docs/json.md says what stands in it), ``--json-file FILE``
writes the same, ``--force`` replaces what exists, ``--jobs N`` works with N processes.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError, Problem
from ..basics.terminal import plain
from ..basics.whole_files import writing


def add_json(parser: argparse.ArgumentParser) -> None:
    """``--json`` and ``--json-file``."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON instead")
    parser.add_argument("--json-file", metavar="FILE", help="also write the JSON to a file")


def add_reading(parser: argparse.ArgumentParser, map_option: str = "--map") -> None:
    """``--fps``, ``--unit``, ``--up``, ``--quat``, ``--clip`` and the bone map of a motion file."""
    parser.add_argument(
        "--fps", type=float, metavar="F", help="the true frames a second, if the file lies"
    )
    parser.add_argument(
        "--unit", type=float, metavar="METRES", help="metres in one unit of the file"
    )
    parser.add_argument(
        "--up",
        choices=["y", "z", "minus-y", "minus-z"],
        help="the file's axis that points up (default: found out by the legs)",
    )
    parser.add_argument(
        "--quat",
        choices=["xyzw", "wxyz"],
        help="order of the quaternions of a robot's csv (default: xyzw, if it stands with it)",
    )
    parser.add_argument(
        "--clip",
        metavar="NAME",
        help="which of several animations of a glb (default: the fullest that moves; convert takes "
        'them all into a folder with "all")',
    )
    parser.add_argument(
        map_option,
        dest="motion_map",
        metavar="FILE",
        help="bone map (toml): which joint of the motion's file is which of ours, where its names "
        "do not tell; read if it is there, written if not",
    )


def reading_options(args: argparse.Namespace) -> dict[str, Any]:
    """The options of `add_reading` that were given."""
    names = {name: name for name in ("fps", "unit", "up", "quat", "clip")} | {"motion_map": "map"}
    values = {option: getattr(args, name) for name, option in names.items()}
    return {option: value for option, value in values.items() if value is not None}


def add_force(parser: argparse.ArgumentParser, what: str = "results that exist") -> None:
    """``--force``."""
    parser.add_argument("--force", action="store_true", help=f"replace {what}")


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """``--jobs``."""
    parser.add_argument(
        "--jobs", type=_count, metavar="N", help="worker processes (default: one a core)"
    )


def _count(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} processes, give a number from 1 on")
    return int(text)


def seconds(text: str) -> float:
    """Seconds of "70", "70.5" or "1:10", as the type of an option."""
    minutes, colon, rest = text.strip().rpartition(":")
    try:
        if colon and not (minutes.isdecimal() and 0 <= float(rest) < 60):
            raise ValueError
        return float(rest) + 60 * int(minutes or 0)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, nor m:ss") from None


def check_json_file(args: argparse.Namespace) -> None:
    """FootlightsError before any work when ``--json-file`` cannot be written at the end."""
    if getattr(args, "json_file", None) is not None:
        check_new(args.json_file, "--json-file", force=args.force)


def check_new(path: str | Path, option: str, *, force: bool) -> None:
    """FootlightsError when the file of an ``option`` exists already, or has no folder to be in."""
    if (Path(path).is_file() or Path(path).is_dir()) and not force:  # /dev/stdout is neither
        raise FootlightsError("exists already", path, "give --force to replace it, or another name")
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        raise FootlightsError(
            "no such folder", folder, f"make it, or give another place with {option}"
        )


def show(args: argparse.Namespace, document: Mapping[str, Any], lines: Iterable[str] = ()) -> None:
    """Give the result of a command: as JSON where it was asked for, else as ``lines`` for people.

    Args:
        document: JSON-ready, with a list "problems".
    """
    if args.json or args.json_file:
        text = json.dumps(document, indent=1, allow_nan=False)
    if args.json_file:
        with writing(args.json_file) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    if args.json:
        sys.stdout.write(text + "\n")
    else:
        for line in lines:
            print("\n".join(map(plain, line.split("\n"))))


def line_of(problem: FootlightsError | Problem) -> str:
    """The one line a person sees of a problem."""
    return f"footlights: {plain(str(problem))}"
