"""Measure a folder of dances: a table beside real dance, beside what real dance scores against
itself, and beside controls.

The controls are made of your dances and must look bad: frozen, vibrating, random chunks, and other
music. Results of a clip are kept, so that a second run takes moments. Files that cannot be measured
are named; the others are.
"""

import argparse
import sys

EXAMPLE = """examples:
  footlights evaluate --generated dances
  footlights evaluate --generated dances --json table.json --html report.html
  footlights evaluate --generated theirs --music songs --real mocap --protocol bailando
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights evaluate``."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "--generated",
        required=True,
        metavar="DIR",
        help="the folder of motions to measure, of any format",
    )
    parser.add_argument(
        "--real",
        metavar="DIR|FILE",
        help="real dance: motions, built data, or a reference.npz (default: ours, 14 clips)",
    )
    parser.add_argument(
        "--music",
        metavar="DIR",
        help="the songs, called like the motions; dances.json makes it needless",
    )
    parser.add_argument(
        "--protocol",
        default="footlights",
        metavar="NAME",
        help="footlights, bailando, aist, edge or skeleton2stage (default: footlights)",
    )
    parser.add_argument(
        "--train",
        metavar="DIR",
        help="motions the model learnt from: how far are its dances from copies?",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="also save the table, with every clip's numbers"
    )
    parser.add_argument(
        "--html", metavar="FILE", help="also make a page of pictures, worst and best clips playing"
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="worker processes (default: one a core)"
    )


def run(args: argparse.Namespace) -> int:
    """Print the table; 2 when some file could not be measured, 1 when work failed."""
    from ..basics.errors import FootlightsError
    from ..basics.progress import Progress
    from ..basics.terminal import plain
    from ..evaluation import evaluate

    if args.jobs is not None and args.jobs < 1:
        raise FootlightsError(f"{args.jobs} processes", "--jobs", "give a number from 1 on")
    try:
        with Progress() as progress:
            found = evaluate(
                args.generated, args.real, args.music, args.protocol, train=args.train, jobs=args.jobs, progress=progress,
                failed=lambda problem: progress.say(plain(f"footlights: {problem.why}")),
            )  # fmt: skip
            if args.json:
                found.table.save(args.json)
            if args.html:
                from ..show.report import report

                report(found, args.html)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "results of measured clips are kept; the same command does the rest"
        ) from None
    print("\n".join(map(plain, found.table.text.splitlines())))
    if found.problems:
        every = len(found.problems) + len(found.records)
        print(
            f"footlights: {len(found.problems)} of {every} files could not be measured",
            file=sys.stderr,
        )
    return found.exit_code
