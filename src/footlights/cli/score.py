"""Say how possible motions are: judged by physics, in words, numbers, a page and a film.

Eleven sub-scores on three axes, each 1 for what real dancers do: kinematic (speed, trembling,
body), contact (sliding, sinking, floating, balance) and dynamic (torques, ground reaction, power,
what no contact explains). The worst motion comes first.
"""

import argparse

from . import options

EXAMPLE = """examples:
  footlights score dance.npz
  footlights score dances --html report.html
  footlights score walk.bvh --floor auto --json > walk.json
  footlights score dance.npz --music song.mp3 --film
  footlights score strange-names.bvh --map strange.toml
  footlights score robot-wxyz.csv --quat wxyz
"""

RESULTS = ("html", "json_file")  # whoever is cut off between them begins again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights score``."""
    parser.epilog = EXAMPLE
    add = parser.add_argument
    add("paths", nargs="+", metavar="MOTION|DIR", help="motion files of any format, or folders")
    add("--music", metavar="SONG", help="also say how well they hit its beats, beside the score")
    add(
        "--floor",
        type=_floor,
        metavar="auto|HEIGHT",
        help="metres, or auto to find it (default: 0 for our npz, auto for other files)",
    )
    options.add_reading(parser)
    add("--html", metavar="FILE", help="also make a page: strips of time, faults, forces")
    add("--film", action="store_true", help="also film the worst motions here, faults in red")
    options.add_jobs(parser)
    options.add_json(parser)
    options.add_force(parser, "a page, films or JSON that exist")


def run(args: argparse.Namespace) -> int:
    """Print the scores; 2 when some motion could not be judged."""
    from ..basics.progress import Progress
    from ..basics.terminal import tell
    from ..pipeline.score import score
    from ..show.score_table import remarks, table

    if args.html:
        options.check_new(args.html, "--html", force=args.force)
    with Progress() as progress:
        delivery = score(
            args.paths,
            floor=args.floor,
            music=args.music,
            reading=options.reading_options(args),
            page=args.html,
            films="." if args.film else None,
            findings=None if args.json or args.json_file else 1,
            force=args.force,
            jobs=args.jobs,
            failed=lambda problem: progress.say(options.line_of(problem)),
            progress=progress,
        )

    judged = delivery.judged
    lines = [table(judged.files), *remarks(judged.files)] if judged.files else []
    options.show(args, delivery.as_json(), [*lines, *map(str, delivery.written)])
    if judged.problems:
        total = len(judged.problems) + len(judged.files)
        tell(f"footlights: {len(judged.problems)} of {total} motions could not be judged")
    return delivery.exit_code


def _floor(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        height = float(text)
    except ValueError:
        height = float("nan")
    if not abs(height) < 1000:  # metres; false for nan, too
        raise argparse.ArgumentTypeError(
            f"{text!r} is no height, give metres, such as 0 or 0.35, or auto"
        )
    return height
